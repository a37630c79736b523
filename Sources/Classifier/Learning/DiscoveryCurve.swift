/// How one simulated search by one strategy went: labels asked for against positives found.
public struct DiscoveryCurve: Sendable, Codable, Equatable {
  /// Name of the strategy.
  public var strategy: String
  /// Seed of spectra, network and draws.
  public var seed: UInt64
  /// Spectra of the pool.
  public var pool: Int
  /// Positives among them.
  public var positives: Int
  /// Spectra asked about a round.
  public var batch: Int
  /// Share of wrong answers.
  public var noise: Double
  /// Everything else that decides the outcome, in words: two curves compare only where this is equal.
  public var setting: String
  /// The state before the first round and after each.
  public var points: [DiscoveryRun.Point]

  /// Makes a curve.
  public init(
    strategy: String, seed: UInt64, pool: Int, positives: Int, batch: Int, noise: Double, setting: String,
    points: [DiscoveryRun.Point]
  ) {
    self.strategy = strategy
    self.seed = seed
    self.pool = pool
    self.positives = positives
    self.batch = batch
    self.noise = noise
    self.setting = setting
    self.points = points
  }
}

/// Curves of one strategy over several seeds.
public struct DiscoverySummary: Sendable, Codable, Equatable {
  /// The seeds after as many labels.
  public struct Level: Sendable, Codable, Equatable {
    /// Labels asked for.
    public var labels: Int
    /// Share of the positives found: median over the seeds, least, greatest.
    public var found: [Double]
    /// Average precision on stars that nobody labelled: median, least, greatest; nil where it was not measured.
    public var averagePrecision: [Double]?
  }

  /// Name of the strategy.
  public var strategy: String
  /// Seeds.
  public var seeds: [UInt64]
  /// By labels asked for, ascending.
  public var levels: [Level]

  /// The strategies of some curves, in the order in which they first come.
  public static func all(_ curves: [DiscoveryCurve]) -> [DiscoverySummary] {
    var names: [String] = []
    for curve in curves where !names.contains(curve.strategy) { names.append(curve.strategy) }
    return names.map { name in
      let own = curves.filter { $0.strategy == name }
      let length = own.map(\.points.count).min() ?? 0
      let levels = (0..<length).map { index in
        let precisions = own.compactMap(\.points[index].averagePrecision)
        return Level(
          labels: own[0].points[index].labels,
          found: spread(own.map { Double($0.points[index].found) / Double(max(1, $0.positives)) }),
          averagePrecision: precisions.count == own.count ? spread(precisions) : nil)
      }
      return DiscoverySummary(strategy: name, seeds: own.map(\.seed).sorted(), levels: levels)
    }
  }

  /// The level of so many labels, or the last before it.
  public func level(labels: Int) -> Level? { levels.last { $0.labels <= labels } }

  private static func spread(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return [median, sorted[0], sorted[sorted.count - 1]]
  }
}
