import Classifier
import Crossmatch
import DemoArchive
import Foundation
import GRDB
import Testing

@testable import Survey

@Suite(.serialized) struct CrawlTests {
  @Test(arguments: [10_000, 50, 7])
  func aCrawlFindsExactlyWhatTheArchiveHasHoweverShortItsAnswers(maxrec: Int) async throws {
    try await DemoSurvey.with(maxrec: maxrec) { demo in
      for (name, kind) in [("lamost", SimulatedSurvey.Kind.lamost), ("ondrejov", .ondrejov)] {
        let summary = try await demo.crawl(name)
        #expect(summary.failures.isEmpty, "\(summary.failures)")
        let records = demo.archive.records(of: kind)
        #expect(summary.spectra == records.count)
        let truth = try demo.truth(kind)
        #expect(Set(truth.values.map(\.index)) == Set(records.map(\.index)))
      }
    }
  }

  @Test func spectraListedInTwoFormatsAreOneSpectrumWithTwoAddresses() async throws {
    try await DemoSurvey.with { demo in
      try await demo.crawl("ondrejov")
      let counts = try await demo.survey.database.read { db in
        (
          try Int.fetchOne(db, sql: "SELECT count(*) FROM spectrum"),
          try Int.fetchOne(db, sql: "SELECT count(*) FROM access")
        )
      }
      #expect(counts.0 == 300 && counts.1 == 600)
      let record = try #require(
        try demo.survey.spectra([1]).first)
      #expect(record.accessFormat?.contains("fits") == true)
    }
  }

  @Test func positionsAndDatesAreThoseOfTheArchive() async throws {
    try await DemoSurvey.with { demo in
      try await demo.crawl("lamost")
      for (did, truth) in try demo.truth(.lamost) {
        let record = try #require(try demo.survey.spectrum(collection: "lamost", did: did))
        let ra = try #require(record.ra)
        let dec = try #require(record.dec)
        #expect(angularSeparation(ra1: ra, dec1: dec, ra2: truth.ra, dec2: truth.dec) * 3600 < 0.01)
        #expect(abs(try #require(record.dateObs) - truth.mjd) < 1e-4)
      }
    }
  }

  @Test func anArchiveThatTakesSizeForARadiusGivesTheSameSurvey() async throws {
    var habits = DemoArchiveHabits()
    habits.takesSizeForRadius = true
    try await DemoSurvey.with(maxrec: 40, habits: habits) { demo in
      let summary = try await demo.crawl("lamost")
      #expect(summary.spectra == 600 && summary.failures.isEmpty)
    }
  }

  @Test func aConeFindsExactlyTheSpectraInIt() async throws {
    try await DemoSurvey.with(maxrec: 30) { demo in
      let centre = demo.archive.records(of: .lamost)[17]
      let radius = 2.0
      try await demo.crawl("lamost") { $0.region = .cone(ra: centre.ra, dec: centre.dec, radius: radius) }
      let within = demo.archive.records(of: .lamost).filter {
        angularSeparation(ra1: centre.ra, dec1: centre.dec, ra2: $0.ra, dec2: $0.dec) <= radius
      }
      #expect(within.count > 1)
      #expect(Set(try demo.truth(.lamost).values.map(\.index)) == Set(within.map(\.index)))
    }
  }

  @Test func anArchiveThatFailsNowAndThenIsCrawledWholly() async throws {
    var habits = DemoArchiveHabits()
    habits.failureRate = 0.2
    habits.retryAfter = 0
    habits.dropRate = 0.1
    try await DemoSurvey.with(maxrec: 60, habits: habits) { demo in
      var summary = try await demo.crawl("lamost")
      for _ in 0..<5 where !summary.failures.isEmpty { summary = try await demo.crawl("lamost") }
      #expect(summary.spectra == 600 && summary.failures.isEmpty, "\(summary.failures)")
    }
  }

  @Test func aCrawlThatIsDoneAsksNothingMore() async throws {
    try await DemoSurvey.with(maxrec: 60) { demo in
      try await demo.crawl("lamost")
      let again = try await demo.crawl("lamost")
      #expect(again.queries == 0 && again.new == 0 && again.spectra == 600)
    }
  }

  @Test func aServiceThatIsNotThereIsAClearError() async throws {
    try await DemoSurvey.with { demo in
      let error = await #expect(throws: SurveyError.self) {
        try await demo.crawl("gone=http://127.0.0.1:9/ssap")
      }
      #expect(error?.code == .service)
      #expect(error?.message.contains("127.0.0.1:9") == true)
    }
  }

  @Test func anAddressThatIsNoSSAPServiceIsAClearError() async throws {
    try await DemoSurvey.with { demo in
      let error = await #expect(throws: SurveyError.self) {
        try await demo.crawl("wrong=\(demo.base)/nothing/here")
      }
      #expect(error?.code == .service)
      #expect(error?.message.contains("/nothing/here") == true)
    }
  }
}
