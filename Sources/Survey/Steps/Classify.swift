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
    /// The table of those that could not be had or used, and why, where there are any.
    public var failures: String?
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

  /// Scores what the model has not scored, a batch at a time.
  ///
  /// Where the processor has dot products of bytes, most spectra that are plainly of the background class keep a score
  /// computed in 8-bit integers; every other score, and the 2,000 nearest to the other classes at least, is that of
  /// the network in full precision.
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
    let failures: String?
    if options.fetches {
      failures = try await Fetch(folder, options.fetch, preset: preset, engine: engine).run(
        progress: progress
      )
      .failures
    } else {
      failures = try DownloadStore(folder: folder, preset: preset, keep: options.fetch.keep).writeFailures()
    }
    let total = collections.reduce(0) { $0 + $1.spectra }
    var scored = 0
    var isQuick = false
    for collection in collections {
      let found = await Blocking.run { _ in
        Result { () throws(SurveyError) in try Screening(folder, model, name: name, collection: collection) }
      }
      let screening = try found.get()
      isQuick = isQuick || screening.isQuick
      var batch = try await read(screening, after: -1).get()
      while let end = batch.ids.last {
        if Task.isCancelled {
          throw SurveyError(.interrupted, "the classification was stopped; the scores are kept")
        }
        // The next batch comes from the database while this one is scored: two are in memory, never more.
        async let next = read(screening, after: end)
        try await Self.score(batch, screening).get()
        scored += batch.ids.count
        progress(SurveyProgress(stage: "classifying", done: scored, total: total))
        batch = try await next.get()
      }
    }
    if isQuick {
      let rest = await Blocking.run { _ in
        Result { () throws(SurveyError) in
          try Screening.settle(folder, model, name: name, collections: collections)
        }
      }
      try rest.get()
    }
    var summary = try summary(name, model, scored, collections)
    summary.failures = failures
    return summary
  }

  /// Spectra that are scored together.
  private static let batchSize = 8192

  private func read(_ screening: Screening, after key: Int64) async -> Result<FeatureBatch, SurveyError> {
    await Blocking.run { _ in
      Result { () throws(SurveyError) in try screening.unscored(after: key, limit: Self.batchSize) }
    }
  }

  private static func score(
    _ batch: FeatureBatch, _ screening: Screening
  ) async -> Result<Void, SurveyError> {
    await Blocking.run { _ in Result { () throws(SurveyError) in try screening.score(batch) } }
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
            WHERE model = ? AND gone IS NULL
              AND spectrum.collection IN (\(collections.map { "\($0.id)" }.joined(separator: ",")))
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
