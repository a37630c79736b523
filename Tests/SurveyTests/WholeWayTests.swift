import Classifier
import Foundation
import GRDB
import Tables
import Testing

@testable import Survey

@Suite(.serialized) struct WholeWayTests {
  @Test func theWayFromAnArchiveToCandidates() async throws {
    try await DemoSurvey.with(ondrejov: 400, lamost: 600) { demo in
      let survey = demo.survey
      #expect(try Status(of: survey).next.hasPrefix("votrawl crawl"))
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      #expect(try Status(of: survey).next.hasPrefix("votrawl match"))
      _ = try Match(survey, .init(left: "ondrejov", right: "lamost", radius: 30)).run()
      try await demo.fetch {
        $0.keep = .features; $0.collections = ["ondrejov"]
      }
      #expect(try Status(of: survey).next.hasPrefix("votrawl labels import"))
      try demo.label(.ondrejov)

      var training = TrainerConfiguration.standard
      training.maximumEpochs = 6
      training.seed = 5
      let trained = try await Train(survey, preset: try survey.preset(), .init(training)).run { _ in }
      #expect(trained.simulated == 400 && trained.without == 0)

      // Nothing of LAMOST is there yet: it is fetched on demand.
      let scored = try await Classify(survey, .init(), engine: demo.engine).run { _ in }
      #expect(scored.scored == 1000 && scored.unscored == 0 && scored.simulated)
      let again = try await Classify(survey, .init(), engine: demo.engine).run { _ in }
      #expect(again.new == 0 && again.scored == 1000)

      var export = Export.Options()
      export.collections = ["lamost"]
      let exported = try Export(survey, export).run()
      let given = try survey.rows { db in
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM score JOIN spectrum ON spectrum.id = score.spectrum
            JOIN collection ON collection.id = spectrum.collection WHERE class <> 0 AND collection.name = 'lamost'
            """)
      }
      #expect(exported.candidates == given, "nobody has labelled any of LAMOST")
      let table = try TableFile.read(path: exported.file)
      #expect(table.rowCount == exported.candidates)
      for row in 0..<table.rowCount {
        let sum = ["p_absorption", "p_emission", "p_double_peak"].compactMap { table.column($0)?.double(row) }
          .reduce(0, +)
        #expect(abs(sum - 1) < 1e-5)
        let link = try #require(table.column("datalink_url")?.string(row))
        #expect(link.hasPrefix(demo.base))
      }
      let page = try String(contentsOfFile: try Report(survey, .init()).write(), encoding: .utf8)
      #expect(page.contains("Simulated.") && page.contains("<svg"))
      #expect(try Status(of: survey).next.hasPrefix("votrawl export"))
    }
  }

  @Test func aRoundAsksForWhatTheNetworkIsLeastSureOfAndNeverTwice() async throws {
    try await DemoSurvey.with(ondrejov: 400, lamost: 500) { demo in
      let survey = demo.survey
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      try await demo.fetch { $0.keep = .features }
      try demo.label(.ondrejov)
      var training = TrainerConfiguration.standard
      training.maximumEpochs = 3
      var folded = Train.Options(training)
      folded.folds = 2
      let tested = try await Train(survey, preset: try survey.preset(), folded).run { _ in }
      let validation = try #require(tested.crossValidation)
      let (stars, spectra) = (validation.folds.map(\.stars), validation.folds.map(\.spectra))
      #expect(stars.count == 2 && stars.reduce(0, +) == tested.stars)
      #expect(spectra.reduce(0, +) == tested.spectra.values.reduce(0, +))
      _ = try await Classify(survey, .init(), engine: demo.engine).run { _ in }

      var options = LearnRound.Options.skoda2020
      options.oracle = 40
      options.performance = 10
      let first = try LearnRound(survey).begin(options)
      let oracle = first.items.filter { $0.purpose == "oracle" }
      #expect(oracle.count == 40 && oracle.allSatisfy { $0.spectrum.collection == "lamost" })
      let sample = first.items.filter { $0.purpose == "performance" }
      #expect(sample.allSatisfy { $0.predicted != survey.classSet.background })
      #expect(Set(first.items.map(\.spectrum.id)).count == first.items.count)

      _ = try Match(survey, .init(left: "ondrejov", right: "lamost", radius: 30)).run()
      #expect(try Status(of: survey).next == "votrawl label")
      let truth = try demo.truth(.lamost)
      try survey.labels.append(
        first.items.map {
          LabelAct(
            collection: "lamost", did: $0.spectrum.did, label: truth[$0.spectrum.did]!.truth.description,
            rater: "test",
            round: first.number, purpose: $0.purpose)
        })
      #expect(try Status(of: survey).next == "votrawl export")
      let second = try LearnRound(survey).begin(options)
      #expect(Set(second.items.map(\.spectrum.id)).isDisjoint(with: first.items.map(\.spectrum.id)))
      let retrained = try await Train(survey, preset: try survey.preset(), .init(training)).run { _ in }
      #expect(retrained.spectra.values.reduce(0, +) == 440, "the performance sample is never trained on")
      if !sample.isEmpty {
        let estimate = try #require(try LearnRound(survey).estimate(of: first.number))
        #expect(estimate.labelled == sample.count)
        let share = Double(estimate.right) / Double(estimate.labelled)
        #expect(estimate.interval[0] <= share && share <= estimate.interval[1])
      }
    }
  }

  @Test func stepsThatLackAnEarlierOneSayWhich() async throws {
    try await DemoSurvey.with { demo in
      var error = await #expect(throws: SurveyError.self) {
        try await Train(demo.survey, preset: .standard, .init(.standard)).run { _ in }
      }
      #expect(error?.code == .notReady && error?.hint?.contains("label") == true)
      error = #expect(throws: SurveyError.self) { try Export(demo.survey, .init()).run() }
      #expect(error?.code == .notReady && error?.hint == "votrawl train")
      error = #expect(throws: SurveyError.self) {
        try Match(demo.survey, .init(left: "nowhere", right: "lamost", radius: 1)).run()
      }
      #expect(error?.code == .unknownName)
    }
  }
}
