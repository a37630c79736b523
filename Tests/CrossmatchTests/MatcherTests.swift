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
}
