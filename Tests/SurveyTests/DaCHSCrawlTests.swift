import Foundation
import GRDB
import Tables
import Testing

@testable import Survey

/// Crawls of a real DaCHS 2.7 by SSAP and by TAP, as a user runs them.
@Suite(
  .serialized,
  .enabled(
    if: DaCHSTests.base != nil,
    "no VOTRAWL_TEST_DACHS: start a DaCHS with the real pairs and give its base URL"))
struct DaCHSCrawlTests {
  private let base = DaCHSTests.base ?? ""

  /// A survey in which nothing is yet.
  private func survey(_ services: String = "") async throws -> String {
    let path = try TemporaryFolder().path + "/survey"
    #expect(try await Program.run(["init", path]).status == 0)
    if !services.isEmpty {
      let file = path + "/survey.toml"
      try (try String(contentsOfFile: file, encoding: .utf8) + "\n" + services).write(
        toFile: file, atomically: true, encoding: .utf8)
    }
    return path
  }

  private func crawl(
    _ survey: String, _ name: String, _ more: [String] = [], expect status: Int32 = 0
  ) async throws -> (summary: Crawl.Summary, errors: String) {
    let outcome = try await Program.run(
      ["crawl", "\(name)=\(base)/\(name)/q/ssa/ssap.xml", "--tap", base + "/tap", "--table", name + ".data"]
        + more + ["--survey", survey, "--json"])
    #expect(outcome.status == status, "\(outcome.errors)")
    let summaries = try JSONDecoder().decode([Crawl.Summary].self, from: Data(outcome.output.utf8))
    return (try #require(summaries.first), outcome.errors)
  }

  private func dids(_ survey: String, _ name: String) throws -> [String] {
    try SurveyFolder(at: survey, forWriting: false).publisherDIDs(of: name)
  }

  /// The queries of the newest pass.
  private func queries(_ path: String) throws -> [QueryRecord] {
    let survey = try SurveyFolder(at: path, forWriting: false)
    return try survey.queries(of: try survey.harvest(nil).number)
  }

  /// Changes a survey behind its back; it is closed again when this returns.
  private func change(_ survey: String, _ body: @Sendable @escaping (Database) throws -> Void) async throws {
    try await SurveyDatabase.open(path: survey + "/survey.sqlite").write(body)
  }

  /// What a query gives, by another client.
  private func stilts(_ adql: String) async throws -> Tables.Table {
    let file = try TemporaryFolder().path + "/stilts.csv"
    let outcome = try await Program.tool(
      "stilts", ["tapquery", "tapurl=\(base)/tap", "sync=true", "adql=\(adql)", "out=\(file)", "ofmt=csv"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try TableFile.read(path: file)
  }

  @Test(arguments: ["lamost", "ccd700"])
  func aCrawlByTAPAndOneBySSAPFindTheSameAsStilts(_ name: String) async throws {
    let truth = try await stilts("SELECT DISTINCT ssa_pubdid FROM \(name).data")
    let expected = Set((0..<truth.rowCount).compactMap { truth.columns[0].string($0) })
    for via in ["ssap", "tap"] {
      let survey = try await survey()
      let found = try await crawl(survey, name, ["--via", via, "--maxrec", "10"]).summary
      #expect(found.via.rawValue == via && found.spectra == expected.count && !expected.isEmpty)
      #expect(Set(try dids(survey, name)) == expected)
      let status = try Status(of: SurveyFolder(at: survey, forWriting: false))
      #expect(status.collections.map(\.searched) == [1])
    }
  }

  @Test(arguments: ["tap", "ssap"], ["lamost", "ccd700"])
  func anUpdateAsksForWhatChangedAndFindsWhatWasLacking(_ via: String, _ name: String) async throws {
    let path = try await survey()
    let first = try await crawl(path, name, ["--via", via]).summary
    #expect(first.since == nil && first.new == first.spectra)
    // As if two of them had come since.
    let lacking = try dids(path, name).suffix(2)
    try await change(path) { db in
      for did in lacking {
        try db.execute(
          sql: "DELETE FROM access WHERE spectrum = (SELECT id FROM spectrum WHERE did = ?)", arguments: [did]
        )
        try db.execute(sql: "DELETE FROM spectrum WHERE did = ?", arguments: [did])
      }
    }
    let update = try await crawl(path, name, ["--via", via, "--update"])
    let summary = update.summary
    #expect(summary.since != nil && !update.errors.contains("does not tell"), "\(update.errors)")
    #expect(summary.new == 2 && summary.gone == 0 && summary.changed == 0)
    #expect(summary.spectra == first.spectra)
    let asked = try queries(path)
    let word = via == "tap" ? "ssa_pdate >= " : "MTIME="
    #expect(!asked.isEmpty && asked.allSatisfy { ($0.adql ?? $0.url).contains(word) })
    // Nothing is as new as tomorrow: an update that finds nothing leaves everything as it is.
    try await change(path) { db in
      try db.execute(sql: "UPDATE harvest SET watermark = '2100-01-01', started = '2100-01-01'")
    }
    let nothing = try await crawl(path, name, ["--via", via, "--update"]).summary
    #expect(nothing.new == 0 && nothing.gone == 0 && nothing.spectra == first.spectra)
  }

  @Test func aTableThatDoesNotTellWhatChangedIsAskedForEverything() async throws {
    let path = try await survey()
    _ = try await crawl(path, "lamost", ["--table", "ivoa.obscore", "--via", "tap"])
    let update = try await crawl(path, "lamost", ["--table", "ivoa.obscore", "--via", "tap", "--update"])
    #expect(update.summary.since == nil && update.summary.new == 0 && update.summary.gone == 0)
    #expect(update.errors.contains("does not tell what changed since"))
  }

  @Test func theBandOfAServiceHoldsByTAPAsItDoesBySSAP() async throws {
    // Ondřejov's spectra end at different wavelengths: the band begins in the widest gap between two of these.
    let edges = try await stilts("SELECT ssa_pubdid, ssa_specend FROM ccd700.data")
    let ends = Set((0..<edges.rowCount).compactMap { edges.columns[1].double($0) }).sorted()
    let gap = try #require(zip(ends, ends.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 })
    let middle = (gap.0 + gap.1) / 2
    let expected = Set(
      (0..<edges.rowCount).compactMap { row in
        (edges.columns[1].double(row) ?? 0) >= middle ? edges.columns[0].string(row) : nil
      })
    for via in ["tap", "ssap"] {
      let path = try await survey(
        """
        [[service]]
        name = "ccd700"
        ssap = "\(base)/ccd700/q/ssa/ssap.xml"
        tap = "\(base)/tap"
        table = "ccd700.data"
        band = [\(middle), 9.9e-7]
        """)
      let outcome = try await Program.run(["crawl", "ccd700", "--via", via, "--survey", path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(Set(try dids(path, "ccd700")) == expected, "\(via)")
    }
  }

  @Test func whatTheCatalogueAddsToSSAPQueriesIsNotSilentlyLeftOutByTAP() async throws {
    let path = try await survey(
      """
      [[service]]
      name = "lamost"
      ssap = "\(base)/lamost/q/ssa/ssap.xml"
      tap = "\(base)/tap"
      table = "lamost.data"
      extra = { "RUNID" = "test" }
      """)
    let told = try await Program.run(["crawl", "lamost", "--via", "tap", "--survey", path])
    #expect(told.status == 0 && told.errors.contains("without what the catalogue adds to SSAP: RUNID"))
    let usual = try await Program.run(["crawl", "lamost", "--again", "--json", "--survey", path])
    #expect(usual.output.contains("\"via\" : \"ssap\""), "\(usual.errors)")
  }

  @Test func aTAPServiceThatIsNotThereIsMadeUpForBySSAP() async throws {
    let path = try await survey()
    let service = "lamost=\(base)/lamost/q/ssa/ssap.xml"
    let arguments = ["crawl", service, "--tap", base + "/tap", "--table", "no.such", "--survey", path]
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == 0 && outcome.errors.contains("asked by SSAP"), "\(outcome.errors)")
    let strict = try await Program.run(arguments + ["--via", "tap"])
    #expect(strict.status == 2 && strict.errors.contains("no.such"), "\(strict.errors)")
  }

  @Test(arguments: ["ssap", "tap"])
  func aHarvestIsRepeatedFromItsLog(_ via: String) async throws {
    let path = try await survey()
    _ = try await crawl(path, "lamost", ["--via", via, "--maxrec", "10"])
    func again(expect status: Int32) async throws -> HarvestRepeat.Summary {
      let outcome = try await Program.run(["harvest", "repeat", "--survey", path, "--json"])
      #expect(outcome.status == status, "\(outcome.errors)")
      return try JSONDecoder().decode(HarvestRepeat.Summary.self, from: Data(outcome.output.utf8))
    }
    let same = try await again(expect: 0)
    #expect(same.queries > 2 && same.differing == 0 && same.failed == 0 && same.isCompared)
    #expect(same.added.isEmpty && same.missing.isEmpty)
    // The survey as if it had been made when the archive had another spectrum, and lacked one.
    let lacking = try #require(try dids(path, "lamost").first)
    try await change(path) { db in
      try db.execute(sql: "UPDATE spectrum SET did = 'ivo://x/was' WHERE did = ?", arguments: [lacking])
      try db.execute(
        sql: "UPDATE query SET digest = 'another' WHERE id = (SELECT min(id) FROM query WHERE status = 'OK')")
    }
    let other = try await again(expect: 3)
    #expect(other.added == [lacking] && other.missing == ["ivo://x/was"] && other.differing == 1)
  }
}
