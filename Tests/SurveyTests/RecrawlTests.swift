import GRDB
import Testing

@testable import Survey

@Suite(.serialized) struct RecrawlTests {
  private func count(_ demo: DemoSurvey, _ sql: String) throws -> Int {
    try demo.survey.rows { db in try Int.fetchOne(db, sql: sql) ?? -1 }
  }

  private func change(_ demo: DemoSurvey, _ sql: String) async throws {
    try await demo.survey.database.write { db in try db.execute(sql: sql) }
  }

  @Test func anotherPassOverTheSameArchiveFindsNothingChanged() async throws {
    try await DemoSurvey.with(maxrec: 60) { demo in
      try await demo.crawl("ondrejov")
      let again = try await demo.crawl("ondrejov") { $0.mode = .again }
      #expect(again.spectra == 300 && again.new == 0 && again.changed == 0 && again.gone == 0)
      #expect(again.queries > 0)
    }
  }

  @Test func whatTheArchiveListsNoMoreIsMarkedAndNotDeleted() async throws {
    try await DemoSurvey.with { demo in
      try await demo.crawl("lamost")
      try await change(
        demo,
        "INSERT INTO spectrum (collection, did, ra, dec) SELECT id, 'ivo://x/was', 10, 20 FROM collection")
      let again = try await demo.crawl("lamost") { $0.mode = .again }
      #expect(again.gone == 1 && again.spectra == 600)
      #expect(try count(demo, "SELECT count(*) FROM spectrum") == 601)
      #expect(try Status(of: demo.survey).collections.first { $0.name == "lamost" }?.gone == 1)
    }
  }

  @Test func aSpectrumThatIsListedAgainComesBack() async throws {
    try await DemoSurvey.with { demo in
      try await demo.crawl("lamost")
      try await change(demo, "UPDATE spectrum SET gone = 1 WHERE id = 7")
      let again = try await demo.crawl("lamost") { $0.mode = .again }
      #expect(again.back == 1 && again.gone == 0 && again.spectra == 600)
    }
  }

  @Test func aFileThatTheArchiveChangedIsFetchedAnew() async throws {
    try await DemoSurvey.with(lamost: 20) { demo in
      try await demo.crawl("lamost")
      try await demo.fetch { $0.keep = .both }
      #expect(try count(demo, "SELECT count(*) FROM feature") == 20)
      // As if the archive had listed another size before.
      let digest = "ssap 0000000000000000 0000000000000000"
      try await change(demo, "UPDATE spectrum SET fingerprint = '\(digest)' WHERE id = 3")
      let again = try await demo.crawl("lamost") { $0.mode = .again }
      #expect(again.changed == 1)
      #expect(try count(demo, "SELECT count(*) FROM download") == 19)
      #expect(try count(demo, "SELECT count(*) FROM feature") == 19)
      #expect(try await demo.fetch { $0.keep = .both }.kept == 1)
    }
  }

  @Test func aCollectionDoesNotSilentlyTakeAnotherAddress() async throws {
    try await DemoSurvey.with { demo in
      try await demo.crawl("x=\(demo.base)/lamost/ssap")
      let error = await #expect(throws: SurveyError.self) {
        try await demo.crawl("x=\(demo.base)/ondrejov/ssap")
      }
      #expect(error?.code == .movedService)
      #expect(try demo.survey.service("x").ssap == "\(demo.base)/lamost/ssap")
    }
  }

  @Test func theQueriesOfACrawlAreLoggedWithRowsBytesAndDigest() async throws {
    try await DemoSurvey.with(maxrec: 60) { demo in
      try await demo.crawl("lamost")
      #expect(try count(demo, "SELECT count(*) FROM query WHERE status = 'OVERFLOW'") > 0)
      #expect(try count(demo, "SELECT count(*) FROM query WHERE bytes > 0 AND length(digest) = 16") > 10)
      #expect(try count(demo, "SELECT count(*) FROM query WHERE bytes IS NULL OR digest IS NULL") == 0)
    }
  }
}
