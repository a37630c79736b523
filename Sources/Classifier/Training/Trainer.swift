import Tables

/// What is reported after each epoch of a training.
public struct TrainingProgress: Sendable {
  /// Epochs done, from 1.
  public let epoch: Int
  /// Epochs at most.
  public let maximumEpochs: Int
  /// What this epoch came to.
  public let result: TrainingRecord.Epoch
  /// Epochs since the watched loss last fell.
  public let epochsWithoutGain: Int
}

/// Trains networks.
///
/// The same configuration and data give the same model, bit for bit, on one machine with any number of
/// threads.
public struct Trainer: Sendable {
  /// The settings.
  public let configuration: TrainerConfiguration
  /// Threads to use at most.
  public let threads: Int

  /// Makes a trainer.
  ///
  /// - Parameter threads: nil for one per processor
  public init(_ configuration: TrainerConfiguration = .standard, threads: Int? = nil) {
    self.configuration = configuration
    self.threads = max(1, threads ?? Parallel.processorCount)
  }

  /// Trains a network, from scratch unless one is given; blocks the thread it runs on until done.
  ///
  /// Cost: 51 million multiplications a vector and epoch for the published network.
  ///
  /// - Parameters:
  ///   - target: spectra as the survey that is to be searched shows them, as many of each class, of stars that are not in
  ///     `set`: learned from as they are, without balancing or augmentation, and calibrated on alone; nil for none
  ///   - network: the network whose parameters to go on from, for a short training after new labels; nil for a new one.
  ///     Stars kept aside for validation may be among those it has learned from: keep none aside
  ///   - checkpoint: a file that keeps the state after every epoch and is taken up again if it exists and
  ///     was written with the same configuration and data; removed at the end. The result is the same as
  ///     without interruption
  ///   - isCancelled: asked before every step
  ///   - progress: told after every epoch
  /// - Throws: `CLS-02` for a set that cannot be learned from, `CLS-06` if its vectors or classes do not fit
  ///   the network, `CLS-07` when cancelled, `CLS-08` if the loss is no longer finite, `CLS-09` for an
  ///   impossible configuration.
  public func train(
    _ set: TrainingSet, target: TrainingSet? = nil, from network: Network? = nil, checkpoint: String? = nil,
    isCancelled: () -> Bool = { Task.isCancelled },
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws(ClassifierError) -> TrainedModel {
    try check(set)
    if let network, network.architecture != configuration.architecture {
      throw ClassifierError(
        .architecture, "the network to go on from has another shape than the one to train")
    }
    let parts = split(set)
    let targetParts = target.map(split)
    // Early stopping and calibration must know the noise of the survey, too.
    var validation = parts.aside.map { aside in
      configuration.augmentation.map { $0.applied(to: aside, seed: configuration.seed) } ?? aside
    }
    if let aside = targetParts?.aside {
      validation =
        try validation.map { (set) throws(ClassifierError) in try set.joined(with: aside) } ?? aside
    }
    for (label, count) in parts.kept.classCounts.enumerated() where count == 0 {
      throw ClassifierError(
        .trainingSet, "no spectrum of class \(set.classNames[label]) to learn from",
        hint: "label some, or keep fewer stars aside for validation")
    }
    let balanced = try balance(parts.kept)
    var run = try TrainingRun(
      configuration, data: balanced, target: targetParts?.kept, validation: validation,
      from: network?.parameters, threads: threads)
    if let checkpoint { try run.resume(from: checkpoint) }
    while run.stopReason == nil {
      let result = try run.epoch(isCancelled: isCancelled)
      progress(
        TrainingProgress(
          epoch: run.epochs.count, maximumEpochs: configuration.maximumEpochs, result: result,
          epochsWithoutGain: run.epochs.count - 1 - run.bestEpoch))
      if let checkpoint, run.stopReason == nil { try run.save(to: checkpoint) }
    }
    var record = TrainingRecord(
      library: ClassifierLibrary.name, classNames: set.classNames, featurePreset: set.featurePreset,
      configuration: configuration, training: TrainingRecord.Part(parts.kept),
      validation: validation.map { TrainingRecord.Part($0) }, balancedSpectra: run.classCounts,
      target: targetParts.map { TrainingRecord.Part($0.kept) }, epochs: run.epochs, bestEpoch: run.bestEpoch,
      stopReason: run.stopReason ?? .maximumEpochs, temperature: 1)
    let network = try calibrated(
      run.finalNetwork, on: targetParts?.aside ?? validation, validation: validation, &record)
    if let checkpoint { Checkpoint.remove(checkpoint) }
    return TrainedModel(network: network, record: record)
  }

  /// What is learned from and what is kept aside, nil for nothing.
  private func split(_ set: TrainingSet) -> (kept: TrainingSet, aside: TrainingSet?) {
    let rows = StarSplit.holdOut(
      labels: set.labels, groups: set.groups, fraction: configuration.validationFraction,
      seed: configuration.seed)
    return rows.aside.isEmpty ? (set, nil) : (set.subset(rows.kept), set.subset(rows.aside))
  }

  private func check(_ set: TrainingSet) throws(ClassifierError) {
    if let fault = configuration.fault { throw ClassifierError(.configuration, fault) }
    let wanted = configuration.architecture
    guard set.vectorLength == wanted.inputLength, set.classNames.count == wanted.classCount else {
      throw ClassifierError(
        .architecture,
        "vectors of \(set.vectorLength) values in \(set.classNames.count) classes do not fit a network of"
          + " \(wanted.inputLength) values and \(wanted.classCount) classes")
    }
  }

  private func balance(_ set: TrainingSet) throws(ClassifierError) -> TrainingSet {
    let (seed, neighbours) = (configuration.seed, configuration.neighbours)
    switch configuration.balancing {
    case .none, .classWeights: return set
    case .smote:
      return try Balancing.smote(set, neighbours: neighbours, seed: seed, threads: threads)
    case .adasyn:
      return try Balancing.adasyn(set, neighbours: neighbours, seed: seed, threads: threads)
    case .undersampling: return Balancing.undersampling(set, seed: seed)
    }
  }

  /// Calibrates a network, and writes down what it came to.
  ///
  /// The probabilities are to hold for the class shares that were learned from, whatever those kept aside have.
  private func calibrated(
    _ network: Network, on aside: TrainingSet?, validation: TrainingSet?, _ record: inout TrainingRecord
  ) throws(ClassifierError) -> Network {
    guard let validation else { return network }
    record.uncalibrated = try measure(network, on: validation)
    record.metrics = record.uncalibrated
    guard configuration.calibrates, let aside else { return network }
    let total = Double(record.balancedSpectra.reduce(0, +))
    let calibration = try ProbabilityCalibration(
      logits: network.logits(of: aside.vectors, rows: aside.count, threads: threads), labels: aside.labels,
      classCount: aside.classNames.count, shares: record.balancedSpectra.map { Double($0) / total })
    record.temperature = calibration.temperature
    record.biases = calibration.biases
    let calibrated = calibration.applied(to: network)
    record.metrics = try measure(calibrated, on: validation)
    return calibrated
  }

  private func measure(
    _ network: Network, on set: TrainingSet
  ) throws(ClassifierError) -> ClassificationMetrics {
    try ClassificationMetrics(
      probabilities: network.probabilities(of: set.vectors, rows: set.count, threads: threads),
      labels: set.labels, classCount: set.classNames.count)
  }
}

/// The library's name as records and files carry it.
public enum ClassifierLibrary {
  /// Name and version.
  public static let name = "VOTrawl Classifier \(ProjectVersion.current)"
}
