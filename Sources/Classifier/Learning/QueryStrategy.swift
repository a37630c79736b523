/// Which spectra of a pool to show to a person next.
public indirect enum QueryStrategy: Hashable, Sendable {
  /// Those of highest entropy, as published.
  case entropy
  /// Those whose two best classes lie closest together.
  case margin
  /// Any, each with equal chance: the baseline (passive learning).
  case random
  /// Those most likely to belong to one of the given classes: finds the most, learns the least.
  case maximumScore(classes: [Int])
  /// Those on which networks drawn by dropout disagree, though each is sure.
  ///
  /// The mutual information of class and network, BALD (Houlsby et al. 2011; Gal, Islam & Ghahramani 2017), of as many
  /// passes.
  case bald(passes: Int)
  /// Those on which a committee of networks disagrees: the mutual information of class and member.
  case disagreement
  /// A batch whose gradients of the last layer are large and unlike each other: BADGE (Ash et al. 2020).
  case badge
  /// A batch that leaves no spectrum of the pool far from a labelled one: core-set (Sener & Savarese 2018), by its greedy
  /// rule.
  case coreSet
  /// A batch of high merit that is spread over what the network tells apart.
  ///
  /// Of the five times as many spectra of highest merit, k-means++ on the last hidden layer, weighted by the merit, takes
  /// the batch. For a strategy with a merit: entropy, margin, maximum score, BALD, disagreement.
  case diverse(QueryStrategy)
  /// A batch of which each part gets its share, the first choosing first.
  case mixture([Part])

  /// A part of a mixture.
  public struct Part: Hashable, Sendable {
    /// How much of the batch, relative to the other parts.
    public var weight: Double
    /// The strategy.
    public var strategy: QueryStrategy

    /// Makes a part.
    public init(_ weight: Double, _ strategy: QueryStrategy) {
      self.weight = weight
      self.strategy = strategy
    }
  }

  /// Passes of `bald` unless told otherwise.
  public static let standardPasses = 20

  /// What a round asks for unless told otherwise: half what is surely positive, half what the network is least sure of.
  ///
  /// The first half finds, the second teaches what only looks like it. In simulated searches it finds nearly all that
  /// asking for the surest alone does, from 1,000 labels on (Benchmarks/Discovery).
  public static func standard(classCount: Int = 3, background: Int = 0) -> QueryStrategy {
    .mixture([
      Part(50, .maximumScore(classes: (0..<classCount).filter { $0 != background })), Part(50, .entropy),
    ])
  }

  /// Names of the plain strategies.
  public static let names = [
    "random", "entropy", "margin", "score", "bald", "disagreement", "badge", "core-set",
  ]

  /// The strategy of that name.
  ///
  /// - Parameters:
  ///   - name: one of `names`; `diverse-` before one with a merit; several with their weights for a mixture:
  ///     `score:80+entropy:20`. `score` is of all classes but the background
  ///   - background: index of the uninteresting class
  public init?(name: String, classCount: Int = 3, background: Int = 0) {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false)
    if parts.count > 1 || name.contains(":") {
      var mixture: [Part] = []
      for part in parts {
        let halves = part.split(separator: ":", maxSplits: 1)
        guard let first = halves.first,
          let strategy = QueryStrategy(name: String(first), classCount: classCount, background: background),
          let weight = halves.count > 1 ? Double(halves[1]) : 1, weight > 0, weight.isFinite
        else { return nil }
        mixture.append(Part(weight, strategy))
      }
      self = .mixture(mixture)
      return
    }
    switch name {
    case "entropy": self = .entropy
    case "margin": self = .margin
    case "random": self = .random
    case "score": self = .maximumScore(classes: (0..<max(2, classCount)).filter { $0 != background })
    case "bald": self = .bald(passes: Self.standardPasses)
    case "disagreement": self = .disagreement
    case "badge": self = .badge
    case "core-set": self = .coreSet
    default:
      guard name.hasPrefix("diverse-"),
        let inner = QueryStrategy(
          name: String(name.dropFirst(8)), classCount: classCount, background: background), inner.hasMerit
      else { return nil }
      self = .diverse(inner)
    }
  }

  /// The name, from which the strategy can be had back.
  public var name: String {
    switch self {
    case .entropy: "entropy"
    case .margin: "margin"
    case .random: "random"
    case .maximumScore: "score"
    case .bald: "bald"
    case .disagreement: "disagreement"
    case .badge: "badge"
    case .coreSet: "core-set"
    case .diverse(let inner): "diverse-" + inner.name
    case .mixture(let parts):
      parts.map { part in
        let whole = Int(exactly: part.weight)
        return "\(part.strategy.name):\(whole.map(String.init) ?? "\(part.weight)")"
      }.joined(separator: "+")
    }
  }

  /// Whether each spectrum has a merit of its own, whatever else is chosen.
  public var hasMerit: Bool {
    switch self {
    case .entropy, .margin, .maximumScore, .bald, .disagreement: true
    case .random, .badge, .coreSet, .diverse, .mixture: false
    }
  }

  /// Whether the network itself is needed, and the spectra, beside the probabilities.
  public var needsNetwork: Bool {
    switch self {
    case .bald, .badge, .coreSet, .diverse: true
    case .mixture(let parts): parts.contains { $0.strategy.needsNetwork }
    case .random, .entropy, .margin, .maximumScore, .disagreement: false
    }
  }

  /// Whether probabilities of several networks are needed.
  public var needsCommittee: Bool {
    switch self {
    case .disagreement: true
    case .diverse(let inner): inner.needsCommittee
    case .mixture(let parts): parts.contains { $0.strategy.needsCommittee }
    default: false
    }
  }

  /// The rows to ask about, the most wanted first, where only probabilities are known.
  ///
  /// Rows of equal merit come in ascending order, so the answer depends on the arguments only. Rows with a
  /// probability that is not a number are never chosen.
  ///
  /// - Parameters:
  ///   - count: how many; fewer if the pool is smaller
  ///   - probabilities: rows × `classCount`, row after row
  ///   - excluded: rows not to ask about, such as those that have a label
  ///   - seed: decides what `random` draws; give each round another
  /// - Returns: nothing for a strategy that needs more than probabilities; see ``QueryPool``
  public func select(
    _ count: Int, from probabilities: [Float], classCount: Int, excluding excluded: Set<Int> = [],
    seed: UInt64
  ) -> [Int] {
    var pool = QueryPool(probabilities: probabilities, classCount: classCount)
    pool.excluded = excluded
    return (try? pool.select(count, by: self, seed: seed)) ?? []
  }
}

extension QueryStrategy: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
