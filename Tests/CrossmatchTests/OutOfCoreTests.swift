import Foundation
import Testing

@testable import Crossmatch

@Suite struct OutOfCoreTests {
  @Test(arguments: [
    MatchMode.all, .bestPerLeft, .bestPerRight, .mutual, .oneToOneGreedy, .oneToOneOptimal, .nearest(2),
  ])
  func `matching by slabs gives the same pairs as in memory, in every mode`(mode: MatchMode) throws {
    var g = SeededGenerator(seed: 51)
    // Chains of neighbours across the borders of slabs, in a field of half a degree, and difficult places.
    let field = (0..<1500).map { _ in SkyPosition(ra: 40 + 0.5 * g.unit(), dec: 10 + 0.5 * g.unit()) }
    let sky = field + difficultSky(count: 500, seed: 52) + [SkyPosition(ra: .nan, dec: 0)]
    let other = sky.map {
      $0.dec.isNaN || $0.ra.isNaN ? $0 : $0.moved(by: 40 * g.unit() / 3600, towards: 7 * g.unit())
    }
    let left = try PositionArrays(ra: sky.map(\.ra), dec: sky.map(\.dec))
    let right = try PositionArrays(ra: other.map(\.ra), dec: other.map(\.dec))
    let matcher = Matcher(radiusArcsec: 30, mode: mode)
    let expected = try matcher.match(left: left, right: right)
    let folder = FileManager.default.temporaryDirectory.path
    var slabs = 0
    var pairs: [TablePair] = []
    let report = try OutOfCoreMatcher(matcher: matcher, folder: folder, rowsInMemory: 60)
      .match(left: left, right: right) {
        pairs += $0
        slabs += 1
      }
    #expect(slabs > 10)
    #expect(Set(pairs.map { [$0.left, $0.right] }) == Set(expected.pairs.map { [$0.left, $0.right] }))
    #expect(report.checksum == expected.report.checksum)
    #expect(report.matched == expected.report.matched && report.candidates == expected.report.candidates)
    #expect(report.leftSkipped == 1 && report.rightSkipped == 1)
    #expect(report.offsets == expected.report.offsets)
  }

  @Test func `a folder that is not there is reported`() throws {
    let one = try PositionArrays(ra: [1], dec: [2])
    let matcher = OutOfCoreMatcher(matcher: Matcher(radiusArcsec: 1), folder: "/nowhere/at/all")
    #expect { try matcher.match(left: one, right: one) { _ in } } throws: {
      ($0 as? CrossmatchError)?.code == "XMA-04"
    }
  }
}
