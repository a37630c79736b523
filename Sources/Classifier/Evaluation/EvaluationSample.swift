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
    let parts = [
      (wanted: count - positives, share: 0.005, positive: false),
      (wanted: positives, share: 1.0, positive: true),
    ]
    let threads = max(1, threads ?? Parallel.processorCount)
    let extractor = FeatureExtractor(preset)
    for (place, part) in parts.enumerated() {
      // A few of those drawn as one class look like the other on the day; they are replaced by further ones.
      let survey = SimulatedSurvey(
        kind: .lamost, count: part.wanted * 2 + 1000, seed: seeds[place], emissionFraction: part.share,
        sharedFraction: 0)
      let pieces = max(1, survey.count / 100)
      var missing = part.wanted
      for first in stride(from: 0, to: pieces, by: 16) where missing > 0 && !isCancelled() {
        let last = min(pieces, first + 16)
        let box = Collector<[Row]>(last - first)
        Parallel.run(pieces: last - first, threads: threads) { piece in
          let range = Parallel.range(first + piece, of: pieces, count: survey.count)
          box.set(piece, Self.rows(survey, range, positive: part.positive, extractor))
        }
        for row in box.values.joined().prefix(missing) {
          missing -= 1
          add(row, starOffset: place)
        }
        progress(labels.count)
      }
    }
  }

  private struct Row: Sendable {
    var vector: [Float]?
    var record: SimulatedRecord
  }

  private static func rows(
    _ survey: SimulatedSurvey, _ range: Range<Int>, positive: Bool, _ extractor: FeatureExtractor
  ) -> [Row] {
    range.compactMap { index in
      let record = survey.record(index)
      guard (record.truth != .absorption) == positive else { return nil }
      return Row(vector: try? extractor.vector(of: survey.spectrum(index)), record: record)
    }
  }

  private mutating func add(_ row: Row, starOffset: Int) {
    guard let vector = row.vector else {
      unusable += 1
      return
    }
    let record = row.record
    vectors += vector
    labels.append(record.truth.rawValue)
    // The two parts number their stars alike, but share none.
    stars.append(record.star * 2 + starOffset)
    snr.append(record.snr)
    separation.append(record.peakSeparation / (record.instrumentSigma * 2.354_820_045))
  }
}
