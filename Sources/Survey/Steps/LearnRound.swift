public import Classifier
import Foundation
import GRDB

/// One round of active learning: which spectra to ask a person about, and what the answers say.
///
/// The published round asks for the 100 spectra the network is least sure of (`oracle`, trained on next) and for 30 drawn
/// from those it calls candidates (`performance`, never trained on: they estimate the precision).
public struct LearnRound: Sendable {
  /// How to choose.
  public struct Options: Sendable {
    /// Name of the model; the newest where nil.
    public var model: String?
    /// The query strategy.
    public var strategy = QueryStrategy.entropy
    /// Spectra to learn from.
    public var oracle = 100
    /// Spectra to estimate the precision with.
    public var performance = 30
    /// Names of the collections to choose from; all where empty.
    public var collections: [String] = []

    /// The published round.
    public init() {}
  }

  /// A spectrum that a person is asked about.
  public struct Item: Sendable {
    /// `oracle` or `performance`.
    public let purpose: String
    /// The spectrum.
    public let spectrum: SpectrumRecord
    /// Index of the class the network gave it.
    public let predicted: Int
  }

  /// What the performance sample of a round says.
  public struct Estimate: Sendable, Codable {
    /// Labelled spectra of the sample.
    public var labelled: Int
    /// Of these, candidates indeed.
    public var right: Int
    /// Bounds of the precision, 95 %, Clopper–Pearson.
    public var interval: [Double]
  }

  let folder: SurveyFolder

  /// Rounds of this survey.
  public init(_ folder: SurveyFolder) { self.folder = folder }

  /// Chooses a new round and keeps it.
  ///
  /// - Returns: the round's number and what is asked, in the order to ask.
  /// - Throws: `SUR-07` without scores.
  public func begin(_ options: Options) throws(SurveyError) -> (number: Int, items: [Item]) {
    let (name, _) = try folder.model(named: options.model)
    let collections = try folder.collections(named: options.collections).map(\.id)
    let pool = try unlabelled(model: name, collections: collections)
    guard !pool.ids.isEmpty else {
      throw SurveyError(.notReady, "model \(name) has scored no unlabelled spectra", hint: "votrawl classify")
    }
    let classes = folder.classSet.count
    let number = try nextNumber()
    let seed = folder.configuration.seed &+ UInt64(number)
    let asked = options.strategy.select(
      options.oracle, from: pool.probabilities, classCount: classes, seed: seed)
    let taken = Set(asked)
    let candidates = pool.ids.indices.filter { row in
      !taken.contains(row) && pool.predicted[row] != folder.classSet.background
    }
    let sample = QueryStrategy.random.select(
      options.performance,
      from: candidates.flatMap { pool.probabilities[$0 * classes..<($0 + 1) * classes] }, classCount: classes,
      seed: seed
    ).map { candidates[$0] }
    try surveyed(.database, "cannot keep round \(number)") {
      try folder.database.write { db in
        try db.execute(
          sql: "INSERT INTO round (number, model, strategy, seed) VALUES (?, ?, ?, ?)",
          arguments: [number, name, "\(options.strategy)", Int64(bitPattern: seed)])
        let insert = try db.makeStatement(
          sql: "INSERT INTO round_item (round, purpose, position, spectrum, predicted) VALUES (?, ?, ?, ?, ?)"
        )
        for (purpose, rows) in [("oracle", asked), ("performance", sample)] {
          for (position, row) in rows.enumerated() {
            try insert.execute(arguments: [number, purpose, position, pool.ids[row], pool.predicted[row]])
          }
        }
      }
    }
    return (number, try items(of: number))
  }

  /// Numbers of the rounds, in order.
  public func numbers() throws(SurveyError) -> [Int] {
    try surveyed(.database, "cannot list the rounds") {
      try folder.database.read { db in
        try Int.fetchAll(db, sql: "SELECT number FROM round ORDER BY number")
      }
    }
  }

  /// What a round asks, in the order to ask.
  public func items(of number: Int) throws(SurveyError) -> [Item] {
    try surveyed(.database, "cannot read round \(number)") {
      try folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT purpose, predicted, \(SpectrumRecord.columns) FROM \(SpectrumRecord.tables)
            JOIN round_item ON round_item.spectrum = spectrum.id
            WHERE round_item.round = ? ORDER BY purpose, position
            """, arguments: [number]
        ).map { Item(purpose: $0["purpose"], spectrum: SpectrumRecord($0), predicted: $0["predicted"]) }
      }
    }
  }

  /// The precision of the candidates, as far as the round's performance sample is labelled.
  ///
  /// - Returns: nil where none of it is.
  public func estimate(of number: Int) throws(SurveyError) -> Estimate? {
    let items = try items(of: number).filter { $0.purpose == "performance" }
    var labels: [String: String] = [:]
    for act in try folder.labels.current() where act.round == number && act.purpose == "performance" {
      labels[act.collection + "\u{1}" + act.did] = act.label
    }
    let background = folder.classSet.names[folder.classSet.background]
    let answers = items.compactMap { labels[$0.spectrum.collection + "\u{1}" + $0.spectrum.did] }
    guard !answers.isEmpty else { return nil }
    let right = answers.count { $0 != background }
    let bounds = ProportionInterval.clopperPearson(successes: right, trials: answers.count)
    return Estimate(labelled: answers.count, right: right, interval: [bounds.lowerBound, bounds.upperBound])
  }

  private struct Pool {
    var ids: [Int64] = []
    var predicted: [Int] = []
    var probabilities: [Float] = []
  }

  private func unlabelled(model: String, collections: [Int64]) throws(SurveyError) -> Pool {
    let labelled = Set(try folder.labels.current().map { $0.collection + "\u{1}" + $0.did })
    return try surveyed(.database, "cannot read the scores of \(model)") {
      try folder.database.read { db in
        var pool = Pool()
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT score.spectrum AS id, class, probabilities, collection.name AS collection, did FROM score
            JOIN spectrum ON spectrum.id = score.spectrum JOIN collection ON collection.id = spectrum.collection
            WHERE model = ? AND spectrum.collection IN (\(collections.map(String.init).joined(separator: ",")))
            ORDER BY collection.name, did
            """, arguments: [model])
        while let row = try rows.next() {
          let collection: String = row["collection"]
          let did: String = row["did"]
          if labelled.contains(collection + "\u{1}" + did) { continue }
          pool.ids.append(row["id"])
          pool.predicted.append(row["class"])
          FloatBlob.append(row["probabilities"], to: &pool.probabilities)
        }
        return pool
      }
    }
  }

  private func nextNumber() throws(SurveyError) -> Int {
    try surveyed(.database, "cannot number the round") {
      try folder.database.read { db in try Int.fetchOne(db, sql: "SELECT max(number) FROM round") ?? 0 } + 1
    }
  }
}
