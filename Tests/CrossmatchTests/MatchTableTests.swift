import Foundation
import Testing

@testable import Crossmatch

/// Radii, errors and motions of single rows, groups and objects.
@Suite struct MatchTableTests {
  static func table(_ sky: [SkyPosition]) -> MatchTable { MatchTable(ra: sky.map(\.ra), dec: sky.map(\.dec)) }

  static func judged(_ a: MatchTable, _ b: MatchTable, _ criterion: MatchCriterion, _ radius: Double) -> Set<
    [Int]
  > {
    let metric = PairMetric(left: a, right: b, criterion: criterion)
    var pairs: Set<[Int]> = []
    for i in 0..<a.rowCount {
      for j in 0..<b.rowCount {
        if let (h, _) = metric.judge(i, j), h <= Haversine.ofAngle(radius / 3600) { pairs.insert([i, j]) }
      }
    }
    return pairs
  }

  @Test(arguments: [MatchCriterion.sumOfRadii, .quadratureOfRadii, .mahalanobis(3), .radius])
  func `searching in classes of reach finds what comparing all rows finds`(criterion: MatchCriterion) throws {
    var g = SeededGenerator(seed: 41)
    let sky = difficultSky(count: 400, seed: 42)
    var a = Self.table(sky)
    var b = Self.table(sky.map { $0.moved(by: 6 * g.unit() * g.unit() / 3600, towards: 7 * g.unit()) })
    let radii = { (n: Int) in (0..<n).map { _ in pow(10, 3 * g.unit() - 2) } }
    (a.radii, b.radii) = (radii(400), radii(400))
    a.ellipses = ErrorEllipses(major: radii(400), minor: radii(400), positionAngle: radii(400))
    b.ellipses = ErrorEllipses(circular: radii(400))
    a.epochs = (0..<400).map { _ in 1990 + 40 * g.unit() }
    b.epochs = [2016]
    b.motions = ProperMotions(
      ra: (0..<400).map { $0 % 7 == 0 ? 2000 * g.unit() - 1000 : .nan },
      dec: (0..<400).map { _ in 200 * g.unit() - 100 }, errors: radii(400))
    let result = try Matcher(radiusArcsec: 30).match(a, b, by: criterion)
    let expected = Self.judged(a, b, criterion, 30)
    #expect(Set(result.pairs.map { [$0.left, $0.right] }) == expected)
    #expect(expected.count > 200)
  }

  @Test func `the sum of two radii decides, and the matcher's radius bounds it`() throws {
    var a = MatchTable(ra: [10, 20, 30], dec: [0, 0, 0])
    var b = MatchTable(ra: [10 + 2.5 / 3600, 20 + 3.5 / 3600, 30 + 9.0 / 3600], dec: [0, 0, 0])
    (a.radii, b.radii) = ([1, 1, 50], [2, 2, 50])
    let pairs = try Matcher(radiusArcsec: 5).match(a, b, by: .sumOfRadii).pairs
    #expect(pairs.map(\.left) == [0])
    #expect(try Matcher(radiusArcsec: 10).match(a, b, by: .sumOfRadii).pairs.map(\.left) == [0, 2])
    #expect { try Matcher(radiusArcsec: 5).match(a, b, by: .mahalanobis(3)) } throws: {
      ($0 as? CrossmatchError)?.code == "XMA-02"
    }
    a.radii = [1]
    #expect { try Matcher(radiusArcsec: 5).match(a, b, by: .sumOfRadii) } throws: {
      ($0 as? CrossmatchError)?.code == "XMA-01"
    }
  }

  /// Offsets of 3″ along and across an ellipse of 2″ × 0.5″ at position angle 30°, with a circle of 1″: distances
  /// 3/√(4+1) and 3/√(0.25+1).
  @Test(arguments: [0.0, 60, -85, 89.9])
  func `Mahalanobis distances are those of the ellipse in its own axes, at any declination`(dec: Double)
    throws
  {
    let p = SkyPosition(ra: 100, dec: dec)
    for (angle, expected) in [(30.0, 3 / 5.0.squareRoot()), (120, 3 / 1.25.squareRoot())] {
      let q = p.moved(by: 3.0 / 3600, towards: angle * .pi / 180)
      var (a, b) = (Self.table([p]), Self.table([q]))
      a.ellipses = ErrorEllipses(major: [2], minor: [0.5], positionAngle: [30])
      b.ellipses = ErrorEllipses(circular: [1])
      let distance = try #require(PairMetric(left: a, right: b, criterion: .mahalanobis(9)).judge(0, 0)).score
      #expect((distance - expected).magnitude < 1e-4)
      // The same seen from the other side: the ellipse is the right row's now, its angle counted from its own north.
      let back = try #require(PairMetric(left: b, right: a, criterion: .mahalanobis(9)).judge(0, 0)).score
      #expect((back - expected).magnitude < 1e-4)
    }
  }

  @Test func `a fast star is found at the epoch of every visit`() throws {
    // Barnard's star at epoch 2016.0 and where it was seen in 1995 and 2024.
    let star = SkyPosition(ra: 269.452075, dec: 4.693391)
    let visits = [1995.5, 2024.25].map { star.moved(pmRA: -801.551, pmDec: 10362.394, years: $0 - 2016) }
    var seen = Self.table(visits)
    seen.epochs = [1995.5, 2024.25]
    var gaia = Self.table([star, SkyPosition(ra: 10, dec: 10)])
    gaia.epochs = [2016]
    gaia.motions = ProperMotions(ra: [-801.551, .nan], dec: [10362.394, .nan])
    for (left, right) in [(seen, gaia), (gaia, seen)] {
      let result = try Matcher(radiusArcsec: 1).match(left, right)
      #expect(result.pairs.count == 2)
      #expect(result.pairs.allSatisfy { $0.separation < 1e-4 })
    }
    // Without motion, the star is minutes away from itself.
    gaia.motions = nil
    #expect(try Matcher(radiusArcsec: 1).match(seen, gaia).pairs.isEmpty)
  }

  @Test func `friends of friends are the connected components, and a bound keeps groups from growing wider`()
    throws
  {
    var g = SeededGenerator(seed: 43)
    let sky = (0..<600).map { _ in SkyPosition(ra: 350 + 20 * g.unit(), dec: 80 + 10 * g.unit()) }
    let (ra, dec) = (sky.map { $0.ra.truncatingRemainder(dividingBy: 360) }, sky.map(\.dec))
    let groups = try SkyGroups(ra: ra, dec: dec, linkingArcsec: 900)
    var label = Array(0..<600)
    let close = { (i: Int, j: Int) in
      angularSeparation(ra1: ra[i], dec1: dec[i], ra2: ra[j], dec2: dec[j]) * 3600
    }
    var isChanged = true
    while isChanged {
      isChanged = false
      for i in 0..<600 {
        for j in 0..<600 where close(i, j) <= 900 && label[i] > label[j] {
          label[i] = label[j]
          isChanged = true
        }
      }
    }
    let expected = Dictionary(grouping: 0..<600) { label[$0] }.values.map { $0.sorted() }.sorted {
      $0[0] < $1[0]
    }
    #expect(groups.groups == expected)
    #expect(groups.groups.contains { $0.count > 5 })
    for (row, group) in groups.groupOfRow.enumerated() { #expect(groups.groups[group ?? 0].contains(row)) }

    let bounded = try SkyGroups(ra: ra, dec: dec, linkingArcsec: 900, maximumDiameterArcsec: 1200)
    #expect(bounded.groups.count > groups.groups.count)
    for rows in bounded.groups {
      for i in rows { for j in rows { #expect(close(i, j) <= 1200) } }
    }
    #expect(try SkyGroups(ra: [1, .nan, 1], dec: [2, 2, 2], linkingArcsec: 1).groups == [[0, 2]])
  }

  @Test func `objects keep all their visits`() throws {
    // Two stars, seen three and two times on the left, two times and once on the right.
    let a = [(10.0, 5.0), (10.0001, 5.0), (50, -20), (10, 5.0001), (50.0001, -20)]
    let b = [(10.0002, 5.0001), (50.0001, -20.0001), (10.0002, 5.0002), (200, 0)]
    let matcher = ObjectMatcher(matcher: Matcher(radiusArcsec: 2, mode: .oneToOneGreedy), linkingArcsec: 1)
    let result = try matcher.match(
      leftRA: a.map(\.0), leftDec: a.map(\.1), rightRA: b.map(\.0), rightDec: b.map(\.1))
    #expect(result.left.groups == [[0, 1, 3], [2, 4]])
    #expect(result.right.groups == [[0, 2], [1], [3]])
    #expect(result.objects.pairs.map { [$0.left, $0.right] } == [[0, 0], [1, 1]])
    #expect(
      result.visits.pairs.map { [$0.left, $0.right] }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        == [[0, 0], [0, 2], [1, 0], [1, 2], [2, 1], [3, 0], [3, 2], [4, 1]])
    #expect(result.visits.report.matched == 8 && result.visits.report.leftMatched == 5)
    for p in result.visits.pairs {
      let (i, j) = (a[p.left], b[p.right])
      let apart = angularSeparation(ra1: i.0, dec1: i.1, ra2: j.0, dec2: j.1) * 3600
      #expect((p.separation - apart).magnitude < 1e-9)
    }
  }
}
