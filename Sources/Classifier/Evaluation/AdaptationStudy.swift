/// What each step from one telescope to another gives: a network for each, from the same simulated spectra of Ondřejov.
///
/// Measured on simulated LAMOST spectra of stars that none learned from, and on real spectra as far as something is known of
/// them.
public struct AdaptationStudy: Codable, Sendable {
  /// A real spectrum and what is known of it.
  public struct RealSpectrum: Sendable {
    /// The spectrum.
    public var spectrum: Spectrum
    /// Number of the star.
    public var star: Int

    /// Puts the two together.
    public init(_ spectrum: Spectrum, star: Int) {
      self.spectrum = spectrum
      self.star = star
    }
  }

  /// What a step gives.
  public struct Row: Codable, Sendable {
    /// The step.
    public var name: String
    /// Average precision of emission and double peaks, balanced, on the SIMULATED survey; means over the seeds.
    public var simulated: [Double]
    /// Mean share of the other real stars that a real star with EW(Hα) below −2 Å ranks above; nil without such.
    public var realRank: Double?
    /// Real stars with the same class from both telescopes, mean over the seeds; nil without pairs.
    public var agreeingPairs: Double?
  }

  /// Always true: what is learned from is simulated.
  public var isSimulated = true
  /// Simulated Ondřejov spectra learned from.
  public var source: Int
  /// Simulated LAMOST spectra measured on.
  public var target: Int
  /// Seeds of the trainings; the spectra measured on are of the evaluation's own.
  public var seeds: [UInt64]
  /// Real stars with EW(Hα) below −2 Å, and others.
  public var realStars: [Int]
  /// Pairs of real spectra.
  public var pairs: Int
  /// The steps.
  public var rows: [Row] = []

  /// Trains and measures.
  ///
  /// Cost: a training of `epochs` epochs for each step and seed.
  ///
  /// - Parameters:
  ///   - source: simulated Ondřejov spectra to learn from
  ///   - target: simulated LAMOST spectra to measure on
  ///   - real: real LAMOST spectra
  ///   - pairs: real spectra of one star from both telescopes
  /// - Throws: `CLS-07` when cancelled, others as training does.
  public init(
    source: Int, target: Int, seeds: [UInt64], testSeed: UInt64, epochs: Int, real: [RealSpectrum],
    pairs: [(Spectrum, Spectrum)], isCancelled: @escaping @Sendable () -> Bool, progress: (Int, Int) -> Void
  ) throws(ClassifierError) {
    (self.source, self.target, self.seeds, self.pairs) = (source, target, seeds, pairs.count)
    let widths = real.map { SpectrumSummary($0.spectrum).equivalentWidth }
    let measured = real.indices.filter { widths[$0] != nil }
    let emission = Set(measured.filter { (widths[$0] ?? 0) < -2 }.map { real[$0].star })
    realStars = [emission.count, Set(measured.map { real[$0].star }).subtracting(emission).count]
    let test = SimulatedPart(.lamost, count: target, seed: testSeed, positives: 0.25)
    let total = AdaptationStep.all.count * seeds.count
    var done = 0
    for step in AdaptationStep.all {
      var areas = [0.0, 0]
      var ranks = 0.0
      var agreeing = 0.0
      for seed in seeds {
        progress(done, total)
        let network = try Self.network(
          step, source: source, seed: seed, epochs: epochs, isCancelled: isCancelled)
        let (vectors, labels, _) = test.vectors(step, draws: false)
        let probabilities = try network.probabilities(of: vectors, rows: labels.count)
        for (place, area) in Self.areas(probabilities, labels).enumerated() { areas[place] += area }
        ranks += try Self.rank(step, network, measured.map { real[$0] }, emission)
        for (first, second) in pairs {
          let sides = try [first, second].map { (spectrum) throws(ClassifierError) -> Int? in
            guard
              let vector = step.vector(of: spectrum, constant: SimulatedPart.constant([spectrum]), draw: nil)
            else { return nil }
            let line = try network.probabilities(of: vector, rows: 1)
            return ClassificationMetrics.predictedClass(line[...])
          }
          if let one = sides[0], one == sides[1] { agreeing += 1 }
        }
        done += 1
      }
      let count = Double(seeds.count)
      rows.append(
        Row(
          name: step.name, simulated: areas.map { $0 / count },
          realRank: realStars.contains(0) ? nil : ranks / count,
          agreeingPairs: pairs.isEmpty ? nil : agreeing / count))
    }
  }

  private static func network(
    _ step: AdaptationStep, source: Int, seed: UInt64, epochs: Int,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(ClassifierError) -> Network {
    let known = SimulatedPart(.ondrejov, count: source, seed: seed, positives: nil)
    let (vectors, labels, stars) = known.vectors(step, draws: true)
    let set = try TrainingSet(vectors: vectors, labels: labels, groups: stars, isSimulated: true)
    var configuration = TrainerConfiguration.standard
    configuration.seed = seed
    configuration.maximumEpochs = epochs
    if !step.isAugmented { configuration.augmentation = nil }
    var target: TrainingSet?
    if step.hasTarget {
      target = try SimulatedTarget.trainingSet(
        count: source, seed: seed, firstStar: (stars.max() ?? 0) + 1, isCancelled: isCancelled)
    }
    let model = try Trainer(configuration).train(set, target: target, isCancelled: isCancelled)
    guard step.isAligned else { return model.network }
    let unlabelled = SimulatedPart(.lamost, count: source, seed: seed ^ 0x636f_7261, positives: nil)
    let total = Double(labels.count)
    return try CorrelationAlignment.aligned(
      model.network, source: vectors, target: unlabelled.vectors(step, draws: false).vectors,
      shares: set.classCounts.map { Double($0) / total })
  }

  private static func areas(_ probabilities: [Float], _ labels: [Int]) -> [Double] {
    let counts = (0..<3).map { index in labels.count { $0 == index } }
    let weights = labels.map { 1 / Double(counts[$0]) }
    return [1, 2].map { index in
      averagePrecision(
        scores: labels.indices.map { Double(probabilities[$0 * 3 + index]) },
        isPositive: labels.map { $0 == index },
        weights: weights) ?? 0
    }
  }

  /// Mean share of the other stars that stars with emission rank above, by the mean score of their spectra.
  private static func rank(
    _ step: AdaptationStep, _ network: Network, _ real: [RealSpectrum], _ emission: Set<Int>
  ) throws(ClassifierError) -> Double {
    let constant = SimulatedPart.constant(real.map(\.spectrum))
    var scores: [Int: [Double]] = [:]
    for row in real {
      guard let vector = step.vector(of: row.spectrum, constant: constant, draw: nil) else { continue }
      let line = try network.probabilities(of: vector, rows: 1)
      scores[row.star, default: []].append(1 - Double(line[0]))
    }
    let means = scores.mapValues { $0.reduce(0, +) / Double($0.count) }
    let others = means.filter { !emission.contains($0.key) }.map(\.value)
    let ranks = means.filter { emission.contains($0.key) }.map { star in
      Double(others.count { $0 < star.value }) / Double(max(others.count, 1))
    }
    return ranks.isEmpty ? 0 : ranks.reduce(0, +) / Double(ranks.count)
  }
}

/// Simulated spectra that are made again for each step: a survey in memory would take gigabytes.
private struct SimulatedPart: Sendable {
  private let survey: SimulatedSurvey
  private let rows: [Int]

  /// - Parameter positives: share of spectra that are drawn as positive; nil for that of the survey
  init(_ kind: SimulatedSurvey.Kind, count: Int, seed: UInt64, positives: Double?) {
    survey = SimulatedSurvey(
      kind: kind, count: count, seed: seed, emissionFraction: positives,
      doublePeakShare: kind == .lamost ? 0.35 : nil, sharedFraction: 0)
    rows = Array(0..<count)
  }

  /// Vectors, classes and stars.
  func vectors(_ step: AdaptationStep, draws: Bool) -> (vectors: [Float], labels: [Int], stars: [Int]) {
    let pieces = 64
    let sample = stride(from: 0, to: rows.count, by: max(1, rows.count / 100)).map { survey.spectrum($0) }
    let constant = Self.constant(sample)
    let box = Collector<[(vector: [Float], label: Int, star: Int)]>(pieces)
    Parallel.run(pieces: pieces, threads: Parallel.processorCount) { piece in
      box.set(
        piece,
        rows[Parallel.range(piece, of: pieces, count: rows.count)].compactMap { index in
          var random = CounterRandom(seed: survey.seed, .augmentation, -2, index)
          let draw = draws ? Double(random.uniform()) : nil
          guard let vector = step.vector(of: survey.spectrum(index), constant: constant, draw: draw) else {
            return nil
          }
          let record = survey.record(index)
          return (vector, record.truth.rawValue, record.star)
        })
    }
    let found = box.values.flatMap(\.self)
    return (found.flatMap(\.vector), found.map(\.label), found.map(\.star))
  }

  /// Median over spectra of the median flux: the one number that a survey is divided by.
  static func constant(_ spectra: [Spectrum]) -> Double {
    let levels = spectra.map { spectrum -> Double in
      let flux = spectrum.flux.filter(\.isFinite).sorted()
      return flux.isEmpty ? 1 : flux[flux.count / 2]
    }.filter { $0 > 0 }.sorted()
    return levels.isEmpty ? 1 : levels[levels.count / 2]
  }
}
