extension SimulatedSurvey {
  /// Records of some spectra, and whether each spectrum, when made, gives a feature vector.
  ///
  /// Cost: making the spectra, shared by the processors. `range` must lie in `0..<count`.
  public func summaries(
    _ range: Range<Int>, preset: FeaturePreset, threads: Int? = nil
  ) -> [(record: SimulatedRecord, hasVector: Bool)] {
    let extractor = FeatureExtractor(preset)
    let pieces = max(1, range.count / 25)
    let box = Collector<[Summary]>(pieces)
    Parallel.run(pieces: pieces, threads: max(1, threads ?? Parallel.processorCount)) { piece in
      let part = Parallel.range(piece, of: pieces, count: range.count)
      box.set(
        piece,
        part.map { place in
          let index = range.lowerBound + place
          return Summary(
            record: record(index), hasVector: (try? extractor.vector(of: spectrum(index))) != nil)
        })
    }
    return box.values.flatMap { $0.map { ($0.record, $0.hasVector) } }
  }

  private struct Summary: Sendable {
    var record: SimulatedRecord
    var hasVector: Bool
  }
}
