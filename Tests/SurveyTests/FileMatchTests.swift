import Crossmatch
import Foundation
import Tables
import Testing

@testable import Survey

@Suite struct FileMatchTests {
  /// Two catalogues of 400 rows each, 100 of which lie 1″ apart; strings, integers and nulls beside the positions.
  private func catalogues(_ folder: String, _ ending: String) throws -> (String, String) {
    func write(_ name: String, _ shift: Double, _ first: Int) throws -> String {
      let rows = (first..<first + 400).map { $0 }
      let table = Table(columns: [
        Column(.text("name", ucd: "meta.id;meta.main"), strings: rows.map { "star \($0)" }),
        Column(
          Field(name: "ra", unit: "deg", ucd: "pos.eq.ra;meta.main"),
          doubles: rows.map { Double($0) * 0.4 + 10 }),
        Column(
          Field(name: "dec", unit: "deg", ucd: "pos.eq.dec;meta.main"),
          doubles: rows.map { Double($0) * 0.1 - 20 + shift / 3600 }),
        Column(
          Field(name: "mag", unit: "mag", ucd: "phot.mag"),
          doubles: rows.map { $0 % 7 == 0 ? nil : Double($0) / 8 }),
        Column(Field(name: "visits", datatype: .int), integers: rows.map { $0 % 5 == 0 ? nil : $0 }),
      ])
      let path = "\(folder)/\(name).\(ending)"
      try TableFile.write(table, path: path)
      return path
    }
    return (try write("one", 0, 0), try write("two", 1, 300))
  }

  @Test(arguments: ["vot", "fits", "csv"], ["vot", "fits", "csv"])
  func theJoinedTableHasTheValuesOfBothSides(input: String, output: String) throws {
    let folder = try TemporaryFolder().path
    let (one, two) = try catalogues(folder, input)
    var options = FileMatch.Options(left: one, right: two, radius: 2)
    options.output = "\(folder)/joined.\(output)"
    let summary = try FileMatch(options).run()
    #expect(summary.pairs == 100 && summary.rows == 100)
    let table = try TableFile.read(path: folder + "/joined." + output)
    #expect(table.rowCount == 100)
    for row in 0..<100 {
      let star = 300 + row
      #expect(table.columns[0].string(row) == "star \(star)")
      #expect(table.columns[5].string(row) == "star \(star)")
      #expect(abs((table.columns[2].double(row) ?? 0) - (Double(star) * 0.1 - 20)) < 1e-9)
      #expect(table.columns[3].double(row) == (star % 7 == 0 ? nil : Double(star) / 8))
      #expect(table.columns[9].integer(row) == (star % 5 == 0 ? nil : star))
      let separation = try #require(table.columns.last?.double(row))
      #expect(abs(separation - 1) < 1e-6)
    }
  }

  @Test(arguments: zip(JoinKind.allCases, [100, 400, 400, 700, 300, 300, 600]))
  func everyJoinHasTheRowsItsNamePromises(join: JoinKind, rows: Int) throws {
    let folder = try TemporaryFolder().path
    let (one, two) = try catalogues(folder, "vot")
    var options = FileMatch.Options(left: one, right: two, radius: 2)
    options.join = join
    options.output = folder + "/joined.vot"
    #expect(try FileMatch(options).run().rows == rows)
    let table = try TableFile.read(path: folder + "/joined.vot")
    #expect(table.rowCount == rows)
    let lonely = (0..<rows).count { table.columns.last?.double($0) == nil }
    #expect(lonely == rows - ([.leftOnly, .rightOnly, .unmatched].contains(join) ? 0 : 100))
  }

  @Test func aMatchByTheProgramPrintsCountsAndChecksumAsJSON() async throws {
    let folder = try TemporaryFolder().path
    let (one, two) = try catalogues(folder, "fits")
    let outcome = try await Program.run(["match", one, two, "--radius", "2arcsec", "--json", "--chance"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(FileMatch.Summary.self, from: Data(outcome.output.utf8))
    var checksum = PairChecksum()
    for row in 0..<100 { checksum.add(left: 300 + row, right: row) }
    #expect(report.pairs == 100 && report.checksum == "\(checksum)" && report.falseMatchRate == 0)
    #expect(try await Program.run(["match", one, two, "--radius", "0.5arcsec"]).status == 1)
    #expect(try await Program.run(["match", one, folder + "/none.fits", "--radius", "1arcsec"]).status == 2)
  }

  @Test func mocAndIndexCommandsAgreeWithTheCatalogue() async throws {
    let folder = try TemporaryFolder().path
    let (one, _) = try catalogues(folder, "csv")
    for name in ["m.fits", "m.json", "m.txt"] {
      #expect(
        try await Program.run(["moc", "make", one, "--order", "9", "-o", "\(folder)/\(name)"]).status == 0)
      let all = try await Program.run([
        "moc", "filter", "\(folder)/\(name)", one, "-o", "\(folder)/in.csv", "--json",
      ])
      #expect(all.output.contains("\"rows\" : 400"), "\(name): \(all.output)\(all.errors)")
    }
    let outside = try await Program.run([
      "moc", "filter", folder + "/m.fits", one, "--outside", "-o", folder + "/out.csv",
    ])
    #expect(outside.status == 1)
    #expect(try await Program.run(["moc", "subtract", folder + "/m.fits", folder + "/m.json"]).status == 1)
    #expect(
      try await Program.run(["index", "make", one, "-o", folder + "/i.fits", "--epoch", "2016"]).status == 0)
    let cone = try await Program.run(["index", "cone", folder + "/i.fits", "50,-10,30arcsec"])
    #expect(cone.output == "row 101\t0.0000 arcsec\n", "\(cone.output)\(cone.errors)")
    let far = try await Program.run(["index", "cone", folder + "/i.fits", "50,-9.999,30arcsec"])
    #expect(far.output == "row 101\t3.6000 arcsec\n", "\(far.output)\(far.errors)")
  }

  @Test(.enabled(if: hasStilts, "needs stilts"))
  func stiltsOpensAnIndexAsATableAndItsAddedRowsOnceCompacted() async throws {
    let folder = try TemporaryFolder().path
    let (one, two) = try catalogues(folder, "vot")
    let index = folder + "/index.fits"
    #expect(try await Program.run(["index", "make", one, "-o", index, "--epoch", "2016"]).status == 0)
    func rows() async throws -> Tables.Table {
      let out = folder + "/rows.csv"
      let run = try await Program.tool(
        "stilts", ["tpipe", "in=\(index)", "cmd=sort ROW", "ofmt=csv", "out=\(out)"])
      #expect(run.status == 0, "\(run.errors)")
      return try TableFile.read(path: out)
    }
    func isTheCatalogue(_ table: Tables.Table) -> Bool {
      (0..<table.rowCount).allSatisfy { row in
        let (star, shift) = row < 400 ? (row, 0.0) : (row - 100, 1.0)
        return table.columns[1].double(row) == Double(star) * 0.4 + 10
          && table.columns[2].double(row) == Double(star) * 0.1 - 20 + shift / 3600
          && table.columns[3].integer(row) == row
      }
    }
    let table = try await rows()
    #expect(table.columns.map(\.field.name) == ["CELL", "RA", "DEC", "ROW"] && table.rowCount == 400)
    #expect(isTheCatalogue(table))
    let added = try await Program.run(["index", "add", index, two, "--json"])
    #expect(added.output.contains("\"added\" : 400"), "\(added.errors)")
    // STILTS opens the first column-oriented table of a file and no other.
    #expect(try await rows().rowCount == 400)
    let cone = try await Program.run(["index", "cone", index, "170,20,2arcsec"])
    #expect(cone.output == "row 501\t1.0000 arcsec\n", "\(cone.output)\(cone.errors)")
    #expect(try await Program.run(["index", "compact", index]).status == 0)
    let whole = try await rows()
    #expect(whole.rowCount == 800 && isTheCatalogue(whole))
    let again = try await Program.run(["index", "cone", index, "170,20,2arcsec"])
    #expect(again.output == cone.output)
    // The coverage kept with the index is a table of its own.
    let coverage = try await Program.tool("stilts", ["tpipe", "in=\(index)#3", "omode=count"])
    #expect(coverage.status == 0, "\(coverage.errors)")
  }

  private static let hasStilts = ["/usr/bin/stilts", "/usr/local/bin/stilts"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}
