import Classifier
import DemoArchive
import Foundation
import GRDB
import Tables
import Testing

@testable import Survey

/// The log of a crawl's queries, and what it is for: asking them again.
@Suite(.serialized) struct HarvestTests {
  private func summary(_ outcome: Program.Outcome) throws -> HarvestRepeat.Summary {
    try JSONDecoder().decode(HarvestRepeat.Summary.self, from: Data(outcome.output.utf8))
  }

  @Test func theLogListsEachAnswerWithItsQuestion() async throws {
    try await DemoSurvey.with(maxrec: 60) { demo in
      try await demo.crawl("lamost")
      try await demo.crawl("ondrejov") { $0.region = .cone(ra: 300, dec: 40, radius: 20) }
      let list = try await Program.run(["harvest", "list", "--survey", demo.survey.path, "--json"])
      let harvests = try JSONDecoder().decode([HarvestRecord].self, from: Data(list.output.utf8))
      #expect(harvests.map(\.collection) == ["lamost", "ondrejov"] && harvests.map(\.number) == [1, 2])
      #expect(harvests.allSatisfy { $0.ended != nil && $0.failures == 0 && $0.bytes > 0 })
      let file = try TemporaryFolder().path + "/queries.vot"
      let queries = try await Program.run([
        "harvest", "queries", "1", "--survey", demo.survey.path, "-o", file,
      ])
      #expect(queries.status == 0, "\(queries.errors)")
      let table = try TableFile.read(path: file)
      #expect(table.rowCount == harvests[0].queries)
      let urls = (0..<table.rowCount).compactMap { table.column("url")?.string($0) }
      #expect(Set(urls).count == table.rowCount && urls.allSatisfy { $0.contains("REQUEST=queryData") })
      #expect((0..<table.rowCount).contains { table.column("status")?.string($0) == "OVERFLOW" })
      let text = try await Program.run(["harvest", "--survey", demo.survey.path])
      #expect(text.output.contains("cone 300.0 40.0 20.0") && text.output.contains("everything"))
      let unknown = try await Program.run(["harvest", "repeat", "7", "--survey", demo.survey.path])
      #expect(unknown.status == 2 && unknown.errors.contains("SUR-04"))
    }
  }

  @Test func anArchiveThatIsAsItWasAnswersTheSameQueriesTheSame() async throws {
    var habits = DemoArchiveHabits()
    habits.takesSizeForRadius = true
    try await DemoSurvey.with(maxrec: 60, habits: habits) { demo in
      try await demo.crawl("lamost")
      let before = try demo.survey.harvest(nil).queries
      let outcome = try await Program.run(["harvest", "repeat", "--survey", demo.survey.path, "--json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let summary = try summary(outcome)
      #expect(summary.queries == before && summary.same == before && summary.isCompared)
      #expect(summary.added.isEmpty && summary.missing.isEmpty && summary.answers.isEmpty)
      #expect(try demo.survey.harvest(nil).queries == before, "the survey is not changed")
    }
  }

  /// The archive on the same port with other spectra: the differences are those between two crawls.
  @Test func anArchiveThatChangedIsToldSpectrumBySpectrum() async throws {
    func archive(_ count: Int, port: UInt16) -> DemoArchive {
      DemoArchive(
        configuration: DemoArchiveConfiguration(
          port: port, ondrejov: SimulatedSurvey(kind: .ondrejov, count: 40, seed: 5),
          lamost: SimulatedSurvey(kind: .lamost, count: count, seed: 5), hardMaxrec: 100))
    }
    let folder = try TemporaryFolder().path
    let one = archive(420, port: 0)
    let base = try await one.start()
    let port = try #require(URL(string: base)?.port.flatMap { UInt16(exactly: $0) })
    func crawl(_ name: String) async throws -> Set<String> {
      let survey = folder + "/" + name
      _ = try await Program.run(["init", survey])
      let outcome = try await Program.run(
        ["crawl", "lamost=\(base)/lamost/ssap", "--survey", survey, "--maxrec", "100"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return Set(try SurveyFolder(at: survey, forWriting: false).publisherDIDs(of: "lamost"))
    }
    let then = try await crawl("then")
    await one.stop()
    let other = archive(300, port: port)
    _ = try await other.start()
    let now = try await crawl("now")
    let repeated = try await Program.run(
      ["harvest", "repeat", "--survey", folder + "/then", "--json", "-o", folder + "/differences.csv"])
    await other.stop()
    #expect(repeated.status == 3, "\(repeated.errors)")
    let summary = try summary(repeated)
    #expect(summary.differing > 0 && summary.isCompared)
    #expect(Set(summary.missing) == then.subtracting(now) && !summary.missing.isEmpty)
    #expect(Set(summary.added) == now.subtracting(then))
    let table = try TableFile.read(path: folder + "/differences.csv")
    #expect(table.rowCount == summary.missing.count + summary.added.count)
    #expect(table.column("change")?.string(0) == (summary.added.isEmpty ? "missing" : "added"))
    // And where nobody answers, that is said of each query, and nothing is compared.
    let silent = try await Program.run(
      ["harvest", "repeat", "--survey", folder + "/then", "--json"], environment: ["VOTRAWL_RETRIES": "0"])
    #expect(silent.status == 3)
    let nothing = try self.summary(silent)
    #expect(nothing.failed == nothing.queries && !nothing.isCompared && nothing.missing.isEmpty)
  }
}
