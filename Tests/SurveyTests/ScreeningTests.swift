import Classifier
import Foundation
import GRDB
import Testing
import VOClient

@testable import Survey

@Suite("classify looks at most spectra in integers first", .serialized) struct ScreeningTests {
  /// A survey whose features are of simulated LAMOST spectra, and a model trained on others.
  ///
  /// Made on a thread of its own: training on one of those that tasks share, other tests' servers would wait for it.
  private static func survey(pool: Int) async throws -> (
    survey: SurveyFolder, vectors: [Float], model: TrainedModel
  ) {
    try await Blocking.run { _ in Result { try trained(pool: pool) } }.get()
  }

  private static func trained(pool: Int) throws -> (
    survey: SurveyFolder, vectors: [Float], model: TrainedModel
  ) {
    let search = try SimulatedSearch(pool: pool, prevalence: 0.05, source: 600, test: 900, seed: 7)
    // Absorption as LAMOST shows it has to be learned from LAMOST: the sure ones are then many.
    let set = try TrainingSet(
      vectors: search.source.vectors + search.test.vectors,
      labels: search.source.labels + search.test.labels,
      groups: search.source.groups + search.test.stars.map { $0 + 1_000_000 }, isSimulated: true,
      featurePreset: search.source.featurePreset)
    var training = TrainerConfiguration.standard
    training.maximumEpochs = 4
    training.balancing = .none
    training.seed = 7
    let model = try Trainer(training).train(set)
    let survey = try SurveyFolder.create(at: try TemporaryFolder().path, SurveyConfiguration(name: "test"))
    let service = String(
      decoding: try JSONEncoder().encode(ServiceEntry(name: "lamost", ssap: "http://127.0.0.1/ssap")),
      as: UTF8.self)
    try survey.database.write { db in
      try db.execute(
        sql: "INSERT INTO collection (id, name, service) VALUES (1, 'lamost', ?)",
        arguments: [service])
      for row in 0..<search.pool.count {
        try db.execute(
          sql: "INSERT INTO spectrum (id, collection, did) VALUES (?, 1, ?)",
          arguments: [row + 1, "ivo://simulated/\(row)"])
        try db.execute(
          sql: """
            INSERT INTO feature (spectrum, preset, state, vector, simulated) VALUES (?, ?, 'done', ?, 1)
            """,
          arguments: [
            row + 1, model.record.featurePreset,
            FloatBlob.data(Array(search.pool.vectors[row * 140..<(row + 1) * 140])),
          ])
      }
    }
    _ = try survey.keep(model, name: "m")
    return (survey, search.pool.vectors, model)
  }

  private static func classify(_ survey: SurveyFolder) async throws -> Classify.Summary {
    let engine = TransferEngine(TransferConfiguration())
    defer { engine.shutdown() }
    var options = Classify.Options()
    options.fetches = false
    return try await Classify(survey, options, engine: engine).run { _ in }
  }

  private struct Scores: Equatable {
    var classes: [Int] = []
    var entropies: [Double] = []
    var probabilities: [Float] = []
  }

  private static func scores(_ survey: SurveyFolder) throws -> Scores {
    try survey.rows { db in
      var scores = Scores()
      for row in try Row.fetchAll(
        db, sql: "SELECT class, entropy, probabilities FROM score ORDER BY spectrum")
      {
        scores.classes.append(row["class"])
        scores.entropies.append(row["entropy"])
        FloatBlob.append(row["probabilities"], to: &scores.probabilities)
      }
      return scores
    }
  }

  @Test("classes and the first 1,000 are those of full precision; what is not sure is equal bit for bit")
  func equal() async throws {
    let (survey, vectors, model) = try await Self.survey(pool: 9000)
    let rows = vectors.count / 140
    let summary = try await Self.classify(survey)
    #expect(summary.scored == rows && summary.new == rows)
    let found = try Self.scores(survey)
    let full = try model.network.probabilities(of: vectors, rows: rows)
    let entropies = Uncertainty.entropy(full, classCount: 3)
    var quick = 0
    for row in 0..<rows {
      let (mine, theirs) = (found.probabilities[row * 3..<row * 3 + 3], full[row * 3..<row * 3 + 3])
      #expect(found.classes[row] == theirs.indices.max { theirs[$0] < theirs[$1] }.map { $0 - row * 3 })
      if mine == theirs {
        #expect(found.entropies[row] == Double(entropies[row]))
      } else {
        quick += 1
        #expect(mine[row * 3] > Screening.certainty && theirs[row * 3] > Screening.certainty - 0.02)
      }
    }
    func first(_ values: [Float]) -> [Int] {
      Array((0..<rows).sorted { (values[$0 * 3], $0) < (values[$1 * 3], $1) }.prefix(1000))
    }
    #expect(first(found.probabilities) == first(full))
    let collection = try #require(try survey.collections(named: []).first)
    let screening = try Screening(survey, model, name: "m", collection: collection)
    // Where the quick look is taken, it settles much: else this test would compare a network with itself.
    if screening.isQuick { #expect(quick > rows / 4) } else { #expect(quick == 0) }
    let probe = try ScreeningNetwork(model.network, calibratedOn: Array(vectors.prefix(140 * 512)), rows: 512)
    #expect(screening.isQuick == probe.isQuick)
  }

  @Test(
    "a run that goes on after a stop agrees with one that was never stopped; a new model forgets the sample")
  func resumed() async throws {
    let (survey, _, model) = try await Self.survey(pool: 4000)
    _ = try await Self.classify(survey)
    let whole = try Self.scores(survey)
    try await survey.database.write { db in
      try db.execute(sql: "DELETE FROM score WHERE spectrum > 1234")
      // What comes later does not change the sample.
      try db.execute(
        sql: "UPDATE feature SET state = 'refused' WHERE spectrum = (SELECT max(spectrum) FROM feature)")
    }
    _ = try await Self.classify(survey)
    let resumed = try Self.scores(survey)
    #expect(resumed.classes == Array(whole.classes.dropLast()))
    for row in resumed.classes.indices {
      let (again, before) = (
        resumed.probabilities[row * 3..<row * 3 + 3], whole.probabilities[row * 3..<row * 3 + 3]
      )
      // Which of the sure ones come into the 2,000 may differ at the end of these.
      #expect(again == before || min(again[row * 3], before[row * 3]) > Screening.certainty - 0.02)
    }
    func kept() throws -> Int {
      try survey.rows { try Int.fetchOne($0, sql: "SELECT count(*) FROM calibration") ?? 0 }
    }
    #expect(try kept() == Screening.sampleSize)
    _ = try survey.keep(model, name: "m")
    #expect(try kept() == 0)
  }

  @Test("a collection too small for a sample is scored in full precision")
  func small() async throws {
    let (survey, vectors, model) = try await Self.survey(pool: 400)
    _ = try await Self.classify(survey)
    #expect(
      try Self.scores(survey).probabilities
        == model.network.probabilities(of: vectors, rows: vectors.count / 140))
  }
}
