/// Draws simulated LAMOST spectra in order until each class has as many as are wanted.
struct SimulatedDraw {
  /// Share of positives among which a background is drawn, as in a survey.
  static let background = 0.005

  private let survey: SimulatedSurvey
  private let extractor: FeatureExtractor
  private let threads: Int

  /// Plans a draw of at most `limit` spectra.
  init(seed: UInt64, emissionFraction: Double, limit: Int, preset: FeaturePreset, threads: Int?) {
    survey = SimulatedSurvey(
      kind: .lamost, count: limit, seed: seed, emissionFraction: emissionFraction, sharedFraction: 0)
    extractor = FeatureExtractor(preset)
    self.threads = max(1, threads ?? Parallel.processorCount)
  }

  /// Hands on records with feature vectors (nil where a spectrum gives none), in the order of the survey.
  ///
  /// - Parameters:
  ///   - missing: spectra wanted of each class; of other classes none are made
  ///   - isCancelled: asked after some hundred spectra each
  func run(
    missing: [SimulatedClass: Int], isCancelled: () -> Bool,
    _ found: (_ record: SimulatedRecord, _ vector: [Float]?) -> Void
  ) {
    var missing = missing
    let pieces = max(1, survey.count / 100)
    for first in stride(from: 0, to: pieces, by: 16)
    where missing.values.contains(where: { $0 > 0 }) && !isCancelled() {
      let last = min(pieces, first + 16)
      let box = Collector<[Row]>(last - first)
      let wanted = Set(missing.filter { $0.value > 0 }.keys)
      Parallel.run(pieces: last - first, threads: threads) { piece in
        let range = Parallel.range(first + piece, of: pieces, count: survey.count)
        box.set(piece, rows(range, wanted))
      }
      for row in box.values.joined() {
        guard let left = missing[row.record.truth], left > 0 else { continue }
        missing[row.record.truth] = left - 1
        found(row.record, row.vector)
      }
    }
  }

  private struct Row: Sendable {
    var record: SimulatedRecord
    var vector: [Float]?
  }

  private func rows(_ range: Range<Int>, _ wanted: Set<SimulatedClass>) -> [Row] {
    range.compactMap { index in
      let record = survey.record(index)
      guard wanted.contains(record.truth) else { return nil }
      return Row(record: record, vector: try? extractor.vector(of: survey.spectrum(index)))
    }
  }
}
