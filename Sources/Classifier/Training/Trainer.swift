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
    _ set: TrainingSet, from network: Network? = nil, checkpoint: String? = nil,
    isCancelled: () -> Bool = { Task.isCancelled },
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws(ClassifierError) -> TrainedModel {
    try check(set)
    if let network, network.architecture != configuration.architecture {
      throw ClassifierError(
        .architecture, "the network to go on from has another shape than the one to train")
    }
    let (kept, aside) = StarSplit.holdOut(
      labels: set.labels, groups: set.groups, fraction: configuration.validationFraction,
      seed: configuration.seed)
    let training = aside.isEmpty ? set : set.subset(kept)
    var validation = aside.isEmpty ? nil : set.subset(aside)
    // Early stopping and calibration must know the noise of the survey, too.
    if let augmentation = configuration.augmentation {
      validation = validation.map { augmentation.applied(to: $0, seed: configuration.seed) }
    }
    for (label, count) in training.classCounts.enumerated() where count == 0 {
      throw ClassifierError(
        .trainingSet, "no spectrum of class \(set.classNames[label]) to learn from",
        hint: "label some, or keep fewer stars aside for validation")
    }
    let balanced = try balance(training)
    var run = TrainingRun(
      configuration, data: balanced, validation: validation, from: network?.parameters, threads: threads)
    if let checkpoint { try run.resume(from: checkpoint) }
    while run.stopReason == nil {
      let result = try run.epoch(isCancelled: isCancelled)
      progress(
        TrainingProgress(
          epoch: run.epochs.count, maximumEpochs: configuration.maximumEpochs, result: result,
          epochsWithoutGain: run.epochs.count - 1 - run.bestEpoch))
      if let checkpoint, run.stopReason == nil { try run.save(to: checkpoint) }
    }
    let model = try finish(run, set: training, balanced: balanced, validation: validation)
    if let checkpoint { Checkpoint.remove(checkpoint) }
    return model
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

  private func finish(
    _ run: TrainingRun, set: TrainingSet, balanced: TrainingSet, validation: TrainingSet?
  ) throws(ClassifierError) -> TrainedModel {
    var network = run.finalNetwork
    var uncalibrated: ClassificationMetrics?
    var metrics: ClassificationMetrics?
    if let validation {
      uncalibrated = try measure(network, on: validation)
      metrics = uncalibrated
      if configuration.calibrates {
        let logits = try network.logits(of: validation.vectors, rows: validation.count, threads: threads)
        network.temperature = Float(
          calibrationTemperature(
            logits: logits, labels: validation.labels, classCount: validation.classNames.count))
        metrics = try measure(network, on: validation)
      }
    }
    let record = TrainingRecord(
      library: ClassifierLibrary.name, classNames: set.classNames, featurePreset: set.featurePreset,
      configuration: configuration, training: TrainingRecord.Part(set),
      validation: validation.map { TrainingRecord.Part($0) }, balancedSpectra: balanced.classCounts,
      epochs: run.epochs, bestEpoch: run.bestEpoch, stopReason: run.stopReason ?? .maximumEpochs,
      temperature: Double(network.temperature), uncalibrated: uncalibrated, metrics: metrics)
    return TrainedModel(network: network, record: record)
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
