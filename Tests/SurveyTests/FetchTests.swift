import Classifier
import Crossmatch
import DemoArchive
import Foundation
import GRDB
import Testing

@testable import Survey

@Suite(.serialized) struct FetchTests {
  @Test func aFetchKeepsEveryFileWholeUnderItsOwnName() async throws {
    try await DemoSurvey.with(ondrejov: 60, lamost: 40) { demo in
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      let summary = try await demo.fetch()
      #expect(summary.kept == 100 && summary.failures == nil)
      let rows = try demo.survey.rows { db in
        try Row.fetchAll(
          db,
          sql:
            "SELECT did, path, bytes, checksum FROM download JOIN spectrum ON spectrum.id = download.spectrum"
        )
      }
      #expect(rows.count == 100)
      for row in rows {
        let bytes = [UInt8](
          try Data(contentsOf: URL(fileURLWithPath: demo.survey.path + "/" + (row["path"] as String))))
        #expect(bytes.count == row["bytes"] as Int)
        #expect(Checksum.xxh64(bytes) == row["checksum"] as String)
        #expect(try SpectrumReader.read(bytes: bytes, name: row["did"]).metadata.isSimulated)
      }
    }
  }

  @Test func aFileIsTheBytesOfTheArchive() async throws {
    try await DemoSurvey.with(ondrejov: 100, lamost: 100) { demo in
      try await demo.crawl("lamost")
      try await demo.fetch { $0.limit = 5 }
      let survey = SimulatedSurvey(kind: .lamost, count: 100, seed: 5)
      let rows = try demo.survey.rows { db in
        try Row.fetchAll(
          db, sql: "SELECT did, path FROM download JOIN spectrum ON spectrum.id = download.spectrum")
      }
      #expect(rows.count == 5)
      for row in rows {
        let record = try #require(demo.archive.record(forPublisherDID: row["did"]))
        let kept = try Data(
          contentsOf: URL(fileURLWithPath: demo.survey.path + "/" + (row["path"] as String)))
        #expect([UInt8](kept) == survey.fits(record.index))
      }
    }
  }

  @Test func aCutOutHasTheNumbersOfTheFile() async throws {
    try await DemoSurvey.with(ondrejov: 20, lamost: 20) { demo in
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      let summary = try await demo.fetch { $0.form = .cutout }
      #expect(summary.kept == 40, "\(summary)")
      let rows = try demo.survey.rows { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT did, path, collection.name AS collection FROM download JOIN spectrum ON spectrum.id = download.spectrum
            JOIN collection ON collection.id = spectrum.collection
            """)
      }
      for row in rows {
        let kind: SimulatedSurvey.Kind = row["collection"] == "lamost" ? .lamost : .ondrejov
        let record = try #require(demo.archive.record(forPublisherDID: row["did"]))
        let whole = try SpectrumReader.read(
          bytes: SimulatedSurvey(kind: kind, count: 20, seed: 5).fits(record.index), name: "whole")
        let cut = try SpectrumReader.read(path: demo.survey.path + "/" + (row["path"] as String))
        #expect(cut.scale == whole.scale)
        #expect(cut.flux.count < whole.flux.count)
        let first = try #require(whole.wavelength.firstIndex { abs($0 - cut.wavelength[0]) < 1e-4 })
        #expect(Array(whole.flux[first..<first + cut.flux.count]) == cut.flux)
        for preset in FeaturePreset.all {
          let one = try FeatureExtractor(preset).vector(of: whole)
          let other = try FeatureExtractor(preset).vector(of: cut)
          let worst = zip(one, other).map { abs($0 - $1) }.max() ?? 0
          #expect(worst < 1e-3, "\(preset.name), \(row["did"] as String)")
        }
      }
    }
  }

  @Test func featuresKeptAloneAreThoseOfTheFile() async throws {
    try await DemoSurvey.with(ondrejov: 30, lamost: 30) { demo in
      try await demo.crawl("lamost")
      try await demo.fetch { $0.keep = .features }
      #expect(try FileManager.default.contentsOfDirectory(atPath: demo.survey.path + "/spectra").isEmpty)
      let batch = try demo.survey.features(preset: "standard", after: -1, limit: 100)
      #expect(batch.ids.count == 30)
      let record = try demo.survey.spectra([batch.ids[3]])[0]
      let truth = try #require(demo.archive.record(forPublisherDID: record.did))
      let bytes = SimulatedSurvey(kind: .lamost, count: 30, seed: 5).fits(truth.index)
      let vector = try FeatureExtractor(.standard).vector(
        of: try SpectrumReader.read(bytes: bytes, name: "x"))
      #expect(zip(vector, batch.vectors[3 * 140..<4 * 140]).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test func anArchiveThatFailsAndBreaksOffIsFetchedWholly() async throws {
    var habits = DemoArchiveHabits()
    habits.failureRate = 0.2
    habits.dropRate = 0.2
    habits.retryAfter = 0
    try await DemoSurvey.with(ondrejov: 10, lamost: 80, habits: habits) { demo in
      for _ in 0..<5 where try await !demo.crawl("lamost").failures.isEmpty {}
      for _ in 0..<5 where try await demo.fetch().failed > 0 {}
      let status = try Status(of: demo.survey)
      #expect(status.collections[0].files == 80)
    }
  }

  @Test func onlyTheSpectraOfAMatchAreFetchedWhereThatIsAsked() async throws {
    try await DemoSurvey.with(ondrejov: 300, lamost: 2000) { demo in
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      var options = Match.Options(left: "ondrejov", right: "lamost", radius: 30, mode: .bestPerLeft)
      options.estimatesChance = true
      options.plot = demo.survey.path + "/offsets.svg"
      let match = try Match(demo.survey, options).run()
      #expect(match.pairs > 0 && match.candidates == match.pairs + match.dropped)
      #expect(match.histogram.reduce(0, +) == match.pairs && match.binWidth == 1)
      #expect(try 0..<0.5 ~= #require(match.falseMatchRate))
      #expect(try String(contentsOfFile: options.plot ?? "", encoding: .utf8).hasPrefix("<svg"))
      let summary = try await demo.fetch { $0.match = match.name }
      #expect(summary.kept == match.leftMatched + match.rightMatched)
      await #expect(throws: SurveyError.self) { try await demo.fetch { $0.match = "no such match" } }
    }
  }
}
