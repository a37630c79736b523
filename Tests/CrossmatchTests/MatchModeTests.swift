import Foundation
import Testing

@testable import Crossmatch

/// Modes, joins and reports, against definitions worked out pair by pair.
@Suite struct MatchModeTests {
  struct Pair: Hashable {
    var i: Int
    var j: Int
    var h: Double
  }

  static let left = difficultSky(count: 500, seed: 31)
  static let right: [SkyPosition] = {
    var g = SeededGenerator(seed: 32)
    return left.map { $0.moved(by: 5 * g.unit() / 3600, towards: 7 * g.unit()) } + left.prefix(150)
  }()

  /// All pairs within 3″, nearest first, ties by rows; ties as 31 digits see them.
  static let pairs: [Pair] = {
    var all: [Pair] = []
    for (i, p) in left.enumerated() {
      for (j, q) in right.enumerated() {
        let h = Haversine.between(p.ra, p.dec, q.ra, q.dec)
        if h <= Haversine.ofAngle(3.0 / 3600) { all.append(Pair(i: i, j: j, h: h)) }
      }
    }
    let exact = Dictionary(
      uniqueKeysWithValues: all.map { p in
        let (a, b) = (left[p.i], right[p.j])
        return (p, DoubleDouble.haversine(a.ra, a.dec, b.ra, b.dec))
      })
    return all.sorted { x, y in
      if let a = exact[x], let b = exact[y], !a.isIndistinguishable(from: b) { return a < b }
      return x.i != y.i ? x.i < y.i : x.j < y.j
    }
  }()

  static func found(_ mode: MatchMode, threads: Int = 1) throws -> [[Int]] {
    try MatcherTests.match(left, right, Matcher(radiusArcsec: 3, mode: mode, threads: threads)).pairs
      .map { [$0.left, $0.right] }
  }

  static func byLeft(_ pairs: [Pair]) -> [[Int]] {
    pairs.enumerated().sorted {
      $0.element.i != $1.element.i ? $0.element.i < $1.element.i : $0.offset < $1.offset
    }
    .map { [$0.element.i, $0.element.j] }
  }

  @Test func `best per row and mutual modes keep the nearest, and of equally near ones the lowest row`()
    throws
  {
    var (seenLeft, seenRight) = (Set<Int>(), Set<Int>())
    let bestLeft = Self.pairs.filter { seenLeft.insert($0.i).inserted }
    let bestRight = Self.pairs.filter { seenRight.insert($0.j).inserted }
    #expect(try Self.found(.all) == Self.byLeft(Self.pairs))
    #expect(try Self.found(.bestPerLeft) == Self.byLeft(bestLeft))
    #expect(try Self.found(.bestPerRight) == Self.byLeft(bestRight))
    #expect(try Self.found(.mutual) == Self.byLeft(bestLeft.filter(Set(bestRight).contains)))
    #expect(bestLeft.count > 300)
  }

  @Test(arguments: [0, 1, 2, 5])
  func `k nearest keeps the first k of every left row`(k: Int) throws {
    var ranks: [Int: Int] = [:]
    let expected = Self.pairs.filter { p in
      ranks[p.i, default: 0] += 1
      return ranks[p.i, default: 0] <= k
    }
    #expect(try Self.found(.nearest(k)) == Self.byLeft(expected))
  }

  @Test func `greedy takes the nearest pairs whose rows are free`() throws {
    var (left, right) = (Set<Int>(), Set<Int>())
    let expected = Self.pairs.filter { p in
      if left.contains(p.i) || right.contains(p.j) { return false }
      left.insert(p.i)
      right.insert(p.j)
      return true
    }
    #expect(try Self.found(.oneToOneGreedy) == Self.byLeft(expected))
  }

  @Test func `optimal has the most pairs and the smallest sum of all one-to-one choices`() throws {
    var g = SeededGenerator(seed: 33)
    for _ in 0..<300 {
      let n = 1 + Int(g.next() % 6)
      let field = (0..<n).map { _ in SkyPosition(ra: 10 + 6e-3 * g.unit(), dec: 20 + 6e-3 * g.unit()) }
      let other = (0..<1 + Int(g.next() % 6)).map { _ in
        SkyPosition(ra: 10 + 6e-3 * g.unit(), dec: 20 + 6e-3 * g.unit())
      }
      let result = try MatcherTests.match(field, other, Matcher(radiusArcsec: 9, mode: .oneToOneOptimal))
      let all = try MatcherTests.match(field, other, Matcher(radiusArcsec: 9)).pairs
      let best = Self.bestChoice(all, field.count, [])
      #expect(result.pairs.count == best.count)
      #expect((result.report.separationSum - best.sum).magnitude < 1e-9)
      #expect(Set(result.pairs.map(\.left)).count == result.pairs.count)
      #expect(Set(result.pairs.map(\.right)).count == result.pairs.count)
    }
  }

  /// The best one-to-one choice for the left rows below `row`, by trying all.
  static func bestChoice(_ pairs: [MatchPair], _ row: Int, _ used: Set<Int>) -> (count: Int, sum: Double) {
    if row == 0 { return (0, 0) }
    var best = bestChoice(pairs, row - 1, used)
    for p in pairs where p.left == row - 1 && !used.contains(p.right) {
      let rest = bestChoice(pairs, row - 1, used.union([p.right]))
      let choice = (count: rest.count + 1, sum: rest.sum + p.separation)
      if choice.count > best.count || (choice.count == best.count && choice.sum < best.sum) { best = choice }
    }
    return best
  }

  @Test(arguments: [
    MatchMode.all, .bestPerLeft, .bestPerRight, .mutual, .oneToOneGreedy, .oneToOneOptimal, .nearest(2),
  ])
  func `the result does not depend on the number of threads`(mode: MatchMode) throws {
    let one = try MatcherTests.match(Self.left, Self.right, Matcher(radiusArcsec: 60, mode: mode))
    for threads in [2, 3, 7] {
      let many = try MatcherTests.match(
        Self.left, Self.right, Matcher(radiusArcsec: 60, mode: mode, threads: threads))
      #expect(many.pairs == one.pairs)
      #expect(many.report == one.report)
    }
  }

  @Test func `the report counts rows, pairs and separations, and its checksum is the sum of splitmix64`()
    throws
  {
    let result = try MatcherTests.match(Self.left, Self.right, Matcher(radiusArcsec: 3, mode: .bestPerLeft))
    let r = result.report
    #expect(r.leftRows == 500 && r.rightRows == 650 && r.leftSkipped == 0)
    #expect(r.candidates == Self.pairs.count && r.matched == result.pairs.count)
    #expect(r.dropped == r.candidates - r.matched)
    #expect(r.leftMatched == Set(result.pairs.map(\.left)).count)
    #expect(r.rightMatched == Set(result.pairs.map(\.right)).count)
    #expect(r.offsets.counts.reduce(0, +) == r.matched)
    #expect(r.offsets == OffsetHistogram(result.pairs, radiusArcsec: 3))
    #expect(r.nearRadius == result.pairs.count { $0.separation >= 2.97 })
    // splitmix64 of the seed 0, first output: Steele et al.'s reference implementation.
    #expect(PairChecksum.mix(0) == 0xE220_A839_7B1D_CDAF)
    var sum = PairChecksum()
    for p in result.pairs.shuffled() { sum.add(left: p.left, right: p.right) }
    #expect(sum == r.checksum && sum.description.count == 16)
  }

  @Test func `joins have the rows their names say`() throws {
    let result = try MatcherTests.match(Self.left, Self.right, Matcher(radiusArcsec: 3, mode: .mutual))
    let (l, r) = (Set(result.pairs.map(\.left)), Set(result.pairs.map(\.right)))
    let n = result.pairs.count
    let (restLeft, restRight) = (500 - l.count, 650 - r.count)
    let expected: [JoinKind: Int] = [
      .inner: n, .left: n + restLeft, .right: n + restRight, .outer: n + restLeft + restRight,
      .leftOnly: restLeft, .rightOnly: restRight, .unmatched: restLeft + restRight,
    ]
    for kind in JoinKind.allCases { #expect(result.joined(kind).count == expected[kind], "\(kind)") }
    #expect(Set(result.joined(.leftOnly).compactMap(\.left)) == Set(0..<500).subtracting(l))
    #expect(result.joined(.left).compactMap(\.left) == (0..<500).map { $0 })
    #expect(result.joined(.unmatched).allSatisfy { $0.separation == nil })
  }

  @Test func `chance matches are as many as the density of the sky gives`() throws {
    var g = SeededGenerator(seed: 34)
    // 20,000 and 30,000 rows at random in 4 square degrees, none of them true pairs.
    let field = { (n: Int) in
      (0..<n).map { _ in SkyPosition(ra: 30 + 2 * g.unit(), dec: 2 * g.unit()) }
    }
    let (a, b) = (field(20_000), field(30_000))
    let matcher = Matcher(radiusArcsec: 5)
    let left = try PositionArrays(ra: a.map(\.ra), dec: a.map(\.dec))
    let right = try PositionArrays(ra: b.map(\.ra), dec: b.map(\.dec))
    let result = try matcher.match(left: left, right: right)
    let chance = try matcher.chanceMatches(left: left, right: right, of: result)
    let expected = 20_000 * 30_000 * Double.pi * 25 / (4 * 3600 * 3600)
    #expect((chance.expected / expected - 1).magnitude < 0.1)
    #expect((chance.falseMatchRate - 1).magnitude < 0.1)
    // The same sky with itself: every row has a true partner, and chance adds little.
    let own = try matcher.match(left: left, right: left)
    #expect(try matcher.chanceMatches(left: left, right: left, of: own).falseMatchRate < 0.35)
    let svg = result.report.offsets.svg(chancePairs: chance.expected)
    #expect(svg.hasPrefix("<svg") && svg.contains("polyline") && svg.contains("separation"))
  }
}
