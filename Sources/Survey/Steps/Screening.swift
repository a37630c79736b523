import Classifier
import GRDB

/// Scores the spectra of one collection, with a quick look in 8-bit integers where that is safe.
///
/// The integers' units are set by 512 spectra of the collection itself, spread evenly over its keys, which are drawn
/// when the model first meets the collection and kept in the table `calibration`. The sample also decides, once for
/// all, whether the quick look is taken: not where it errs, nor where it would settle too little.
struct Screening: Sendable {
  /// Spectra in the sample; a collection with fewer is scored in full precision.
  static let sampleSize = 512
  /// A score of the quick look is kept where its probability of the background is higher.
  static let certainty: Float = 0.99
  /// Of a survey's scores at least this many, those least likely to be background, are in full precision.
  static let settled = 2000

  /// Whether the quick look is taken.
  var isQuick: Bool { network?.isQuick ?? false }

  private let folder: SurveyFolder
  private let model: TrainedModel
  private let name: String
  private let collection: Int64
  private let network: ScreeningNetwork?

  /// Reads or draws the sample, and looks whether the integers do.
  init(
    _ folder: SurveyFolder, _ model: TrainedModel, name: String, collection: CollectionRecord
  ) throws(SurveyError) {
    self.folder = folder
    self.model = model
    self.name = name
    self.collection = collection.id
    let ids = try Self.sample(folder, model: name, preset: model.record.featurePreset, collection.id)
    guard ids.count >= Self.sampleSize else {
      network = nil
      return
    }
    let vectors = try folder.vectors(of: ids, preset: model.record.featurePreset)
    network = try surveyed(.model, "cannot calibrate the quick look") {
      let network = try ScreeningNetwork(model.network, calibratedOn: vectors, rows: ids.count)
      let background = folder.classSet.background
      return try Self.isSafe(network, vectors, rows: ids.count, background: background) ? network : nil
    }
  }

  /// Whether the sample's sure ones are nearly as sure in full precision, and a quarter of the sample are such.
  private static func isSafe(
    _ network: ScreeningNetwork, _ vectors: [Float], rows: Int, background: Int
  ) throws(ClassifierError) -> Bool {
    guard network.isQuick else { return false }
    let quick = try network.probabilities(
      of: vectors, rows: rows, certainty: certainty, common: background)
    guard quick.rescored <= rows * 3 / 4 else { return false }
    let full = try network.network.probabilities(of: vectors, rows: rows)
    let classes = network.network.architecture.classCount
    return (0..<rows).allSatisfy { row in
      let place = row * classes + background
      return !(quick.values[place] > certainty) || full[place] > certainty - 0.02
    }
  }

  /// The next spectra that the model has not scored, by key.
  func unscored(after key: Int64, limit: Int) throws(SurveyError) -> FeatureBatch {
    try folder.features(
      preset: model.record.featurePreset, after: key, limit: limit, collections: [collection],
      unscoredBy: name)
  }

  /// Scores a batch and keeps the scores.
  func score(_ batch: FeatureBatch) throws(SurveyError) {
    let probabilities = try surveyed(.model, "cannot classify") {
      guard let network else {
        return try model.network.probabilities(of: batch.vectors, rows: batch.ids.count)
      }
      return try network.probabilities(
        of: batch.vectors, rows: batch.ids.count, certainty: Self.certainty,
        common: folder.classSet.background
      ).values
    }
    try folder.keepScores(probabilities, of: batch.ids, model: name)
  }

  /// Scores again in full precision what is nearest to the other classes, where the quick look was too sure of it.
  static func settle(
    _ folder: SurveyFolder, _ model: TrainedModel, name: String, collections: [CollectionRecord]
  ) throws(SurveyError) {
    let list = collections.map { "\($0.id)" }.joined(separator: ",")
    let ids = try surveyed(.database, "cannot read the scores of \(name)") {
      try folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT score.spectrum AS id, background FROM score JOIN spectrum ON spectrum.id = score.spectrum
            WHERE model = ? AND spectrum.collection IN (\(list)) AND gone IS NULL
            ORDER BY background, id LIMIT \(settled)
            """, arguments: [name]
        ).compactMap { row -> Int64? in
          let background: Double? = row["background"]
          return (background ?? 0) > Double(certainty) ? row["id"] : nil
        }
      }
    }
    if ids.isEmpty { return }
    let vectors = try folder.vectors(of: ids, preset: model.record.featurePreset)
    let probabilities = try surveyed(.model, "cannot classify") {
      try model.network.probabilities(of: vectors, rows: ids.count)
    }
    try folder.keepScores(probabilities, of: ids, model: name)
  }

  /// The sample that is kept, or where there is none a new one, if the collection has enough spectra with features.
  private static func sample(
    _ folder: SurveyFolder, model: String, preset: String, _ collection: Int64
  ) throws(SurveyError) -> [Int64] {
    try surveyed(.database, "cannot draw spectra to calibrate on") {
      let kept = try folder.database.read { db in
        try Int64.fetchAll(
          db, sql: "SELECT spectrum FROM calibration WHERE model = ? AND collection = ? ORDER BY spectrum",
          arguments: [model, collection])
      }
      if kept.count >= sampleSize { return kept }
      let drawn = try folder.database.read { db in try draw(db, preset: preset, collection) }
      guard drawn.count >= sampleSize else { return [] }
      try folder.database.write { db in
        let insert = try db.makeStatement(
          sql: "INSERT OR IGNORE INTO calibration (model, collection, spectrum) VALUES (?, ?, ?)")
        for id in drawn { try insert.execute(arguments: [model, collection, id]) }
      }
      return drawn
    }
  }

  /// Every n-th spectrum with features, by key; fewer than 512 where there are no more.
  private static func draw(_ db: Database, preset: String, _ collection: Int64) throws -> [Int64] {
    // In the order of keys: by the sky, each of millions would be a page of its own.
    let source = """
      FROM feature CROSS JOIN spectrum ON spectrum.id = feature.spectrum
      WHERE preset = ? AND state = 'done' AND collection = ? AND gone IS NULL
      """
    let arguments: StatementArguments = [preset, collection]
    let count = try Int.fetchOne(db, sql: "SELECT count(*) " + source, arguments: arguments) ?? 0
    guard count >= sampleSize else { return [] }
    var drawn: [Int64] = []
    var row = 0
    let ids = try Int64.fetchCursor(
      db, sql: "SELECT feature.spectrum " + source + " ORDER BY feature.spectrum", arguments: arguments)
    while drawn.count < sampleSize, let id = try ids.next() {
      if row == drawn.count * count / sampleSize { drawn.append(id) }
      row += 1
    }
    return drawn
  }
}

extension SurveyFolder {
  /// Keeps the scores of spectra; those of the same model from before go.
  ///
  /// - Parameter probabilities: spectra × classes, 0…1, row after row.
  func keepScores(_ probabilities: [Float], of ids: [Int64], model: String) throws(SurveyError) {
    let classes = classSet.count
    let entropies = Uncertainty.entropy(probabilities, classCount: classes)
    try surveyed(.database, "cannot keep the scores") {
      try database.write { db in
        let insert = try db.makeStatement(
          sql: """
            INSERT OR REPLACE INTO score (model, spectrum, class, background, entropy, probabilities)
            VALUES (?, ?, ?, ?, ?, ?)
            """)
        for (row, id) in ids.enumerated() {
          let p = Array(probabilities[row * classes..<(row + 1) * classes])
          let best = p.indices.max { p[$0] < p[$1] } ?? 0
          try insert.execute(arguments: [
            model, id, best, Double(p[classSet.background]), Double(entropies[row]), FloatBlob.data(p),
          ])
        }
      }
    }
  }
}
