/// How well a training does on stars it never saw, each star tested once.
public struct CrossValidation: Codable, Sendable, Equatable {
  /// What was measured on one fold by a network trained on the others.
  public struct Fold: Codable, Sendable, Equatable {
    /// Stars of the fold.
    public var stars: Int
    /// Spectra of the fold.
    public var spectra: Int
    /// Epochs the network was trained.
    public var epochs: Int
    /// How well its probabilities agree with the labels.
    public var metrics: ClassificationMetrics
  }

  /// One entry a fold.
  public var folds: [Fold]

  /// Mean of the folds' accuracies, and its standard error (0…1); the error is of the folds, which share most of their
  /// training spectra, and so rather too small.
  public var accuracy: (mean: Double, error: Double) { Self.mean(folds.map(\.metrics.accuracy)) }

  /// Mean of the folds' macro-F1, and its standard error, as `accuracy`.
  public var macroF1: (mean: Double, error: Double) { Self.mean(folds.map(\.metrics.macroF1)) }

  private static func mean(_ values: [Double]) -> (mean: Double, error: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, values.count > 1 ? (squares / (count - 1) / count).squareRoot() : .infinity)
  }
}

extension Trainer {
  /// Trains once for each fold of a stratified cut by star, on all others, and tests on it.
  ///
  /// Everything that learns from the data (balancing, early stopping, calibration) sees the other folds only.
  /// Cost: `folds` trainings.
  ///
  /// - Parameters:
  ///   - folds: 2 or more, not more than there are stars
  ///   - isCancelled: asked before every step
  ///   - progress: told the fold, from 0, after every epoch
  /// - Throws: as `train`, and `CLS-09` for a number of folds that cannot be.
  public func crossValidate(
    _ set: TrainingSet, folds count: Int, isCancelled: () -> Bool = { Task.isCancelled },
    progress: (_ fold: Int, _ now: TrainingProgress) -> Void = { _, _ in }
  ) throws(ClassifierError) -> CrossValidation {
    let stars = Set(set.groups).count
    guard count > 1, count <= stars else {
      throw ClassifierError(
        .configuration, "\(stars) stars cannot be cut into \(count) folds",
        hint: "choose 2 folds or more, and not more than there are stars")
    }
    let cut = StarSplit.folds(count, labels: set.labels, groups: set.groups, seed: configuration.seed)
    var found: [CrossValidation.Fold] = []
    for (index, rows) in cut.enumerated() where !rows.isEmpty {
      let tested = Set(rows)
      let model = try train(
        set.subset(set.labels.indices.filter { !tested.contains($0) }), isCancelled: isCancelled,
        progress: { progress(index, $0) })
      let test = set.subset(rows)
      let probabilities = try model.network.probabilities(
        of: test.vectors, rows: test.count, threads: threads)
      found.append(
        CrossValidation.Fold(
          stars: Set(test.groups).count, spectra: test.count, epochs: model.record.epochs.count,
          metrics: try ClassificationMetrics(
            probabilities: probabilities, labels: test.labels, classCount: test.classNames.count)))
    }
    return CrossValidation(folds: found)
  }
}
