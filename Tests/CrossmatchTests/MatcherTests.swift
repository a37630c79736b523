import Foundation
import Testing

@testable import Crossmatch

@Suite struct MatcherTests {
  /// All pairs by comparing every row with every other.
  static func bruteForce(_ a: [SkyPosition], _ b: [SkyPosition], radius: Double) -> Set<[Int]> {
    let limit = Haversine.ofAngle(radius)
    var pairs: Set<[Int]> = []
    for (i, p) in a.enumerated() {
      for (j, q) in b.enumerated() where Haversine.between(p.ra, p.dec, q.ra, q.dec) <= limit {
        pairs.insert([i, j])
      }
    }
    return pairs
  }

  static func match(_ a: [SkyPosition], _ b: [SkyPosition], _ matcher: Matcher) throws -> MatchResult {
    try matcher.match(
      leftRA: a.map(\.ra), leftDec: a.map(\.dec), rightRA: b.map(\.ra), rightDec: b.map(\.dec))
  }

  @Test(arguments: [0, 1e-3, 1, 3, 60, 3600, 18_000], [1, 2])
  func `all pairs equal brute force on difficult skies`(radiusArcsec: Double, seed: UInt64) throws {
    let a = difficultSky(count: 600, seed: seed)
    var g = SeededGenerator(seed: seed + 100)
    let b =
      a.map { $0.moved(by: 1.5 * g.unit() * max(radiusArcsec, 1) / 3600, towards: 7 * g.unit()) }
      + a.prefix(200)
    let result = try Self.match(a, b, Matcher(radiusArcsec: radiusArcsec))
    let expected = Self.bruteForce(a, b, radius: radiusArcsec / 3600)
    #expect(Set(result.pairs.map { [$0.left, $0.right] }) == expected)
    #expect(result.pairs.count == expected.count)
  }

  @Test func `rows without a position are skipped and counted, whatever is wrong with them`() throws {
    let bad = [
      SkyPosition(ra: .nan, dec: 0), SkyPosition(ra: 0, dec: .nan), SkyPosition(ra: .infinity, dec: 0),
      SkyPosition(ra: 5, dec: 90.0000001), SkyPosition(ra: -361, dec: 0), SkyPosition(ra: 0, dec: -.infinity),
    ]
    let good = [SkyPosition(ra: 5, dec: 90), SkyPosition(ra: 7, dec: 8)]
    let result = try Self.match(bad + good, good + bad, Matcher(radiusArcsec: 1))
    #expect(result.pairs.map { [$0.left, $0.right] } == [[6, 0], [7, 1]])
    #expect(result.report.leftSkipped == 6 && result.report.rightSkipped == 6)
  }

  @Test func `empty tables match nothing`() throws {
    for (a, b) in [([], []), ([SkyPosition(ra: 1, dec: 2)], []), ([], [SkyPosition(ra: 1, dec: 2)])] {
      let result = try Self.match(a, b, Matcher(radiusArcsec: 3600, mode: .mutual))
      #expect(result.pairs.isEmpty && result.report.candidates == 0)
    }
  }

  @Test func `right ascensions below 0 and above 360 degrees are the same places`() throws {
    let sky = difficultSky(count: 500, seed: 9)
    var g = SeededGenerator(seed: 10)
    let other = sky.map { $0.moved(by: 4 * g.unit() / 3600, towards: 7 * g.unit()) }
    let turned = other.enumerated().map { k, p in
      SkyPosition(ra: k % 3 == 0 ? p.ra - 360 : k % 3 == 1 ? p.ra + 360 : p.ra, dec: p.dec)
    }
    let result = try Self.match(sky, turned, Matcher(radiusArcsec: 3))
    #expect(
      Set(result.pairs.map { [$0.left, $0.right] }) == Self.bruteForce(sky, turned, radius: 3.0 / 3600))
    #expect(result.pairs.count > 200)
  }

  /// Pairs along a meridian whose separation is the radius or differs from it by one unit in the last place of a
  /// declination: 3600″ is exactly 1°, so that the decision can be checked by comparing the numbers themselves.
  @Test func `pairs on the radius are within it, a last digit beyond are not`() throws {
    var (left, right, expected) = ([SkyPosition](), [SkyPosition](), [Bool]())
    for k in 0..<200 {
      let dec = -80 + 0.75 * Double(k)
      let ra = 1.7 * Double(k)
      for (step, isWithin) in [(0, true), (1, false), (-1, true)] {
        var end = dec + 1
        if step > 0 { end = end.nextUp }
        if step < 0 { end = end.nextDown }
        left.append(SkyPosition(ra: ra, dec: dec))
        right.append(SkyPosition(ra: ra, dec: end))
        expected.append(isWithin)
      }
    }
    // Declinations are multiples of 1/4 and their sums with 1 exact.
    for k in left.indices {
      let result = try Self.match([left[k]], [right[k]], Matcher(radiusArcsec: 3600))
      #expect(result.pairs.count == (expected[k] ? 1 : 0), "\(left[k]) \(right[k])")
    }
  }

  @Test(arguments: [(0.02, 20.0), (0.5, 6.0), (3.0, 2.0)])
  func `a dense field, also across 0 h, is matched exactly`(size: Double, radius: Double) throws {
    for center in [180.0, 359.9999, 0.001] {
      var g = SeededGenerator(seed: 20)
      let field = { (n: Int) in
        (0..<n).map { _ -> SkyPosition in
          let ra = center + size * (g.unit() - 0.5)
          return SkyPosition(ra: ra < 0 ? ra + 360 : ra >= 360 ? ra - 360 : ra, dec: 30 + size * g.unit())
        }
      }
      let (a, b) = (field(1500), field(2500))
      let result = try Self.match(a, b, Matcher(radiusArcsec: radius))
      #expect(Set(result.pairs.map { [$0.left, $0.right] }) == Self.bruteForce(a, b, radius: radius / 3600))
    }
  }

  @Test func `a radius that is none is refused`() {
    for radius in [-1, Double.nan, .infinity, 648_001] {
      #expect { try Self.match([], [], Matcher(radiusArcsec: radius)) } throws: {
        ($0 as? CrossmatchError)?.code == "XMA-02"
      }
    }
    #expect {
      try Matcher(radiusArcsec: 1).match(leftRA: [1], leftDec: [], rightRA: [], rightDec: [])
    } throws: { ($0 as? CrossmatchError)?.code == "XMA-01" }
  }

  @Test func `the whole sky is within 180 degrees`() throws {
    let sky = difficultSky(count: 60, seed: 8)
    #expect(try Self.match(sky, sky, Matcher(radiusArcsec: 648_000)).pairs.count == 3600)
  }
}
