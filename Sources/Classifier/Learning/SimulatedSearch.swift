/// A search in which everything is known: simulated spectra to learn from, a pool with rare positives, and a test part.
///
/// The source are simulated Ondřejov spectra with their labels, as a survey begins with; pool and test are simulated LAMOST
/// spectra, of which exactly the given share is positive (visible emission, in one or two peaks). Source, pool and test share
/// no star. A positive is what ``SimulatedRecord/truth`` calls emission or double peak; nebular emission and flare stars are
/// among them.
public struct SimulatedSearch: Sendable {
  /// Spectra with their classes.
  public struct Part: Sendable {
    /// Feature vectors, one after the other.
    public var vectors: [Float] = []
    /// Class of each.
    public var labels: [Int] = []
    /// Star of each.
    public var stars: [Int] = []
    /// What each is physically.
    public var natures: [SimulatedNature] = []

    /// Number of spectra.
    public var count: Int { labels.count }
    /// Spectra that are not of class 0.
    public var positives: Int { labels.count { $0 != 0 } }
  }

  /// What one begins with.
  public let source: TrainingSet
  /// What is searched.
  public let pool: Part
  /// Stars apart, to measure the ranking on.
  public let test: Part

  /// Simulates a search; equal arguments give equal spectra.
  ///
  /// Cost: about 0.15 ms a spectrum and core.
  ///
  /// - Parameters:
  ///   - pool: spectra to search
  ///   - prevalence: share of the positives in pool and test, 0…0.2
  ///   - source: spectra to begin with
  ///   - test: spectra to measure on
  /// - Throws: `CLS-09` for a share or counts that make no search.
  public init(
    pool: Int, prevalence: Double, source: Int = 3000, test: Int = 20_000, seed: UInt64,
    preset: FeaturePreset = .standard, threads: Int? = nil
  ) throws(ClassifierError) {
    guard pool >= 10, source >= 100, test >= 0, (0...0.2).contains(prevalence) else {
      throw ClassifierError(
        .configuration,
        "no search with \(pool) spectra, \(source) to begin with, and a share of \(prevalence)",
        hint: "10 and 100 are the least; the share is 0 to 0.2")
    }
    let threads = max(1, threads ?? Parallel.processorCount)
    let extractor = FeatureExtractor(preset)
    let ondrejov = SimulatedSurvey(kind: .ondrejov, count: source, seed: seed, sharedFraction: 0)
    let known = Self.part(
      ondrejov, rows: Array(0..<source), extractor: extractor, threads: threads,
      classes: { ondrejov.record($0).truth })
    self.source = try TrainingSet(
      vectors: known.vectors, labels: known.labels, groups: known.stars, isSimulated: true,
      featurePreset: preset.name)

    // More stars than needed: whole stars go to one part, and each part takes of each kind what it needs.
    let total = pool + test
    let survey = SimulatedSurvey(
      kind: .lamost, count: Int(Double(total) * 1.15) + 1000, seed: seed &+ 1,
      emissionFraction: min(1, prevalence * 1.3 + 0.001), sharedFraction: 0)
    let truth = Self.truths(survey, threads: threads)
    var wanted = [(pool, prevalence), (test, prevalence)].map { count, share in
      let positives = Int((Double(count) * share).rounded())
      return (positives: positives, negatives: count - positives)
    }
    var chosen: [[Int]] = [[], []]
    let testShare = Double(test) / Double(total)
    for index in 0..<survey.count {
      let (star, isPositive) = (truth[index].star, truth[index].label != 0)
      var random = CounterRandom(seed: seed, .split, star)
      let part = Double(random.uniform()) < testShare ? 1 : 0
      if isPositive, wanted[part].positives > 0 {
        wanted[part].positives -= 1
      } else if !isPositive, wanted[part].negatives > 0 {
        wanted[part].negatives -= 1
      } else {
        continue
      }
      chosen[part].append(index)
    }
    let parts = chosen.map { rows in
      Self.part(survey, rows: rows, extractor: extractor, threads: threads) { index in
        SimulatedClass(rawValue: truth[index].label) ?? .absorption
      }
    }
    (self.pool, self.test) = (parts[0], parts[1])
  }

  /// Star and class of every spectrum of a survey.
  private static func truths(_ survey: SimulatedSurvey, threads: Int) -> [(star: Int, label: Int)] {
    let pieces = 64
    let found = collected(pieces: pieces, threads: threads) { piece in
      Parallel.range(piece, of: pieces, count: survey.count).map { index in
        let record = survey.record(index)
        return (star: record.star, label: record.truth.rawValue)
      }
    }
    return found.flatMap(\.self)
  }

  /// The vectors of some spectra; those without light at all are left out.
  private static func part(
    _ survey: SimulatedSurvey, rows: [Int], extractor: FeatureExtractor, threads: Int,
    classes: @Sendable (Int) -> SimulatedClass
  ) -> Part {
    let pieces = 64
    let parts = collected(pieces: pieces, threads: threads) { piece in
      var part = Part()
      for index in rows[Parallel.range(piece, of: pieces, count: rows.count)] {
        guard let vector = try? extractor.vector(of: survey.spectrum(index)) else { continue }
        let record = survey.record(index)
        part.vectors += vector
        part.labels.append(classes(index).rawValue)
        part.stars.append(record.star)
        part.natures.append(record.nature)
      }
      return part
    }
    return parts.reduce(into: Part()) { whole, part in
      whole.vectors += part.vectors
      whole.labels += part.labels
      whole.stars += part.stars
      whole.natures += part.natures
    }
  }

  private static func collected<Value: Sendable>(
    pieces: Int, threads: Int, _ make: (Int) -> Value
  ) -> [Value] {
    let box = Collector<Value>(pieces)
    Parallel.run(pieces: pieces, threads: threads) { piece in box.set(piece, make(piece)) }
    return box.values
  }
}
