#if canImport(Glibc)
  import Glibc
#endif

/// Rounds of active learning with a simulated person: how soon a strategy finds what there is.
public struct DiscoveryRun: Sendable {
  /// How it is done.
  public struct Options: Sendable {
    /// Which spectra are asked about.
    public var strategy: QueryStrategy
    /// Spectra asked about a round.
    public var batch = 100
    /// Rounds.
    public var rounds = 20
    /// Share of the answers that are wrong: another class, each with equal chance.
    public var noise = 0.0
    /// The first training, on the source alone.
    public var first = TrainerConfiguration.standard
    /// The training after each round, from the network before.
    public var next = TrainerConfiguration.continued
    /// Networks before the present one whose opinion `disagreement` hears.
    public var committee = 3
    /// Seed of all that is drawn.
    public var seed: UInt64 = 1
    /// Threads to use at most; nil for one per processor.
    public var threads: Int?

    /// A search by a strategy.
    public init(strategy: QueryStrategy) { self.strategy = strategy }
  }

  /// The state after some labels.
  public struct Point: Sendable, Codable, Equatable {
    /// Labels asked for.
    public var labels: Int
    /// Of the spectra asked about, those that are positive.
    public var found: Int
    /// Average precision of positive against negative on the test part, which nobody labelled; nil without one.
    public var averagePrecision: Double?
    /// Seconds since the beginning, of the clock.
    public var seconds: Double
  }

  /// The search.
  public let search: SimulatedSearch
  /// How it is done.
  public let options: Options

  /// Prepares a run.
  public init(_ search: SimulatedSearch, _ options: Options) {
    self.search = search
    self.options = options
  }

  /// Trains the network one begins with; runs of several strategies may share it.
  ///
  /// - Throws: as ``Trainer``.
  public func firstNetwork() throws(ClassifierError) -> Network {
    var configuration = options.first
    configuration.seed = options.seed
    return try Trainer(configuration, threads: options.threads).train(search.source).network
  }

  /// Runs all rounds.
  ///
  /// - Parameters:
  ///   - network: as `firstNetwork()` gives it; trained here where nil
  ///   - progress: told after every round
  /// - Returns: the state before the first round and after each
  /// - Throws: as ``Trainer`` and ``QueryPool``.
  public func run(
    from network: Network? = nil, progress: (Point) -> Void = { _ in }
  ) throws(ClassifierError) -> [Point] {
    let start = Self.seconds()
    var network = if let network { network } else { try firstNetwork() }
    var asked: [Int] = []
    var answers: [Int] = []
    var committee: [[Float]] = []
    var points: [Point] = []
    for round in 0...options.rounds {
      points.append(
        Point(
          labels: asked.count, found: asked.count { search.pool.labels[$0] != 0 },
          averagePrecision: try ranking(network), seconds: Self.seconds() - start))
      progress(points[round])
      if round == options.rounds { break }
      let probabilities = try scores(network, search.pool)
      let batch = try choose(probabilities, network, committee, asked: asked, round: round)
      if batch.isEmpty { break }
      asked += batch
      answers += batch.map { answer($0) }
      committee = Array((committee + [probabilities]).suffix(options.committee))
      network = try learn(network, asked, answers, round: round)
    }
    return points
  }

  private func choose(
    _ probabilities: [Float], _ network: Network, _ committee: [[Float]], asked: [Int], round: Int
  ) throws(ClassifierError) -> [Int] {
    var pool = QueryPool(probabilities: probabilities, classCount: search.source.classNames.count)
    pool.excluded = Set(asked)
    pool.stars = search.pool.stars
    pool.network = network
    pool.threads = options.threads
    // A committee of one has no disagreement: the first round asks for what the network is unsure of.
    pool.committee = committee.isEmpty ? [probabilities] : committee
    let (vectors, length) = (search.pool.vectors, search.source.vectorLength)
    pool.vectors = { rows in rows.flatMap { vectors[$0 * length..<($0 + 1) * length] } }
    if options.strategy.needsNetwork {
      pool.labelled = asked.flatMap { vectors[$0 * length..<($0 + 1) * length] }
    }
    return try pool.select(options.batch, by: options.strategy, seed: options.seed &+ UInt64(round + 1))
  }

  /// What the simulated person says of a spectrum: the same whenever asked.
  private func answer(_ row: Int) -> Int {
    let truth = search.pool.labels[row]
    var random = CounterRandom(seed: options.seed, .query, 3, row)
    guard Double(random.uniform()) < options.noise else { return truth }
    let other = random.integer(below: search.source.classNames.count - 1)
    return other < truth ? other : other + 1
  }

  private func learn(
    _ network: Network, _ asked: [Int], _ answers: [Int], round: Int
  ) throws(ClassifierError) -> Network {
    let length = search.source.vectorLength
    // Stars of the pool are other stars than those of the source.
    let firstStar = (search.source.groups.max() ?? 0) + 1
    let set = try TrainingSet(
      vectors: search.source.vectors + asked.flatMap { search.pool.vectors[$0 * length..<($0 + 1) * length] },
      labels: search.source.labels + answers,
      groups: search.source.groups + asked.map { firstStar + search.pool.stars[$0] }, isSimulated: true,
      classNames: search.source.classNames, featurePreset: search.source.featurePreset)
    var configuration = options.next
    configuration.seed = options.seed &+ UInt64(round + 1)
    return try Trainer(configuration, threads: options.threads).train(set, from: network).network
  }

  private func scores(_ network: Network, _ part: SimulatedSearch.Part) throws(ClassifierError) -> [Float] {
    let rows = min(512, part.count)
    let screening = try ScreeningNetwork(
      network, calibratedOn: Array(part.vectors.prefix(rows * search.source.vectorLength)), rows: rows)
    return try screening.probabilities(of: part.vectors, rows: part.count, threads: options.threads).values
  }

  private func ranking(_ network: Network) throws(ClassifierError) -> Double? {
    guard search.test.count > 0 else { return nil }
    let values = try scores(network, search.test)
    let classes = search.source.classNames.count
    return Classifier.averagePrecision(
      scores: (0..<search.test.count).map { 1 - Double(values[$0 * classes]) },
      isPositive: search.test.labels.map { $0 != 0 })
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
