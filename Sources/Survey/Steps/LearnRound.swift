public import Classifier
import Foundation
import GRDB

/// One round of active learning: which spectra to ask a person about, and what the answers say.
///
/// A round asks for spectra to learn from (purpose `oracle`, trained on next) and for a random sample that judges the network
/// (purpose `performance`, never trained on). A star is in one of the two only, and a star that was judged on is never learned
/// from later: spectra are split by star.
public struct LearnRound: Sendable {
  /// How to choose.
  public struct Options: Sendable {
    /// Name of the model; the newest where nil.
    public var model: String?
    /// The query strategy; nil for the standard one.
    public var strategy: QueryStrategy?
    /// Spectra to learn from.
    public var oracle = 100
    /// Spectra to judge the network with.
    public var performance = 50
    /// What those are drawn from.
    public var audit = AuditDesign.Kind.stratified
    /// Names of the collections to choose from; all where empty.
    public var collections: [String] = []

    /// The standard round.
    public init() {}

    /// The published round: the 100 spectra of highest entropy, and 30 of the candidates to estimate the precision with.
    public static var skoda2020: Options {
      var options = Options()
      options.strategy = .entropy
      options.performance = 30
      options.audit = .candidates
      return options
    }
  }

  /// A spectrum that a person is asked about.
  public struct Item: Sendable {
    /// `oracle` or `performance`.
    public let purpose: String
    /// The spectrum.
    public let spectrum: SpectrumRecord
    /// Index of the class the network gave it.
    public let predicted: Int
    /// The stratum it was drawn from, of a sample that judges the network.
    public let stratum: Int?
  }

  let folder: SurveyFolder

  /// Rounds of this survey.
  public init(_ folder: SurveyFolder) { self.folder = folder }

  /// Chooses a new round and keeps it.
  ///
  /// The same scores, labels and seed give the same round: what is drawn depends on the survey's seed and the number of the round.
  /// So a round whose number is given is drawn again as it was, whatever has been labelled in it and later rounds.
  ///
  /// - Parameter number: nil for the next; one that is kept is replaced.
  /// - Returns: the round's number and what is asked, in the order to ask.
  /// - Throws: `SUR-07` without scores, or where the strategy wants other models' scores too; `SUR-09` where the model fails.
  public func begin(
    _ options: Options, number: Int? = nil
  ) throws(SurveyError) -> (number: Int, items: [Item]) {
    let (name, model) = try folder.model(named: options.model)
    let collections = try folder.collections(named: options.collections).map(\.id)
    let number = if let number { number } else { try nextNumber() }
    let pool = try RoundPool(folder, model: name, collections: collections, before: number)
    guard !pool.free.isEmpty else {
      throw SurveyError(.notReady, "model \(name) has scored no unlabelled spectra", hint: "votrawl classify")
    }
    let seed = folder.configuration.seed &+ UInt64(number)
    let strategy =
      options.strategy
      ?? .standard(
        classCount: folder.classSet.count, background: folder.classSet.background)
    let query = try pool.query(folder, model: model, name: name, strategy: strategy)
    let asked = try surveyed(.model, "cannot choose spectra by \(strategy)") {
      try query.select(options.oracle, by: strategy, seed: seed)
    }
    let frame = pool.frame(without: asked)
    let background = folder.classSet.background
    let audit = AuditDesign(
      options.audit, count: options.performance, rows: frame,
      scores: frame.map { 1 - pool.probability($0, of: background) },
      isCandidate: frame.map { pool.predicted[$0] != background }, seed: seed)
    try keep(number, name, strategy, seed, options.audit, pool, asked, audit)
    return (number, try items(of: number))
  }

  private func keep(
    _ number: Int, _ model: String, _ strategy: QueryStrategy, _ seed: UInt64, _ kind: AuditDesign.Kind,
    _ pool: RoundPool, _ asked: [Int], _ audit: AuditDesign
  ) throws(SurveyError) {
    try surveyed(.database, "cannot keep round \(number)") {
      try folder.database.write { db in
        for table in ["round_item", "round_stratum"] {
          try db.execute(sql: "DELETE FROM \(table) WHERE round = ?", arguments: [number])
        }
        try db.execute(
          sql: "INSERT OR REPLACE INTO round (number, model, strategy, seed, audit) VALUES (?, ?, ?, ?, ?)",
          arguments: [number, model, strategy.name, Int64(bitPattern: seed), kind.rawValue])
        let insert = try db.makeStatement(
          sql: """
            INSERT INTO round_item (round, purpose, position, spectrum, predicted, stratum) VALUES (?, ?, ?, ?, ?, ?)
            """)
        for (position, row) in asked.enumerated() {
          try insert.execute(arguments: [
            number, "oracle", position, pool.ids[row], pool.predicted[row], nil,
          ])
        }
        var position = 0
        for (index, stratum) in audit.strata.enumerated() {
          try db.execute(
            sql: "INSERT INTO round_stratum (round, stratum, size, candidate) VALUES (?, ?, ?, ?)",
            arguments: [number, index, stratum.rows.count, stratum.isCandidate])
          for row in stratum.drawn {
            try insert.execute(arguments: [
              number, "performance", position, pool.ids[row], pool.predicted[row], index,
            ])
            position += 1
          }
        }
      }
    }
  }

  /// Numbers of the rounds, in order.
  public func numbers() throws(SurveyError) -> [Int] {
    try surveyed(.database, "cannot list the rounds") {
      try folder.database.read { db in
        try Int.fetchAll(db, sql: "SELECT number FROM round ORDER BY number")
      }
    }
  }

  /// The newest round, where some of it is neither labelled nor called unusable yet.
  public func unfinished() throws(SurveyError) -> Int? {
    guard let last = try numbers().last else { return nil }
    let state = try summary(of: last)
    return state.oracle.isDone && state.performance.isDone ? nil : last
  }

  /// What a round asks, in the order to ask.
  public func items(of number: Int) throws(SurveyError) -> [Item] {
    try surveyed(.database, "cannot read round \(number)") {
      try folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT \(SpectrumRecord.columns), purpose, predicted, round_item.stratum AS stratum
            FROM \(SpectrumRecord.tables) JOIN round_item ON round_item.spectrum = spectrum.id
            WHERE round_item.round = ? ORDER BY purpose, position
            """, arguments: [number]
        ).map {
          Item(
            purpose: $0["purpose"], spectrum: SpectrumRecord($0), predicted: $0["predicted"],
            stratum: $0["stratum"])
        }
      }
    }
  }

  private func nextNumber() throws(SurveyError) -> Int {
    // Rounds that the label log knows count, too: the database may have been made again.
    let logged = try folder.labels.acts().compactMap(\.round).max() ?? 0
    let kept = try numbers().last ?? 0
    return max(logged, kept) + 1
  }
}
