/// Which spectra of a pool to show to a person next.
public enum QueryStrategy: Hashable, Sendable {
  /// Those of highest entropy, as published.
  case entropy
  /// Those whose two best classes lie closest together.
  case margin
  /// Any, each with equal chance: the baseline, and the only sample one may estimate shares from.
  case random
  /// Those most likely to belong to one of the given classes: finds the most, learns the least.
  case maximumScore(classes: [Int])

  /// The strategy of that name: `entropy`, `margin`, `random` or `score` (all classes but 0).
  public init?(name: String, classCount: Int = 3) {
    switch name {
    case "entropy": self = .entropy
    case "margin": self = .margin
    case "random": self = .random
    case "score": self = .maximumScore(classes: Array(1..<max(2, classCount)))
    default: return nil
    }
  }

  /// The rows to ask about, the most wanted first.
  ///
  /// Rows of equal merit come in ascending order, so the answer depends on the arguments only. Rows with a
  /// probability that is not a number are never chosen.
  ///
  /// - Parameters:
  ///   - count: how many; fewer if the pool is smaller
  ///   - probabilities: rows × `classCount`, row after row
  ///   - excluded: rows not to ask about, such as those that have a label
  ///   - seed: decides what `random` draws; give each round another
  public func select(
    _ count: Int, from probabilities: [Float], classCount: Int, excluding excluded: Set<Int> = [],
    seed: UInt64
  ) -> [Int] {
    let rows = (0..<probabilities.count / classCount).filter { row in
      !excluded.contains(row)
        && probabilities[row * classCount..<(row + 1) * classCount].allSatisfy { !$0.isNaN }
    }
    let merit: [Float]
    switch self {
    case .random:
      var random = CounterRandom(seed: seed, .query)
      return random.permutation(rows.count).prefix(count).map { rows[$0] }
    case .entropy: merit = Uncertainty.entropy(probabilities, classCount: classCount)
    case .margin: merit = Uncertainty.margin(probabilities, classCount: classCount).map { -$0 }
    case .maximumScore(let classes):
      merit = (0..<probabilities.count / classCount).map { row in
        classes.reduce(0) { $0 + probabilities[row * classCount + $1] }
      }
    }
    return Array(rows.sorted { (merit[$0], $1) > (merit[$1], $0) }.prefix(count))
  }
}
