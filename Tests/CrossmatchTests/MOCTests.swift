import Foundation
import Testing

@testable import Crossmatch

@Suite struct MOCTests {
  static func random(_ g: inout SeededGenerator) -> MOC {
    let order = Int(g.next() % 30)
    let cells = (0..<Int(g.next() % 60)).map { _ in g.next() % HEALPix(order: order).cellCount }
    var moc = MOC(cells: cells, order: order)
    if g.next() % 2 == 0 {
      let p = g.position()
      moc.formUnion(MOC(coneAt: p, radius: 40 * g.unit(), order: min(order, 6)))
    }
    return moc
  }

  @Test func `set operations keep the invariants and the laws of sets`() {
    var g = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let (a, b) = (Self.random(&g), Self.random(&g))
      let results = [
        a.union(b), a.intersection(b), a.subtracting(b), a.symmetricDifference(b), a.complement,
        a.degraded(to: 3),
      ]
      for r in results { #expect(r.invariantsHold) }
      #expect(a.union(b).ranges == a.complement.intersection(b.complement).complement.ranges)
      #expect(a.subtracting(b).ranges == a.intersection(b.complement).ranges)
      #expect(a.symmetricDifference(b).ranges == a.union(b).subtracting(a.intersection(b)).ranges)
      #expect(a.complement.complement == a)
      #expect(a.isSubset(of: a.union(b)) && a.intersection(b).isSubset(of: b))
      #expect(a.isSubset(of: a.degraded(to: 3)))
      #expect((a.skyFraction + a.complement.skyFraction - 1).magnitude < 1e-15)
      for p in difficultSky(count: 20, seed: g.next()) {
        let (inA, inB) = (a.contains(ra: p.ra, dec: p.dec), b.contains(ra: p.ra, dec: p.dec))
        #expect(a.union(b).contains(ra: p.ra, dec: p.dec) == (inA || inB))
        #expect(a.subtracting(b).contains(ra: p.ra, dec: p.dec) == (inA && !inB))
      }
    }
  }

  @Test func `every form reads back as the same set`() throws {
    var g = SeededGenerator(seed: 12)
    for k in 0..<60 {
      let moc = k == 0 ? MOC(order: 7) : k == 1 ? .fullSky : Self.random(&g)
      #expect(try MOC(ascii: moc.ascii) == moc)
      #expect(try MOC(json: moc.json) == moc)
      #expect(try MOC(fits: moc.fits()) == moc)
      #expect(try MOC(fits: moc.fits(form: .nuniq)) == moc)
    }
  }

  @Test func `files are written and read by their names and contents`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("moc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let moc = try MOC(ascii: "3/3 10 4/16-18 22 5/19 20")
    for name in ["a.fits", "a.json", "a.txt"] {
      let path = folder.appendingPathComponent(name).path
      try moc.write(toPath: path)
      #expect(try MOC(path: path) == moc)
    }
    #expect { try MOC(path: "/nowhere/a.fits") } throws: { ($0 as? CrossmatchError)?.code == "MOC-04" }
  }

  @Test(arguments: [
    ("5", "MOC-01"), ("5/1-", "MOC-01"), ("30/1", "MOC-02"), ("0/12", "MOC-02"), ("3/9-4", "MOC-02"),
    ("3/99999999999999999999", "MOC-02"), ("x", "MOC-01"),
  ])
  func `text that is no MOC is refused with its code`(text: String, code: String) {
    #expect { try MOC(ascii: text) } throws: { ($0 as? CrossmatchError)?.code == code }
  }

  @Test(arguments: [
    "", "{", "{\"1\":}", "{\"1\":[1,]}", "{\"1\":[1]}x", "[1]", "{\"1\":[1] \"2\":[3]}", "{1:[2]}",
  ])
  func `JSON that is no MOC is refused`(text: String) {
    #expect { try MOC(json: text) } throws: { ($0 as? CrossmatchError)?.code == "MOC-01" }
  }

  @Test func `a FITS file without MOC, cut short or with numbers out of range is refused`() throws {
    let good = try MOC(ascii: "29/5 7").fits()
    #expect { try MOC(fits: []) } throws: { ($0 as? CrossmatchError)?.code == "MOC-03" }
    #expect { try MOC(fits: Array(good.prefix(3000))) } throws: { ($0 as? CrossmatchError)?.code == "MOC-03" }
    #expect { try MOC(fits: Array(good.prefix(2880))) } throws: { ($0 as? CrossmatchError)?.code == "MOC-03" }
    var bad = good
    for k in 0..<8 { bad[5760 + k] = 0xFF }
    #expect { try MOC(fits: bad) } throws: { ($0 as? CrossmatchError)?.code == "MOC-02" }
  }

  /// Found by fuzzing: the size of the data was that of no axes, and the number of rows another.
  @Test func `a table of no axes or of a negative number of rows is no MOC`() throws {
    let good = String(decoding: MOC(cells: [3], order: 1).fits(form: .nuniq), as: UTF8.self)
    let axes = "NAXIS   =                    2", rows = "NAXIS2  =                    1"
    try #require(good.contains(axes) && good.contains(rows))
    for (other, count) in [("0", "-10"), ("0", "  1"), ("2", "-10"), ("1", "  1")] {
      let bad = good.replacing(axes, with: axes.dropLast() + other)
        .replacing(rows, with: rows.dropLast(3) + count)
      #expect { try MOC(fits: Array(bad.utf8)) } throws: { ($0 as? CrossmatchError)?.code == "MOC-03" }
    }
  }

  @Test(arguments: [0, 4, 9, 12, 14, 15, 20, 29])
  func `a MOC of positions has exactly their cells, and finds them`(order: Int) {
    var sky = difficultSky(count: 3000, seed: 13)
    sky.append(SkyPosition(ra: .nan, dec: 0))
    sky.append(SkyPosition(ra: 5, dec: 91))
    let (ra, dec) = (sky.map(\.ra), sky.map(\.dec))
    let moc = MOC(ra: ra, dec: dec, order: order)
    let healpix = HEALPix(order: order)
    let valid = sky.filter { SkyPosition.isValid(ra: $0.ra, dec: $0.dec) }
    #expect(moc == MOC(cells: valid.map { healpix.cell(at: $0) }, order: order))
    #expect(moc.contains(ra: ra, dec: dec) == [Bool](repeating: true, count: 3000) + [false, false])
    let other = difficultSky(count: 3000, seed: 14)
    #expect(
      moc.contains(ra: other.map(\.ra), dec: other.map(\.dec))
        == other.map { moc.contains(ra: $0.ra, dec: $0.dec) })
    // Also where there are many positions to a cell, and the set is unfolded into bits.
    let many = (0..<30).flatMap { _ in other }
    #expect(
      moc.contains(ra: many.map(\.ra), dec: many.map(\.dec)).prefix(3000)
        == moc.contains(ra: other.map(\.ra), dec: other.map(\.dec)).prefix(3000))
    #expect(
      MOC(ra: many.map(\.ra), dec: many.map(\.dec), order: order)
        == MOC(cells: other.map { healpix.cell(at: $0) }, order: order))
  }

  @Test func `the positions of all cells make the whole sky, of all but some the rest`() {
    let healpix = HEALPix(order: 8)
    let centers = (0..<healpix.cellCount).reversed().map { healpix.center(of: $0) }
    let all = MOC(ra: centers.map(\.ra), dec: centers.map(\.dec), order: 8)
    #expect(all.ranges == MOC.fullSky.ranges)
    // Gaps at the ends, on both sides of where the buckets of cells meet, and a whole bucket.
    let gaps: [Set<UInt64>] = [
      [0], [786_431], [262_143], [262_144], Set(262_144..<524_288), Set(5..<524_289),
    ]
    for gap in gaps {
      let rest = (0..<healpix.cellCount).filter { !gap.contains($0) }.map { healpix.center(of: $0) }
      let moc = MOC(ra: rest.map(\.ra), dec: rest.map(\.dec), order: 8)
      #expect(moc.complement == MOC(cells: gap.sorted(), order: 8))
    }
  }

  @Test func `the border is the ring of cells around a set`() throws {
    let moc = MOC(cells: [0, 1, 2, 3], order: 5)
    let healpix = HEALPix(order: 5)
    let expected = Set((0..<4).flatMap { Array(healpix.neighbours(of: $0)) }).subtracting([0, 1, 2, 3])
    #expect(moc.border == MOC(cells: expected, order: 5))
    #expect(moc.expanded.cellRanges(atOrder: 5).reduce(0) { $0 + $1.count } == 4 + expected.count)
  }

  @Test func `cells are the fewest that make up the set`() throws {
    let moc = MOC(cells: Array(0..<21), order: 4)
    #expect(moc.ascii == "2/0 3/4 4/20")
    #expect(MOC.fullSky.ascii == "0/0-11")
    #expect(MOC(order: 3).ascii == "3/" && MOC(order: 3).json == "{\"3\":[]}")
  }
}
