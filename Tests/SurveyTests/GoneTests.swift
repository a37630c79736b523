import Classifier
import Foundation
import GRDB
import Tables
import Testing

@testable import Survey

/// What an archive lists no more takes part in no further step, and all of it is back when it is listed again.
@Suite(.serialized) struct GoneTests {
  private func text(_ path: String, _ column: String) throws -> Set<String> {
    let table = try TableFile.read(path: path)
    let cells = try #require(table.column(column))
    return Set((0..<table.rowCount).compactMap { cells.string($0) })
  }

  @Test func goneSpectraAreLeftOutOfEveryStepUntilTheyAreListedAgain() async throws {
    try await DemoSurvey.with(ondrejov: 400, lamost: 700) { demo in
      let survey = demo.survey
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      try await demo.fetch { $0.keep = .both }
      try demo.label(.ondrejov)
      var training = TrainerConfiguration.standard
      training.maximumEpochs = 4
      func train() async throws -> Train.Summary {
        try await Train(survey, preset: try survey.preset(), .init(training)).run { _ in }
      }
      func classify() async throws -> Classify.Summary {
        try await Classify(survey, .init(), engine: demo.engine).run { _ in }
      }
      func match() throws -> Match.Summary {
        try Match(survey, .init(left: "ondrejov", right: "lamost", radius: 30)).run()
      }
      func export() throws -> (path: String, summary: Export.Summary) {
        var options = Export.Options()
        options.output = try TemporaryFolder().path + "/candidates.vot"
        let summary = try Export(survey, options).run()
        return (summary.file, summary)
      }
      let trained = try await train()
      let scored = try await classify()
      let matched = try match()
      let whole = try export()
      let before = try Status(of: survey)
      let candidates = try text(whole.path, "pub_did")
      let gone = try #require(candidates.sorted().first)
      let background = try #require(
        try survey.publisherDIDs(of: "ondrejov").first { !candidates.contains($0) })
      let paired = try #require(
        try survey.rows { db in
          try Row.fetchOne(
            db,
            sql: """
              SELECT left_spectrum, did FROM match_pair JOIN spectrum ON spectrum.id = left_spectrum
              WHERE did NOT IN (?, ?)
              """, arguments: [gone, background])
        })
      let all: [String] = [gone, background, paired["did"]]
      let marks = databaseQuestionMarks(count: all.count)
      try await survey.database.write { db in
        try db.execute(
          sql: "UPDATE spectrum SET gone = 1 WHERE did IN (\(marks))", arguments: StatementArguments(all))
      }
      let labelled = all.count { $0.contains("ondrejov") }

      let status = try Status(of: survey)
      #expect(status.collections.reduce(0) { $0 + $1.gone } == 3)
      #expect(status.scored == before.scored - 3 && status.candidates < before.candidates)
      for (now, then) in zip(status.collections, before.collections) {
        #expect(now.spectra == then.spectra - now.gone && now.files == then.files - now.gone)
        #expect(now.features == then.features - now.gone)
      }
      let part = try export()
      #expect(part.summary.candidates < whole.summary.candidates)
      #expect(try text(part.path, "pub_did").isDisjoint(with: all))
      // A partner that is gone is named nowhere.
      #expect(
        !String(decoding: try Data(contentsOf: URL(fileURLWithPath: part.path)), as: UTF8.self).contains(
          all[2]))
      #expect(try await classify().scored == scored.scored - 3)
      #expect(try match().pairs < matched.pairs)
      let again = try await train()
      #expect(again.spectra.values.reduce(0, +) == trained.spectra.values.reduce(0, +) - labelled)
      #expect(again.without == trained.without + labelled)
      // The new model has seen none of them, and scores none of them.
      #expect(try await classify().scored == scored.scored - 3)
      let unscored = try survey.rows { db in
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM score JOIN spectrum ON spectrum.id = score.spectrum
            WHERE model = ? AND did IN (\(marks))
            """, arguments: [again.model] + StatementArguments(all))
      }
      #expect(unscored == 0)
      let rounds = LearnRound(survey)
      var options = LearnRound.Options()
      (options.collections, options.oracle, options.performance) = (["lamost"], 60, 60)
      let items = try rounds.begin(options).items
      #expect(!items.isEmpty && items.allSatisfy { !all.contains($0.spectrum.did) })

      // Listed again: all of it is as before.
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) { $0.mode = .again } }
      #expect(try await classify().scored == scored.scored)
      let back = try Status(of: survey)
      #expect(back.collections.map(\.spectra) == before.collections.map(\.spectra))
      #expect(back.collections.map(\.files) == before.collections.map(\.files))
    }
  }
}
