import Testing

@testable import Classifier

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Query strategies that look at the spectra")
struct LearningQueryTests {
  /// 120 toy spectra, a network that has seen some, and what it says.
  private func pool() throws -> (pool: QueryPool, set: TrainingSet, network: Network) {
    let set = try ToySpectra.set(count: 120, noise: 0.6)
    let configuration = TrainerConfiguration(
      maximumEpochs: 2, monitor: .trainingLoss, validationFraction: 0, balancing: .none, calibrates: false,
      augmentation: nil)
    let network = try Trainer(configuration, threads: 1).train(set.subset(Array(0..<30))).network
    var pool = QueryPool(
      probabilities: try network.probabilities(of: set.vectors, rows: set.count), classCount: 3)
    pool.network = network
    let vectors = set.vectors
    pool.vectors = { rows in rows.flatMap { vectors[$0 * 140..<($0 + 1) * 140] } }
    pool.excluded = Set(0..<30)
    pool.labelled = Array(vectors.prefix(30 * 140))
    pool.committee = [
      try Network(seed: 2).probabilities(of: vectors, rows: 120),
      try Network(seed: 3).probabilities(of: vectors, rows: 120),
    ]
    return (pool, set, network)
  }

  @Test("every strategy gives a batch without repetition, of rows that are free, the same for the same seed")
  func batches() throws {
    let (pool, _, _) = try pool()
    let names = QueryStrategy.names + ["diverse-entropy", "diverse-bald", "score:3+entropy:1+random"]
    for name in names {
      let strategy = try #require(QueryStrategy(name: name))
      let batch = try pool.select(20, by: strategy, seed: 7)
      #expect(batch.count == 20 && Set(batch).count == 20 && batch.allSatisfy { $0 >= 30 }, "\(name)")
      #expect(try pool.select(20, by: strategy, seed: 7) == batch, "\(name)")
      #expect(try pool.select(500, by: strategy, seed: 7).count == 90, "\(name): all there are")
    }
  }

  @Test("names lead to strategies and back")
  func names() throws {
    for name in QueryStrategy.names + ["diverse-margin", "score:80+entropy:20"] {
      #expect(try #require(QueryStrategy(name: name)).name == name)
    }
    for name in [
      "", "nonsense", "diverse-random", "diverse-badge", "score:0+entropy", "score:-1", "score+", "score:x",
    ] {
      #expect(QueryStrategy(name: name) == nil, "\(name)")
    }
    #expect(QueryStrategy(name: "score", classCount: 3, background: 1) == .maximumScore(classes: [0, 2]))
  }

  @Test("a star comes once in a batch while there are others")
  func stars() throws {
    var pool = QueryPool(
      probabilities: [0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.9, 0.1], classCount: 2)
    pool.stars = [5, 5, 6, 5, 7]
    let score = QueryStrategy.maximumScore(classes: [1])
    #expect(try pool.select(3, by: score, seed: 1) == [0, 2, 4])
    #expect(try pool.select(4, by: score, seed: 1) == [0, 2, 4, 1])
    #expect(throws: ClassifierError.self) {
      pool.stars = [1]
      _ = try pool.select(1, by: score, seed: 1)
    }
  }

  @Test("a mixture gives each part its share, and no row twice")
  func mixtures() throws {
    let (pool, _, _) = try pool()
    let mixture = try #require(QueryStrategy(name: "score:3+entropy:1"))
    let batch = try pool.select(20, by: mixture, seed: 1)
    let score = try pool.select(15, by: .maximumScore(classes: [1, 2]), seed: 1)
    #expect(Array(batch.prefix(15)) == score)
    var rest = pool
    rest.excluded.formUnion(score)
    #expect(Array(batch.suffix(5)) == (try rest.select(5, by: .entropy, seed: 1)))
  }

  @Test("disagreement is the mutual information, and 0 where all say the same")
  func disagreement() {
    let same: [Float] = [0.5, 0.5, 0.9, 0.1]
    #expect(Uncertainty.disagreement([same, same], classCount: 2).allSatisfy { $0 < 1e-6 })
    let found = Uncertainty.disagreement([[1, 0], [0, 1]], classCount: 2)
    #expect(abs(found[0] - Float(log(2.0))) < 1e-6)
    // Entropy of the mean (0.6, 0.4) less the mean entropy of (0.9, 0.1) and (0.3, 0.7), by hand.
    let mixed = Uncertainty.disagreement([[0.9, 0.1], [0.3, 0.7]], classCount: 2)
    #expect(abs(mixed[0] - (0.6730117 - 0.5 * (0.3250830 + 0.6108643))) < 1e-6)
  }

  @Test("without dropout the network drawn by dropout is the network itself; with it the mean is near")
  func dropout() throws {
    let (_, set, network) = try pool()
    let plain = try network.probabilities(of: set.vectors, rows: set.count)
    let sure = try NetworkArchitecture(
      inputLength: 140, blocks: network.architecture.blocks, dense: network.architecture.dense, classCount: 3,
      dropout: 0)
    let undropped = try Network(architecture: sure, parameters: network.parameters)
      .dropoutProbabilities(of: set.vectors, rows: set.count, passes: 2, seed: 1)
    for (place, value) in undropped.enumerated() { #expect(abs(value - plain[place % plain.count]) < 2e-5) }
    let passes = 100
    let drawn = try network.dropoutProbabilities(of: set.vectors, rows: set.count, passes: passes, seed: 1)
    var distance: Float = 0
    var spread: Float = 0
    for place in plain.indices {
      let values = (0..<passes).map { drawn[$0 * plain.count + place] }
      distance += abs(values.reduce(0, +) / Float(passes) - plain[place]) / Float(plain.count)
      spread += ((values.max() ?? 0) - (values.min() ?? 0)) / Float(plain.count)
    }
    #expect(distance < 0.12 && spread > 0.1, "\(distance) \(spread)")
    let one = try network.dropoutProbabilities(
      of: set.vectors, rows: set.count, passes: passes, seed: 1, threads: 1)
    #expect(one == drawn, "whatever the number of threads")
  }

  @Test("core-set takes the farthest point first, then the farthest from that too")
  func coreSet() {
    let points: [Float] = [0, 0, 10, 0, 0, 9, 1, 1]
    #expect(CoreSet.choose(3, from: points, known: [0, 0], width: 2) == [1, 2, 3])
    #expect(CoreSet.choose(9, from: points, known: [], width: 2).count == 4)
  }

  @Test("BADGE's distances are those of the gradients written out")
  func badge() {
    // Two spectra, unsure of different classes, and a third that is sure: it has no gradient and comes last.
    let hidden: [Float] = [1, 2, 1, 2, 3, 1]
    let probabilities: [Float] = [0.5, 0.5, 0, 0.5, 0, 0.5, 1, 0, 0]
    for seed in 1...20 {
      let order = GradientEmbedding(hidden: hidden, probabilities: probabilities, classCount: 3)
        .spread(3, seed: UInt64(seed))
      #expect(Set(order) == [0, 1, 2] && order[0] == 0)
    }
  }

  @Test("what a strategy lacks is said")
  func lacking() throws {
    let bare = QueryPool(probabilities: [0.5, 0.5, 0.4, 0.6], classCount: 2)
    for name in ["bald", "badge", "core-set", "disagreement"] {
      let strategy = try #require(QueryStrategy(name: name, classCount: 2))
      let error = #expect(throws: ClassifierError.self) { try bare.select(1, by: strategy, seed: 1) }
      #expect(error?.message.contains(name) == true)
    }
  }

  @Test("a training that goes on starts from the network it is given")
  func continued() throws {
    let set = try ToySpectra.set(count: 60)
    var configuration = TrainerConfiguration.continued
    configuration.balancing = .none
    configuration.optimizer.learningRate = 1e-9
    let network = Network(seed: 9)
    let after = try Trainer(configuration, threads: 1).train(set, from: network).network
    let moved = zip(network.parameters, after.parameters).map { abs($0 - $1) }.max() ?? 1
    #expect(moved < 1e-6 && moved > 0)
    let other = try NetworkArchitecture(
      inputLength: 140, blocks: [[8, 8]], dense: [8], classCount: 3, dropout: 0)
    #expect(throws: ClassifierError.self) {
      try Trainer(configuration, threads: 1).train(set, from: Network(seed: 1, architecture: other))
    }
  }

  @Test("a simulated search has the positives asked for, and no star in two parts")
  func search() throws {
    let search = try SimulatedSearch(pool: 1500, prevalence: 0.02, source: 200, test: 500, seed: 4)
    #expect(abs(search.pool.count - 1500) <= 5 && abs(search.test.count - 500) <= 3)
    #expect(search.pool.positives == 30 && search.test.positives == 10)
    #expect(Set(search.pool.stars).isDisjoint(with: search.test.stars))
    #expect(search.pool.vectors.count == 140 * search.pool.count)
    let again = try SimulatedSearch(pool: 1500, prevalence: 0.02, source: 200, test: 500, seed: 4, threads: 1)
    #expect(again.pool.vectors == search.pool.vectors && again.source.vectors == search.source.vectors)
  }

  @Test("rounds of a simulated search ask for new spectra and count what they find; wrong answers are wrong")
  func rounds() throws {
    let search = try SimulatedSearch(pool: 400, prevalence: 0.1, source: 150, test: 200, seed: 4)
    var options = DiscoveryRun.Options(strategy: .maximumScore(classes: [1, 2]))
    (options.batch, options.rounds, options.next.maximumEpochs) = (20, 2, 1)
    options.next.balancing = .classWeights
    options.first = TrainerConfiguration(
      maximumEpochs: 4, monitor: .trainingLoss, validationFraction: 0, balancing: .classWeights,
      calibrates: false)
    let network = try DiscoveryRun(search, options).firstNetwork()
    let points = try DiscoveryRun(search, options).run(from: network)
    #expect(points.map(\.labels) == [0, 20, 40])
    #expect(points[0].found == 0 && points[2].found >= points[1].found && points[2].found <= 40)
    #expect(points.allSatisfy { (0...1).contains($0.averagePrecision ?? -1) })
    let again = try DiscoveryRun(search, options).run(from: network)
    #expect(again.map(\.found) == points.map(\.found))
    options.noise = 0.5
    #expect(try DiscoveryRun(search, options).run(from: network).count == 3)
  }
}
