/// Simulated LAMOST spectra of stars that no training has seen, to measure a model on.
///
/// Three quarters are the background as a survey has it, the rest positives of their own stars, so that rare classes are
/// measured well; weights move the figures to any shares. Within a class the spectra are those of the survey: S/N, natures,
/// and peaks that the instrument blends.
public struct EvaluationSample: Sendable {
  /// Feature vectors, one after the other.
  public private(set) var vectors: [Float] = []
  /// Class of each, ``SimulatedClass/rawValue`` of ``SimulatedRecord/truth``.
  public private(set) var labels: [Int] = []
  /// Star of each.
  public private(set) var stars: [Int] = []
  /// Signal-to-noise ratio of each per pixel near Hα; 0 without light.
  public private(set) var snr: [Double] = []
  /// What each is physically.
  public private(set) var natures: [SimulatedNature] = []
  /// Separation of the peaks of the disc in units of the instrument's full width at half maximum; 0 without a disc.
  public private(set) var separation: [Double] = []
  /// Spectra that gave no feature vector, not counted elsewhere.
  public private(set) var unusable = 0
  /// Seeds of the surveys the spectra are of: background, positives.
  public let seeds: [UInt64]

  /// Number of spectra.
  public var count: Int { labels.count }

  /// Seeds of the background and of the positives.
  public static func seeds(_ seed: UInt64) -> [UInt64] { [seed, seed ^ 0x5851_F42D_4C95_7F2D] }

  /// Simulates a sample; equal arguments give equal spectra.
  ///
  /// Cost: making and reducing a spectrum, about twice `count` times, shared by the threads.
  ///
  /// - Parameters:
  ///   - count: spectra wanted, at least 100
  ///   - seed: seed of the simulation; must be none that was trained on
  ///   - isCancelled: asked now and then; what is left is not made once it says yes
  /// - Throws: `CLS-09` for too few spectra.
  public init(
    count: Int, seed: UInt64, preset: FeaturePreset = .standard, threads: Int? = nil,
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int) -> Void = { _ in }
  ) throws(ClassifierError) {
    guard count >= 100 else {
      throw ClassifierError(
        .configuration, "\(count) spectra are too few to measure on", hint: "at least 100")
    }
    seeds = Self.seeds(seed)
    let positives = count / 4
    let parts: [(wanted: [SimulatedClass: Int], share: Double)] = [
      ([.absorption: count - positives], SimulatedDraw.background),
      ([.emission: positives, .doublePeak: positives], 1),
    ]
    for (place, part) in parts.enumerated() {
      // A few of those drawn as one class look like the other on the day; they are replaced by further ones.
      let draw = SimulatedDraw(
        seed: seeds[place], emissionFraction: part.share,
        limit: (place == 0 ? count - positives : positives) * 2 + 1000, preset: preset, threads: threads)
      var missing = place == 0 ? count - positives : positives
      draw.run(missing: part.wanted, isCancelled: { missing == 0 || isCancelled() }) { record, vector in
        guard missing > 0 else { return }
        missing -= 1
        add(record, vector, starOffset: place)
        if missing % 1000 == 0 { progress(labels.count) }
      }
    }
  }

  private mutating func add(_ record: SimulatedRecord, _ vector: [Float]?, starOffset: Int) {
    guard let vector else {
      unusable += 1
      return
    }
    vectors += vector
    labels.append(record.truth.rawValue)
    // The two parts number their stars alike, but share none.
    stars.append(record.star * 2 + starOffset)
    natures.append(record.nature)
    snr.append(record.snr)
    separation.append(record.peakSeparation / (record.instrumentSigma * 2.354_820_045))
  }
}
