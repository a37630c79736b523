/// When to stop asking: stated beforehand, so that nobody stops where it pleases.
///
/// Stop where, in each of the last rounds, the share of positives among the spectra asked about is surely small; or where the
/// audit says that nearly all have been found.
public struct StopRule: Sendable, Codable, Hashable {
  /// The greatest share of positives that may be left in a batch, 0…1.
  public var share = 0.05
  /// Rounds in a row that must show it.
  public var rounds = 2
  /// Least recall, as the lower bound of an audit, at which to stop at once.
  public var recall = 0.9
  /// Confidence of the upper bound of the share, one-sided.
  public var confidence = 0.95

  /// Two rounds of which each has surely less than 5 % positives; or a recall that is surely 90 %.
  public init() {}

  /// What was asked in a round, and what came of it.
  public struct Round: Sendable {
    /// Spectra looked at.
    public var labelled: Int
    /// Of these, positives.
    public var positives: Int
    /// Lower bound of the recall, where an audit gives one.
    public var recall: Double?

    /// Makes a round.
    public init(labelled: Int, positives: Int, recall: Double? = nil) {
      self.labelled = labelled
      self.positives = positives
      self.recall = recall
    }
  }

  /// What the rule says.
  public struct Verdict: Sendable, Codable, Equatable {
    /// Whether to stop.
    public var stops: Bool
    /// Why, in words.
    public var reason: String
  }

  /// Upper bound of the share of positives that a batch like this one has (Clopper and Pearson, one-sided).
  public func upperBound(_ round: Round) -> Double {
    ProportionInterval.clopperPearson(
      successes: round.positives, trials: round.labelled, confidence: 2 * confidence - 1
    ).upperBound
  }

  /// Judges.
  ///
  /// - Parameter history: the rounds whose answers are in, oldest first
  public func judge(_ history: [Round]) -> Verdict {
    func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
    if let bound = history.last?.recall, bound >= recall {
      return Verdict(stops: true, reason: "recall is at least \(percent(bound)) (rule: \(percent(recall)))")
    }
    let last = history.suffix(rounds)
    let bounds = last.map(upperBound)
    let listed = bounds.map(percent).joined(separator: ", ")
    if last.count < rounds {
      return Verdict(stops: false, reason: "\(history.count) of the \(rounds) rounds that the rule looks at")
    }
    if bounds.allSatisfy({ $0 < share }) {
      return Verdict(
        stops: true,
        reason: "at most \(listed) of the last batches are positive (rule: under \(percent(share)))")
    }
    return Verdict(
      stops: false, reason: "up to \(listed) of the last batches are positive (rule: under \(percent(share)))"
    )
  }
}
