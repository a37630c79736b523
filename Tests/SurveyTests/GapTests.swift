import Classifier
import DemoArchive
import Foundation
import GRDB
import Tables
import Testing

@testable import Survey

/// Spectra that lack pixels, on their way through a survey.
@Suite(.serialized) struct GapTests {
  /// A simulated survey of 25 spectra of which one lacks too many pixels at Hα, and its place.
  private static let holed: (seed: UInt64, index: Int)? = {
    for seed in 1...2000 {
      let survey = SimulatedSurvey(kind: .lamost, count: 25, seed: UInt64(seed))
      for index in 0..<25 where survey.record(index).deadPixels > 2 {
        do throws(SpectrumError) {
          _ = try FeatureExtractor(.standard).vector(of: survey.spectrum(index))
        } catch {
          if error.code == .incomplete { return (UInt64(seed), index) }
        }
      }
    }
    return nil
  }()

  @Test func aSpectrumWithoutItsLineIsListedAndTheOthersAreKept() async throws {
    let holed = try #require(Self.holed)
    try await DemoSurvey.with(ondrejov: 10, lamost: 25, seed: holed.seed) { demo in
      try await demo.crawl("lamost")
      for keep in [Fetch.Keep.features, .both] {
        try await demo.survey.database.write { db in
          try db.execute(sql: "DELETE FROM feature; DELETE FROM download")
        }
        let summary = try await demo.fetch { $0.keep = keep }
        let usable = try demo.survey.rows { db in
          try Int.fetchOne(db, sql: "SELECT count(*) FROM feature WHERE state = 'done'")
        }
        // Noise may be without anything to scale by.
        #expect(summary.kept == 25 && summary.unusable == 25 - (usable ?? 0) && summary.unusable >= 1)
        let failures = try TableFile.read(path: try #require(summary.failures))
        #expect(failures.rowCount == summary.unusable)
        let row = try #require(
          (0..<failures.rowCount).first { row in
            failures.column("did")?.string(row).map { demo.archive.record(forPublisherDID: $0)?.index }
              == holed.index
          })
        #expect(failures.column("state")?.string(row) == "unusable")
        #expect(failures.column("problem")?.string(row)?.contains("SPC-16") == true)
      }
      let folder = try TemporaryFolder().path + "/s"
      #expect(try await Program.run(["init", folder]).status == 0)
      let service = "lamost=\(demo.base)/lamost/ssap"
      #expect(try await Program.run(["crawl", service, "--survey", folder]).status == 0)
      let outcome = try await Program.run(["fetch", "--survey", folder, "--keep", "features"])
      #expect(outcome.status == 3 && outcome.errors.contains("without a feature vector"), "\(outcome.errors)")
    }
  }

  @Test func vectorsAndScoresOfTheEarlierRuleGoWhenASurveyIsOpened() throws {
    let path = try TemporaryFolder().path
    try makeEarlier(at: path)
    let opened = try SurveyFolder(at: path)
    let (features, scores, models) = try opened.database.read { db in
      (
        try String.fetchAll(db, sql: "SELECT preset FROM feature"),
        try String.fetchAll(db, sql: "SELECT model FROM score"),
        try Int.fetchOne(db, sql: "SELECT count(*) FROM model")
      )
    }
    #expect(features == ["skoda2020"] && scores == ["published"] && models == 2)
  }

  /// A survey with vectors and scores of two presets, as it was before the seventh migration.
  private func makeEarlier(at path: String) throws {
    let survey = try SurveyFolder.create(at: path, SurveyConfiguration(name: "earlier"))
    try survey.database.write { db in
      try db.execute(
        sql: """
          INSERT INTO collection (id, name, service) VALUES (1, 'lamost', '{}');
          INSERT INTO spectrum (id, collection, did) VALUES (1, 1, 'ivo://x/1');
          INSERT INTO feature (spectrum, preset, state) VALUES
            (1, 'standard', 'done'), (1, 'standard+none', 'done'), (1, 'skoda2020', 'done');
          INSERT INTO model (name, path, preset, class_set, simulated, seed, spectra, record) VALUES
            ('new', 'n', 'standard', 'be-stars', 0, 1, 1, '{}'), ('published', 'p', 'skoda2020', 'be-stars', 0, 1, 1, '{}');
          INSERT INTO score (model, spectrum, class, background, entropy, probabilities) VALUES
            ('new', 1, 0, 1, 0, x''), ('published', 1, 0, 1, 0, x'');
          DELETE FROM grdb_migrations WHERE identifier LIKE '7:%';
          """)
    }
    try survey.database.close()
  }
}
