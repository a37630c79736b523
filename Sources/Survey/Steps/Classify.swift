import Classifier
import Foundation
import GRDB
public import VOClient

/// Scores every spectrum of a survey, fetching on demand what is not there yet.
public struct Classify: Sendable {
  /// What to score and with what.
  public struct Options: Sendable {
    /// Name of the model; the newest where nil.
    public var model: String?
    /// How to fetch what has no features yet; its collections are those that are scored.
    public var fetch = Fetch.Options()
    /// Whether anything may be fetched.
    public var fetches = true

    /// All spectra, with the newest model; what is fetched is kept as features only.
    public init() { fetch.keep = .features }
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Name of the model.
    public var model: String
    /// Spectra scored by it, in all.
    public var scored: Int
    /// Of these, scored in this run.
    public var new: Int
    /// Spectra without features: not fetched, refused, or unreadable.
    public var unscored: Int
    /// Scored spectra by class.
    public var classes: [String: Int]
    /// Whether the model was trained on simulated spectra.
    public var simulated: Bool
  }

  let folder: SurveyFolder
  let options: Options
  let engine: TransferEngine

  /// Prepares a classification.
  public init(_ folder: SurveyFolder, _ options: Options, engine: TransferEngine) {
    self.folder = folder
    self.options = options
    self.engine = engine
  }

  /// Scores what the model has not scored.
  ///
  /// - Throws: `SUR-07` without a model, `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
    let (name, model) = try folder.model(named: options.model)
    guard let preset = FeaturePreset.named(model.record.featurePreset) else {
      throw SurveyError(
        .model, "model \(name) wants features of preset \"\(model.record.featurePreset)\", which is unknown")
    }
    let collections = try folder.collections(named: options.fetch.collections)
    try await Featurise(folder: folder, preset: preset).run(progress: progress)
    if options.fetches {
      _ = try await Fetch(folder, options.fetch, preset: preset, engine: engine).run(progress: progress)
    }
    var scored = 0
    let total = collections.reduce(0) { $0 + $1.spectra }
    var last: Int64 = -1
    while true {
      if Task.isCancelled {
        throw SurveyError(.interrupted, "the classification was stopped; the scores are kept")
      }
      let batch = try folder.features(
        preset: preset.name, after: last, limit: 8192, collections: collections.map(\.id), unscoredBy: name)
      guard let end = batch.ids.last else { break }
      try score(batch, model, name)
      last = end
      scored += batch.ids.count
      progress(SurveyProgress(stage: "classifying", done: scored, total: total))
    }
    return try summary(name, model, scored, collections)
  }

  private func score(_ batch: FeatureBatch, _ model: TrainedModel, _ name: String) throws(SurveyError) {
    let classes = folder.classSet.count
    let probabilities = try surveyed(.model, "cannot classify") {
      try model.network.probabilities(of: batch.vectors, rows: batch.ids.count)
    }
    let entropies = Uncertainty.entropy(probabilities, classCount: classes)
    try surveyed(.database, "cannot keep the scores") {
      try folder.database.write { db in
        let insert = try db.makeStatement(
          sql: """
            INSERT OR REPLACE INTO score (model, spectrum, class, background, entropy, probabilities)
            VALUES (?, ?, ?, ?, ?, ?)
            """)
        for (row, id) in batch.ids.enumerated() {
          let p = Array(probabilities[row * classes..<(row + 1) * classes])
          let best = p.indices.max { p[$0] < p[$1] } ?? 0
          try insert.execute(arguments: [
            name, id, best, Double(p[folder.classSet.background]), Double(entropies[row]), FloatBlob.data(p),
          ])
        }
      }
    }
  }

  private func summary(
    _ name: String, _ model: TrainedModel, _ new: Int, _ collections: [CollectionRecord]
  ) throws(SurveyError) -> Summary {
    let counts = try surveyed(.database, "cannot count the scores") {
      try folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT class, count(*) AS n FROM score JOIN spectrum ON spectrum.id = score.spectrum
            WHERE model = ? AND spectrum.collection IN (\(collections.map { "\($0.id)" }.joined(separator: ",")))
            GROUP BY class
            """, arguments: [name]
        ).map { row -> (Int, Int) in (row["class"], row["n"]) }
      }
    }
    var classes = Dictionary(uniqueKeysWithValues: folder.classSet.names.map { ($0, 0) })
    for (index, count) in counts where folder.classSet.names.indices.contains(index) {
      classes[folder.classSet.names[index]] = count
    }
    let scored = counts.reduce(0) { $0 + $1.1 }
    return Summary(
      model: name, scored: scored, new: new, unscored: collections.reduce(0) { $0 + $1.spectra } - scored,
      classes: classes, simulated: model.record.usesSimulation)
  }
}
