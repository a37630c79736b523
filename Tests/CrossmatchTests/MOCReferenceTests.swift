import Foundation
import Testing

@testable import Crossmatch

@Suite(.enabled(if: ReferenceTables.isThere, "\(ReferenceTables.absent)"))
struct MOCReferenceTests {
  static func text(_ name: String) throws -> String {
    let url = ReferenceTables.folder.appendingPathComponent("moc/" + name)
    return String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }

  static func names() throws -> [String] { try ReferenceTables.rows("moc/index.csv").map { String($0[0]) } }

  @Test
  func
    `55 MOCs are the same sets from ASCII, JSON and FITS, with the order, sky fraction and ranges of mocpy`()
    throws
  {
    let index = try ReferenceTables.rows("moc/index.csv")
    #expect(index.count == 55)
    for row in index {
      let moc = try MOC(ascii: Self.text("\(row[0]).ascii"))
      #expect(try MOC(json: Self.text("\(row[0]).json")) == moc, "\(row[0])")
      #expect(try moc.order == number(row[1]), "\(row[0])")
      #expect(try (moc.skyFraction - number(row[2])).magnitude < 2e-15, "\(row[0])")
      #expect(try moc.ranges.count == number(row[3]), "\(row[0])")
      #expect(moc.invariantsHold)
      #expect(try MOC(ascii: moc.ascii) == moc)
      #expect(try MOC(json: moc.json) == moc)
      // Both FITS forms as mocpy writes them.
      for suffix in ["", "_v1"] {
        let path = ReferenceTables.folder.appendingPathComponent("moc/\(row[0])\(suffix).fits").path
        #expect(try MOC(path: path) == moc, "\(row[0])\(suffix)")
      }
    }
  }

  @Test func `all set operations give mocpy's results`() throws {
    var checked = 0
    for name in try Self.names() where name.contains("__") {
      let parts = name.components(separatedBy: "__")
      let a = try MOC(ascii: Self.text(parts[0] + ".ascii"))
      var expected = try MOC(ascii: Self.text(name + ".ascii"))
      // mocpy 0.21.0 says nothing is left of f_order29, none of which is in d_wrap: its own union, intersection (empty)
      // and symmetric difference of the two contradict that.
      if name == "f_order29__minus__d_wrap" { expected = a }
      let result: MOC
      switch parts[1] {
      case "not": result = a.complement
      case "deg4": result = a.degraded(to: 4)
      default:
        let b = try MOC(ascii: Self.text(parts[2] + ".ascii"))
        result =
          switch parts[1] {
          case "or": a.union(b)
          case "and": a.intersection(b)
          case "minus": a.subtracting(b)
          default: a.symmetricDifference(b)
          }
      }
      #expect(result.ranges == expected.ranges, "\(name)")
      #expect(result.invariantsHold)
      checked += 1
    }
    #expect(checked == 46)
  }
}
