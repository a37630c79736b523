import Classifier
import Foundation
import Tables
import Testing

@testable import Survey

@Suite(.serialized) struct LearnRoundTests {
  /// A survey with labels, a model and scores; `body` has it and the truth of LAMOST.
  private func withScores(
    _ body: (DemoSurvey, [String: SimulatedRecord]) async throws -> Void
  ) async throws {
    try await DemoSurvey.with(ondrejov: 400, lamost: 700) { demo in
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      try await demo.fetch { $0.keep = .features }
      try demo.label(.ondrejov)
      var training = TrainerConfiguration.standard
      training.maximumEpochs = 3
      _ = try await Train(demo.survey, preset: try demo.survey.preset(), .init(training)).run { _ in }
      _ = try await Classify(demo.survey, .init(), engine: demo.engine).run { _ in }
      try await body(demo, try demo.truth(.lamost))
    }
  }

  private func answer(
    _ survey: SurveyFolder, _ items: [LearnRound.Item], round: Int, _ truth: [String: SimulatedRecord]
  ) throws {
    try survey.labels.append(
      items.map {
        LabelAct(
          collection: $0.spectrum.collection, did: $0.spectrum.did,
          label: truth[$0.spectrum.did]?.truth.description, rater: "test", round: round, purpose: $0.purpose)
      })
  }

  @Test func aRoundIsDrawnAgainAsItWasWhateverWasLabelledSince() async throws {
    try await withScores { demo, truth in
      let rounds = LearnRound(demo.survey)
      var options = LearnRound.Options()
      (options.oracle, options.performance) = (30, 40)
      for strategy in ["score", "badge", "random", "diverse-entropy", "score:2+bald:1"] {
        options.strategy = QueryStrategy(name: strategy)
        let first = try rounds.begin(options)
        #expect(try rounds.unfinished() == first.number)
        try answer(demo.survey, first.items, round: first.number, truth)
        #expect(try rounds.unfinished() == nil)
        let again = try rounds.begin(options, number: first.number)
        #expect(again.number == first.number)
        #expect(again.items.map(\.spectrum.id) == first.items.map(\.spectrum.id), "\(strategy)")
        #expect(again.items.map(\.stratum) == first.items.map(\.stratum), "\(strategy)")
      }
      #expect(try rounds.numbers() == [1, 2, 3, 4, 5])
      #expect(try rounds.summaries().map(\.strategy).last == "score:2+bald:1")
    }
  }

  @Test func starsThatJudgeAreNeverLearnedFromAndTheEstimateIsOfTheWholePool() async throws {
    try await withScores { demo, truth in
      let survey = demo.survey
      let rounds = LearnRound(survey)
      var options = LearnRound.Options()
      (options.oracle, options.performance) = (30, 60)
      var learned: Set<Int> = []
      var judged: Set<Int> = []
      for _ in 0..<3 {
        let (number, items) = try rounds.begin(options)
        for item in items {
          let star = try #require(truth[item.spectrum.did]).star
          if item.purpose == "oracle" { learned.insert(star) } else { judged.insert(star) }
        }
        try answer(survey, items, round: number, truth)
      }
      #expect(learned.isDisjoint(with: judged))
      let last = try rounds.summary(of: 3)
      #expect(last.audit == "stratified" && last.performance.labelled == 60 && last.oracle.labelled == 30)
      let estimate = try #require(last.estimate)
      #expect(estimate.drawn == 60 && last.strata.map(\.drawn).reduce(0, +) == 60)
      // What the strata hold are stars that were neither learned from nor judged by before.
      let before = try survey.labels.current { ($0.round ?? 0) < 3 && $0.collection == "lamost" }
      #expect(last.strata.map(\.size).reduce(0, +) <= 700 - before.count - 30)
      #expect(try rounds.verdict().reason.contains("rule"))
      let list = try await Program.run(["round", "list", "--survey", survey.path])
      #expect(list.status == 0 && list.output.contains("30/30") && list.output.contains("rule"))
      let show = try await Program.run(["round", "show", "2", "--survey", survey.path])
      #expect(show.output.contains("round 2") && show.output.contains("recall:"), "\(show.errors)")
      #expect(try await Program.run(["round", "show", "9", "--survey", survey.path]).status == 2)
      // The performance sample is labelled, but never trained on.
      var training = TrainerConfiguration.continued
      training.balancing = .classWeights
      var choice = Train.Options(training)
      choice.start = "newest"
      let trained = try await Train(survey, preset: try survey.preset(), choice).run { _ in }
      let learnedFrom = trained.spectra.values.reduce(0, +)
      #expect(learnedFrom == 490, "400 of Ondřejov, and 30 of each round")
      let record = try survey.model(named: trained.model).model.record
      #expect(record.provenance["continued from"] == "model-001")
      #expect(record.validation == nil)
    }
  }

  @Test func whatIsUnusableIsAnsweredButNeverLearnedFromNorAskedAgain() async throws {
    try await withScores { demo, truth in
      let survey = demo.survey
      let rounds = LearnRound(survey)
      var options = LearnRound.Options()
      (options.oracle, options.performance) = (30, 40)
      let (number, items) = try rounds.begin(options)
      // Of both purposes; the first had been labelled before it was called unusable.
      let unusable = Array(items.filter { $0.purpose == "oracle" }.prefix(4) + items.suffix(3))
      let others = items.filter { item in
        !unusable.contains { $0.spectrum.id == item.spectrum.id && $0.purpose == item.purpose }
      }
      try answer(survey, others + [unusable[0]], round: number, truth)
      #expect(try rounds.unfinished() == number)
      let acts = unusable.map { item in
        var act = LabelAct(
          collection: item.spectrum.collection, did: item.spectrum.did, label: nil, rater: "test",
          round: number, purpose: item.purpose)
        act.unusable = true
        return act
      }
      try survey.labels.append(acts)
      let summary = try rounds.summary(of: number)
      #expect(summary.oracle.labelled == 26 && summary.oracle.unusable == 4)
      #expect(summary.performance.labelled == 37 && summary.performance.unusable == 3)
      #expect(summary.estimate?.drawn == 37)
      #expect(try rounds.unfinished() == nil)
      #expect(try survey.labels.current { $0.round == number }.count == 63)
      (options.oracle, options.performance) = (500, 100)
      let next = Set(try rounds.begin(options).items.map(\.spectrum.id))
      #expect(next.isDisjoint(with: unusable.map(\.spectrum.id)))
      // Undone, it may be asked again: the round is open.
      let undo = LabelAct(
        collection: acts[1].collection, did: acts[1].did, label: nil, rater: "test", undoes: acts[1].id)
      try survey.labels.append([undo])
      #expect(try rounds.summary(of: number).oracle.unusable == 3)
    }
  }

  @Test func thePublishedRoundSamplesTheCandidatesOnly() async throws {
    try await withScores { demo, truth in
      let rounds = LearnRound(demo.survey)
      var options = LearnRound.Options.skoda2020
      #expect(options.strategy == .entropy && options.oracle == 100 && options.performance == 30)
      options.oracle = 20
      let (number, items) = try rounds.begin(options)
      let sample = items.filter { $0.purpose == "performance" }
      #expect(!sample.isEmpty && sample.allSatisfy { $0.predicted != demo.survey.classSet.background })
      try answer(demo.survey, items, round: number, truth)
      let summary = try rounds.summary(of: number)
      #expect(summary.audit == "candidates" && summary.strata.count == 1)
      let estimate = try #require(try rounds.estimate(of: number))
      #expect(estimate.labelled == sample.count && estimate.right == summary.performance.positives)
    }
  }

  @Test func disagreementWantsASecondModelAndSaysSo() async throws {
    try await withScores { demo, _ in
      var options = LearnRound.Options()
      options.strategy = .disagreement
      let error = #expect(throws: SurveyError.self) { try LearnRound(demo.survey).begin(options) }
      #expect(error?.code == .notReady && error?.hint?.contains("--model") == true)
      var training = TrainerConfiguration.continued
      training.balancing = .classWeights
      _ = try await Train(demo.survey, preset: try demo.survey.preset(), .init(training)).run { _ in }
      _ = try await Classify(demo.survey, .init(), engine: demo.engine).run { _ in }
      #expect(try LearnRound(demo.survey).begin(options).items.count == 150)
    }
  }

  @Test func aRoundThatIsNotThereIsNamedWithThoseThatAre() async throws {
    try await DemoSurvey.with { demo in
      let error = #expect(throws: SurveyError.self) { try LearnRound(demo.survey).summary(of: 4) }
      #expect(error?.code == .unknownName && error?.hint == "votrawl learn")
      let (summaries, verdict) = (
        try LearnRound(demo.survey).summaries(), try LearnRound(demo.survey).verdict()
      )
      #expect(summaries.isEmpty && !verdict.stops)
    }
  }
}
