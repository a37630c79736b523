import Foundation
import Testing

@testable import Crossmatch

@Suite struct FITSTests {
  /// A table with a number, a position, a float and a text in each row.
  static func table(_ sky: [SkyPosition], unit: String = "deg") -> [UInt8] {
    let forms = [("id", "1K", ""), ("ALPHA", "1D", unit), ("dec", "1E", unit), ("name", "5A", "")]
    var h = BinaryTable.header(rowBytes: 25, rows: sky.count, fields: 4)
    for (k, (name, form, unit)) in forms.enumerated() {
      h.add("TTYPE\(k + 1)", name)
      h.add("TFORM\(k + 1)", form)
      if !unit.isEmpty { h.add("TUNIT\(k + 1)", unit) }
    }
    h.add("TUCD2", "pos.eq.ra;meta.main")
    h.add("COMMENTS", "it's quoted")
    var bytes = BinaryTable.primary.finished() + h.finished()
    for (row, p) in sky.enumerated() {
      withUnsafeBytes(of: UInt64(row).bigEndian) { bytes += $0 }
      withUnsafeBytes(of: p.ra.bitPattern.bigEndian) { bytes += $0 }
      withUnsafeBytes(of: Float(p.dec).bitPattern.bigEndian) { bytes += $0 }
      bytes += Array("s\(row)    ".utf8.prefix(5))
    }
    bytes += [UInt8](repeating: 0, count: (2880 - bytes.count % 2880) % 2880)
    return bytes
  }

  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fits-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func `positions are found by UCD or name and read in both precisions`() throws {
    try Self.withFolder { folder in
      let sky = difficultSky(count: 3000, seed: 61)
      try Data(Self.table(sky)).write(to: URL(fileURLWithPath: folder + "/a.fits"))
      let source = try FITSPositions(path: folder + "/a.fits")
      #expect(source.rowCount == 3000 && source.columnNames == ("ALPHA", "dec"))
      for row in [0, 1, 1500, 2999] {
        #expect(source.position(row) == SkyPosition(ra: sky[row].ra, dec: Double(Float(sky[row].dec))))
      }
      source.release(0..<3000)
      #expect(source.position(7).ra == sky[7].ra)
      for (ra, dec) in [("id", "dec"), ("alpha", "name"), ("nothing", "dec")] {
        #expect { try FITSPositions(path: folder + "/a.fits", ra: ra, dec: dec) } throws: {
          ($0 as? CrossmatchError)?.code == "XMA-04"
        }
      }
      try Data(Self.table(sky, unit: "rad")).write(to: URL(fileURLWithPath: folder + "/b.fits"))
      #expect { try FITSPositions(path: folder + "/b.fits") } throws: {
        "\($0)".contains("positions in rad")
      }
    }
  }

  @Test func `joined rows hold the bytes of both rows and the separation`() throws {
    try Self.withFolder { folder in
      let sky = difficultSky(count: 700, seed: 62)
      let (a, b, out) = (folder + "/a.fits", folder + "/b.fits", folder + "/j.fits")
      try Data(Self.table(sky)).write(to: URL(fileURLWithPath: a))
      try Data(Self.table(sky.reversed())).write(to: URL(fileURLWithPath: b))
      let (left, right) = try (FITSPositions(path: a), FITSPositions(path: b))
      let result = try Matcher(radiusArcsec: 2).match(left: left, right: right)
      try FITSJoin(left: left, right: right).write(result.pairs, toPath: out)
      let file = try #require(MappedFile(path: out))
      let table = try #require(BinaryTable.all(in: file.bytes).first)
      #expect(table.rowCount == result.pairs.count && table.rowBytes == 58)
      #expect(
        table.columns.map(\.name) == [
          "id_1", "ALPHA_1", "dec_1", "name_1", "id_2", "ALPHA_2", "dec_2", "name_2", "Separation",
        ])
      #expect(table.columns.map { "\($0.repeats)\($0.type)" }[3] == "5A")
      for (k, p) in result.pairs.enumerated() {
        let row = table.start + 58 * k
        let l = file.bytes[row..<row + 25]
        let r = file.bytes[row + 25..<row + 50]
        let from = { (f: MappedFile, start: Int, n: Int) in f.bytes[start + 25 * n..<start + 25 * n + 25] }
        #expect(l.elementsEqual(from(left.file, left.table.start, p.left)))
        #expect(r.elementsEqual(from(right.file, right.table.start, p.right)))
        let bits = UInt64(bigEndian: file.bytes.loadUnaligned(fromByteOffset: row + 50, as: UInt64.self))
        #expect(Double(bitPattern: bits) == p.separation)
      }
      #expect(file.count % 2880 == 0)
      // Many blocks on several threads: the same bytes.
      let many = (0..<60).flatMap { _ in result.pairs }
      for threads in [1, 3] {
        try FITSJoin(left: left, right: right).write(many, toPath: out + "\(threads)", threads: threads)
      }
      let bytes = try [1, 3].map { try Data(contentsOf: URL(fileURLWithPath: out + "\($0)")) }
      #expect(bytes[0] == bytes[1] && bytes[0].count > 1 << 22)
    }
  }

  @Test func `headers are read as they are written, and not beyond their end`() throws {
    var h = FITSHeaderWriter()
    h.add("SIMPLE", true)
    h.add("NUMBER", -42, "with comment")
    h.add("REAL", 2.5e-7)
    h.add("TEXT", "it's / not a comment", "but this is")
    let bytes = h.finished()
    try bytes.withUnsafeBytes { buffer in
      let header = try #require(FITSHeader(buffer, at: 0))
      #expect(header.length == 2880 && header.cards.count == 4)
      #expect(header.integer("NUMBER") == -42 && header.double("REAL") == 2.5e-7)
      #expect(header["TEXT"] == "it's / not a comment")
      #expect(FITSHeader(UnsafeRawBufferPointer(rebasing: buffer[0..<300]), at: 0) == nil)
      #expect(FITSHeader(buffer, at: 2880) == nil && FITSHeader(buffer, at: -1) == nil)
    }
  }
}
