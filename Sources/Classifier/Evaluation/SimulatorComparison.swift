#if canImport(Glibc)
  import Glibc
#endif

/// How far simulated spectra look like real ones: distributions of what can be measured in both.
///
/// Of feature vectors, as a network sees them. A real sample is chosen otherwise than the simulated survey, in brightness
/// above all: distributions of single quantities are to overlap, not to be equal.
public struct SimulatorComparison: Codable, Sendable {
  /// One quantity in both.
  public struct Quantity: Codable, Sendable {
    /// What it is, with its unit.
    public var name: String
    /// Edges of the bins, ascending; values beyond count to the outermost bins.
    public var edges: [Double]
    /// Share of the real spectra in each bin.
    public var real: [Double]
    /// Share of the simulated spectra in each bin.
    public var simulated: [Double]
    /// Largest difference of the two cumulative distributions, 0…1 (Kolmogorov & Smirnov).
    public var distance: Double
  }

  /// Percentiles of all vectors at each wavelength of the grid: 16th, 50th, 84th.
  public struct Band: Codable, Sendable {
    /// The 16th percentiles.
    public var low: [Double]
    /// The medians.
    public var middle: [Double]
    /// The 84th percentiles.
    public var high: [Double]
  }

  /// Real spectra.
  public var realSpectra: Int
  /// Simulated spectra.
  public var simulatedSpectra: Int
  /// Seed of the simulated spectra.
  public var seed: UInt64
  /// The quantities.
  public var quantities: [Quantity]
  /// The real vectors.
  public var real: Band
  /// The simulated vectors.
  public var simulated: Band

  /// Compares real vectors with as many simulated ones as a survey would give, 1000 at least.
  ///
  /// Cost: making the simulated spectra.
  ///
  /// - Parameters:
  ///   - vectors: the real ones
  ///   - widths: equivalent widths of Hα of these in Å, nil where not known
  /// - Throws: `CLS-01` for no vectors or such of another length.
  public init(
    vectors: [[Float]], widths: [Double?], seed: UInt64, preset: FeaturePreset, threads: Int? = nil
  ) throws(ClassifierError) {
    guard !vectors.isEmpty, vectors.allSatisfy({ $0.count == FeaturePreset.count }) else {
      throw ClassifierError(
        .shape, "nothing to compare, or vectors of other than \(FeaturePreset.count) values")
    }
    let count = max(1000, vectors.count)
    let survey = SimulatedSurvey(kind: .lamost, count: count, seed: seed, sharedFraction: 0)
    let extractor = FeatureExtractor(preset)
    let pieces = count / 50
    let box = Collector<[(vector: [Float], width: Double?)]>(pieces)
    Parallel.run(pieces: pieces, threads: max(1, threads ?? Parallel.processorCount)) { piece in
      box.set(
        piece,
        Parallel.range(piece, of: pieces, count: count).compactMap { index in
          let spectrum = survey.spectrum(index)
          guard let vector = try? extractor.vector(of: spectrum) else { return nil }
          return (vector, SpectrumSummary(spectrum).equivalentWidth)
        })
    }
    let made = box.values.flatMap(\.self)
    realSpectra = vectors.count
    simulatedSpectra = made.count
    self.seed = seed
    let others = made.map(\.vector)
    real = Self.band(vectors)
    simulated = Self.band(others)
    quantities = [
      Self.quantity(
        "equivalent width of Hα (Å)", widths.compactMap(\.self), made.compactMap(\.width), from: -10, to: 15),
      Self.quantity(
        "roughness: deviation from the mean of both neighbours, share of the range (log₁₀)",
        vectors.map(Self.roughness),
        others.map(Self.roughness), from: -3, to: 0),
      Self.quantity(
        "slope of the continuum, share of the range", vectors.map(Self.slope), others.map(Self.slope),
        from: -1, to: 1),
      Self.quantity(
        "Hα against the median, share of the range", vectors.map(Self.contrast), others.map(Self.contrast),
        from: -1,
        to: 1),
    ]
  }

  private static func range(_ vector: [Float]) -> Double {
    max(Double((vector.max() ?? 1) - (vector.min() ?? 0)), 1e-9)
  }

  private static func roughness(_ vector: [Float]) -> Double {
    let steps = (1..<vector.count - 1).map { (place: Int) -> Double in
      let mean: Float = (vector[place - 1] + vector[place + 1]) / 2
      return Double(abs(vector[place] - mean))
    }
    return log10(max(median(steps) / range(vector), 1e-6))
  }

  private static func slope(_ vector: [Float]) -> Double {
    let (last, first) = (
      median(vector.suffix(30).map(Double.init)), median(vector.prefix(15).map(Double.init))
    )
    return (last - first) / range(vector)
  }

  private static func contrast(_ vector: [Float]) -> Double {
    // Hα lies at place 29.8 of the grid.
    let line = vector[28...32].map(Double.init)
    let level = line.reduce(0, +) / Double(line.count)
    return (level - median(vector.map(Double.init))) / range(vector)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }

  private static func band(_ vectors: [[Float]]) -> Band {
    var band = Band(low: [], middle: [], high: [])
    for place in 0..<FeaturePreset.count {
      let values = vectors.map { Double($0[place]) }.sorted()
      func percentile(_ share: Double) -> Double { values[Int(share * Double(values.count - 1))] }
      band.low.append(percentile(0.16))
      band.middle.append(percentile(0.5))
      band.high.append(percentile(0.84))
    }
    return band
  }

  static func quantity(
    _ name: String, _ real: [Double], _ simulated: [Double], from low: Double, to high: Double
  ) -> Quantity {
    let bins = 25
    func shares(_ values: [Double]) -> [Double] {
      var counts = [Double](repeating: 0, count: bins)
      for value in values {
        let place = (value - low) / (high - low) * Double(bins)
        counts[min(bins - 1, max(0, place.isFinite ? Int(place.rounded(.down)) : 0))] += 1
      }
      return counts.map { $0 / Double(max(values.count, 1)) }
    }
    let (first, second) = (real.sorted(), simulated.sorted())
    var distance = 0.0
    var (i, j) = (0, 0)
    while i < first.count, j < second.count {
      let value = min(first[i], second[j])
      while i < first.count, first[i] <= value { i += 1 }
      while j < second.count, second[j] <= value { j += 1 }
      distance = max(distance, abs(Double(i) / Double(first.count) - Double(j) / Double(second.count)))
    }
    return Quantity(
      name: name, edges: (0...bins).map { low + (high - low) * Double($0) / Double(bins) },
      real: shares(real),
      simulated: shares(simulated), distance: distance)
  }
}
