public import Classifier
import GRDB

extension LearnRound {
  /// What has come of a round so far.
  public struct Summary: Sendable, Codable {
    /// Spectra of one purpose.
    public struct Part: Sendable, Codable, Equatable {
      /// Spectra asked about.
      public var asked = 0
      /// Of these, labelled.
      public var labelled = 0
      /// Of the labelled, positives: of any class but the background.
      public var positives = 0
      /// Of those asked about, called unusable: answered, but without a label.
      public var unusable = 0

      /// Whether all are answered.
      public var isDone: Bool { labelled + unusable >= asked }
    }

    /// Number of the round.
    public var number: Int
    /// The model whose scores it was drawn by.
    public var model: String
    /// The query strategy.
    public var strategy: String
    /// What the sample that judges the network was drawn from: `stratified` or `candidates`.
    public var audit: String
    /// Seed of what was drawn.
    public var seed: UInt64
    /// Spectra to learn from.
    public var oracle: Part
    /// Spectra to judge the network with.
    public var performance: Part
    /// The strata of that sample, as far as it is labelled.
    public var strata: [AuditStratum]
    /// Precision and recall of the model on spectra of stars that nobody had looked at; nil before any of the sample is labelled.
    public var estimate: AuditEstimate?
    /// Of the spectra to learn from, share that the network had given the class the person gave, 0…1; nil before any is labelled.
    public var agreement: Double?
  }

  /// What the performance sample of a round says.
  public struct Estimate: Sendable, Codable {
    /// Labelled spectra of the candidates in the sample.
    public var labelled: Int
    /// Of these, candidates indeed.
    public var right: Int
    /// Bounds of the precision, 95 %.
    public var interval: [Double]
  }

  /// The precision of the candidates, as far as the round's performance sample is labelled.
  ///
  /// - Returns: nil where none of it is.
  public func estimate(of number: Int) throws(SurveyError) -> Estimate? {
    let summary = try summary(of: number)
    let parts = summary.strata.filter(\.isCandidate)
    let labelled = parts.reduce(0) { $0 + $1.drawn }
    guard labelled > 0, let estimate = summary.estimate else { return nil }
    return Estimate(
      labelled: labelled, right: parts.reduce(0) { $0 + $1.positives },
      interval: [estimate.precision.low, estimate.precision.high])
  }

  /// What has come of a round.
  ///
  /// - Throws: `SUR-04` where there is no such round.
  public func summary(of number: Int) throws(SurveyError) -> Summary {
    try summary(of: number, labels: try labels())
  }

  /// What has come of every round, in order.
  public func summaries() throws(SurveyError) -> [Summary] {
    let labels = try labels()
    return try numbers().map { (number) throws(SurveyError) in try summary(of: number, labels: labels) }
  }

  /// Whether to go on asking, by the rounds whose answers are in.
  public func verdict(_ rule: StopRule = StopRule()) throws(SurveyError) -> StopRule.Verdict {
    rule.judge(
      try summaries().filter { $0.oracle.labelled > 0 && $0.oracle.isDone }.map {
        StopRule.Round(
          labelled: $0.oracle.labelled, positives: $0.oracle.positives, recall: $0.estimate?.recall.low)
      })
  }

  /// The answers that hold, by round, purpose and spectrum: a label, or nil where the spectrum is unusable.
  private func labels() throws(SurveyError) -> [String: String?] {
    var labels: [String: String?] = [:]
    for act in try folder.labels.current() + folder.labels.unusable() {
      guard let round = act.round, let purpose = act.purpose else { continue }
      labels.updateValue(act.label, forKey: Self.key(round, purpose, act.collection, act.did))
    }
    return labels
  }

  private static func key(_ round: Int, _ purpose: String, _ collection: String, _ did: String) -> String {
    "\(round)\u{1}\(purpose)\u{1}\(collection)\u{1}\(did)"
  }

  private func summary(of number: Int, labels: [String: String?]) throws(SurveyError) -> Summary {
    let items = try items(of: number)
    let classSet = folder.classSet
    let found = try surveyed(.database, "cannot read round \(number)") {
      try folder.database.read { db -> (round: Row, strata: [AuditStratum])? in
        guard
          let round = try Row.fetchOne(db, sql: "SELECT * FROM round WHERE number = ?", arguments: [number])
        else { return nil }
        let strata = try Row.fetchAll(
          db, sql: "SELECT size, candidate FROM round_stratum WHERE round = ? ORDER BY stratum",
          arguments: [number]
        ).map { AuditStratum(size: $0["size"], drawn: 0, positives: 0, isCandidate: $0["candidate"]) }
        return (round, strata)
      }
    }
    guard let found else {
      let known = try numbers().map(String.init).joined(separator: ", ")
      throw SurveyError(
        .unknownName, "there is no round \(number)",
        hint: known.isEmpty ? "votrawl learn" : "there is \(known)")
    }
    var strata = found.strata
    // A sample of a database made before strata were kept: of the candidates, however many they were.
    if strata.isEmpty, items.contains(where: { $0.purpose == "performance" }) {
      strata = [AuditStratum(size: Int.max / 2, drawn: 0, positives: 0, isCandidate: true)]
    }
    var parts: [String: Summary.Part] = [:]
    var agreed = 0
    for item in items {
      let answer = labels[Self.key(number, item.purpose, item.spectrum.collection, item.spectrum.did)]
      let index = (answer ?? nil).flatMap(classSet.index(of:))
      let isPositive = index != nil && index != classSet.background
      parts[item.purpose, default: .init()].asked += 1
      if let answer, answer == nil { parts[item.purpose, default: .init()].unusable += 1 }
      guard index != nil else { continue }
      parts[item.purpose, default: .init()].labelled += 1
      if isPositive { parts[item.purpose, default: .init()].positives += 1 }
      if item.purpose == "oracle" {
        if index == item.predicted { agreed += 1 }
      } else {
        strata[item.stratum ?? 0].drawn += 1
        if isPositive { strata[item.stratum ?? 0].positives += 1 }
      }
    }
    let oracle = parts["oracle"] ?? .init()
    let seed: Int64 = found.round["seed"]
    return Summary(
      number: number, model: found.round["model"], strategy: found.round["strategy"],
      audit: found.round["audit"], seed: UInt64(bitPattern: seed), oracle: oracle,
      performance: parts["performance"] ?? .init(), strata: strata,
      estimate: strata.contains { $0.drawn > 0 } ? AuditEstimate(strata) : nil,
      agreement: oracle.labelled > 0 ? Double(agreed) / Double(oracle.labelled) : nil)
  }
}
