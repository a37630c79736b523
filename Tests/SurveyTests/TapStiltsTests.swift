import Foundation
import Tables
import Testing
import VOClient

@testable import Survey

/// The same questions to the same server by our client and by STILTS.
@Suite(
  .serialized,
  .enabled(if: DaCHSTests.base != nil, "no VOTRAWL_TEST_DACHS: start a DaCHS and give its base URL"),
  .enabled(if: Program.hasStilts, "stilts is not installed"))
struct TapStiltsTests {
  private let tap = (DaCHSTests.base ?? "") + "/tap"

  private func rows(_ path: String) throws -> [String] {
    let table = try TableFile.read(path: path)
    return (0..<table.rowCount).map { row in
      table.columns.map { column in
        column.double(row).map { "\($0)" } ?? column.string(row) ?? ""
      }.joined(separator: "|")
    }.sorted()
  }

  /// Positions with names, some of them not of ASCII, and missing values.
  private func positions(_ folder: String) async throws -> String {
    let file = folder + "/places.csv"
    let outcome = try await Program.run([
      "tap", tap, "SELECT raj2000 AS ra, dej2000 AS de FROM lamost.data ORDER BY raj2000", "--format", "csv",
    ])
    let lines = outcome.output.split(whereSeparator: \.isNewline).dropFirst()
    #expect(lines.count > 10, "\(outcome.errors)")
    let rows = lines.enumerated().map { index, line in
      "\(index),\(line),\(index % 3 == 0 ? "" : "ž \(index)"),\(index % 4 == 0 ? "" : "\(index * 1000)")"
    }
    try (["n,ra,de,name,counts"] + rows).joined(separator: "\n").write(
      toFile: file, atomically: true, encoding: .utf8)
    // STILTS takes a CSV file for ASCII: both get the same VOTable.
    let votable = folder + "/places.vot"
    let converted = try await Program.run(["table", "convert", file, "-o", votable])
    #expect(converted.status == 0, "\(converted.errors)")
    return votable
  }

  @Test(arguments: [false, true])
  func anUploadGivesWhatItGivesByStilts(isAsync: Bool) async throws {
    let folder = try TemporaryFolder().path
    let places = try await positions(folder)
    let adql = """
      SELECT mine.n, mine.name, mine.counts, db.ssa_pubdid, db.ssa_dateobs FROM TAP_UPLOAD.mine AS mine \
      JOIN lamost.data AS db ON 1 = CONTAINS(POINT('ICRS', db.raj2000, db.dej2000), \
      CIRCLE('ICRS', mine.ra, mine.de, 0.003))
      """
    let ours = try await Program.run(
      ["tap", tap, adql, "--upload", "mine=\(places)", "-o", folder + "/ours.vot"]
        + (isAsync ? ["--async"] : []),
      environment: ["XDG_STATE_HOME": folder])
    #expect(ours.status == 0, "\(ours.errors)")
    let theirs = try await Program.tool(
      "stilts",
      [
        "tapquery", "tapurl=\(tap)", "adql=\(adql)", "nupload=1", "upload1=\(places)", "ufmt1=votable",
        "upname1=mine", "sync=\(!isAsync)", "out=\(folder)/theirs.vot", "ofmt=votable-tabledata",
      ])
    #expect(theirs.status == 0, "\(theirs.errors)")
    let (one, other) = (try rows(folder + "/ours.vot"), try rows(folder + "/theirs.vot"))
    #expect(one == other && one.count >= 10)
    #expect(one.contains { $0.contains("ž") })
    let lint = try await Program.tool("stilts", ["votlint", folder + "/ours.vot"])
    // The server's own xtype is warned of.
    #expect(lint.status == 0 && !lint.output.contains("ERROR"), "\(lint.output)")
  }

  @Test func theTableThatWeSendIsFaultlessToVotlint() async throws {
    let folder = try TemporaryFolder().path
    let places = try await positions(folder)
    let upload = try TAPService.Upload(name: "mine", table: try TableFile.read(path: places))
    try Data(upload.votable).write(to: URL(fileURLWithPath: folder + "/upload.vot"))
    let lint = try await Program.tool("stilts", ["votlint", folder + "/upload.vot"])
    #expect(lint.status == 0 && lint.output.isEmpty, "\(lint.output)")
    #expect(try rows(folder + "/upload.vot") == rows(places))
  }

  /// The server is as the standards have it in all that our client relies on, so that what both clients agree on is right.
  @Test func taplintFindsNoErrorInWhatOurClientUses() async throws {
    let lint = try await Program.tool(
      "stilts",
      ["taplint", "tapurl=\(tap)", "stages=CPV QPO QAS UPL", "report=EF", "maxrepeat=2"])
    #expect(lint.output.contains("Totals: Errors: 0; "), "\(lint.output)")
    let check = try await Program.run(["service", "check", tap, "--json"])
    #expect(check.status == 0 && !check.output.contains("\"bad\""), "\(check.output)")
  }
}
