import Foundation
import Testing

@testable import Crossmatch

@Suite struct SkyIndexTests {
  static func brute(_ sky: [SkyPosition], _ p: SkyPosition, _ radius: Double) -> [IndexHit] {
    let limit = Haversine.ofAngle(radius)
    return sky.indices.compactMap { row -> (Int, Double)? in
      let h = Haversine.between(sky[row].ra, sky[row].dec, p.ra, p.dec)
      return h <= limit ? (row, h) : nil
    }
    .sorted { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0 }
    .map { IndexHit(row: $0.0, separation: Haversine.degrees($0.1)) }
  }

  static func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("index-\(UUID().uuidString).fits").path
  }

  @Test(arguments: [0, 1e-9, 1e-4, 0.3, 7, 60, 180])
  func `cones and nearest rows equal brute force`(radius: Double) {
    let sky = difficultSky(count: 2500, seed: 21)
    let index = SkyIndex(ra: sky.map(\.ra), dec: sky.map(\.dec))
    for p in difficultSky(count: 60, seed: 22) + sky.prefix(60) {
      let expected = Self.brute(sky, p, radius)
      #expect(index.cone(ra: p.ra, dec: p.dec, radius: radius) == expected)
      #expect(index.nearest(ra: p.ra, dec: p.dec, radius: radius) == expected.first)
      #expect(index.nearest(5, ra: p.ra, dec: p.dec, radius: radius) == Array(expected.prefix(5)))
    }
  }

  @Test func `a saved, mapped, appended and compacted index answers as one made at once`() throws {
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var sky = difficultSky(count: 4000, seed: 23)
    sky[17] = SkyPosition(ra: .nan, dec: 3)
    sky[3999] = SkyPosition(ra: 3, dec: 95)
    let (ra, dec) = (sky.map(\.ra), sky.map(\.dec))
    var first = SkyIndex(ra: Array(ra[..<3000]), dec: Array(dec[..<3000]))
    first.provenance = IndexProvenance(source: "gaia's.fits", sourceChecksum: "00ff", epoch: 2016)
    try first.save(toPath: path)
    try SkyIndex.append(ra: Array(ra[3000...]), dec: Array(dec[3000...]), toPath: path)
    let index = try SkyIndex(path: path)
    let whole = SkyIndex(ra: ra, dec: dec)
    #expect(index.segments.count == 2 && index.rowCount == 4000)
    #expect(index.count == 3998 && index.skippedCount == 2)
    #expect(index.provenance == first.provenance)
    #expect(index.coverage == whole.coverage)
    let compact = index.compacted()
    #expect(compact.segments.count == 1 && compact.count == 3998)
    for p in difficultSky(count: 80, seed: 24) {
      let expected = whole.cone(ra: p.ra, dec: p.dec, radius: 5)
      #expect(index.cone(ra: p.ra, dec: p.dec, radius: 5) == expected)
      #expect(compact.cone(ra: p.ra, dec: p.dec, radius: 5) == expected)
    }
    let region = MOC(coneAt: SkyPosition(ra: 0, dec: 90), radius: 10, order: 8)
    let inside = sky.indices.filter { region.contains(ra: sky[$0].ra, dec: sky[$0].dec) }
    #expect(index.rows(in: region).sorted() == inside)
    #expect(inside.count > 100)
  }

  @Test func `an append cut short leaves the index as it was`() throws {
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sky = difficultSky(count: 500, seed: 25)
    let (ra, dec) = (sky.map(\.ra), sky.map(\.dec))
    try SkyIndex(ra: ra, dec: dec).save(toPath: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    try SkyIndex.append(ra: ra, dec: dec, toPath: path)
    let after = try Data(contentsOf: URL(fileURLWithPath: path))
    for part in [1, 2000, 2881, 9000, after.count - before.count - 2881] {
      try after.prefix(before.count + part).write(to: URL(fileURLWithPath: path))
      #expect(try SkyIndex(path: path).count == 500)
    }
    try SkyIndex.append(ra: ra, dec: dec, toPath: path)
    #expect(try SkyIndex(path: path).count == 1000)
  }

  @Test func `a damaged index is refused, not followed`() throws {
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sky = difficultSky(count: 300, seed: 26)
    try SkyIndex(ra: sky.map(\.ra), dec: sky.map(\.dec)).save(toPath: path)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect { try SkyIndex(path: path + "x") } throws: { ($0 as? CrossmatchError)?.code == "IDX-01" }
    try good.prefix(4000).write(to: URL(fileURLWithPath: path))
    #expect { try SkyIndex(path: path) } throws: { ($0 as? CrossmatchError)?.code == "IDX-02" }
    // Every byte of the offsets changed in turn: refused, or still within the columns.
    let offsets = 2880 + 2880 + (300 * 32 + 2879) / 2880 * 2880 + 2880
    var g = SeededGenerator(seed: 27)
    for k in 0..<400 {
      var bad = good
      bad[offsets + k % 1000] = UInt8(truncatingIfNeeded: g.next())
      try bad.write(to: URL(fileURLWithPath: path))
      if let index = try? SkyIndex(path: path) {
        for p in sky.prefix(10) { #expect(index.cone(ra: p.ra, dec: p.dec, radius: 20).count <= 300) }
      }
    }
  }
}
