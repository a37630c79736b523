/// A training between two epochs.
struct TrainingRun {
  let configuration: TrainerConfiguration
  let plan: NetworkPlan
  private let data: TrainingSet
  /// Rows of `data` that are augmented; those that follow are shown as they are.
  private let augmentedRows: Int
  private let validation: TrainingSet?
  private let threads: Int
  private let optimizer: AdamOptimizer
  private let pass: GradientPass
  private let classWeights: [Float]?
  private let start: [Float]

  private(set) var epochs: [TrainingRecord.Epoch] = []
  private(set) var bestEpoch = 0
  private var bestLoss = Double.infinity
  private var bestParameters: [Float]

  /// - Parameters:
  ///   - target: spectra as the survey searched shows them, learned from as they are
  ///   - parameters: where to start from; nil for those of a new network
  init(
    _ configuration: TrainerConfiguration, data: TrainingSet, target: TrainingSet? = nil,
    validation: TrainingSet?, from parameters: [Float]? = nil, threads: Int
  ) throws(ClassifierError) {
    augmentedRows = data.count
    let data = try target.map { (target) throws(ClassifierError) in try data.joined(with: target) } ?? data
    self.configuration = configuration
    self.data = data
    self.validation = validation
    self.threads = threads
    let network = Network(
      seed: configuration.seed, architecture: configuration.architecture,
      initialization: configuration.initialization)
    plan = network.plan
    start = parameters ?? network.parameters
    optimizer = AdamOptimizer(configuration.optimizer, parameters: start)
    pass = GradientPass(plan: plan, capacity: min(configuration.batchSize, data.count), threads: threads)
    classWeights = configuration.balancing == .classWeights ? Balancing.classWeights(data) : nil
    bestParameters = start
  }

  /// Why no further epoch is due, or nil.
  var stopReason: TrainingRecord.StopReason? {
    guard !epochs.isEmpty else { return nil }
    if epochs.count - 1 - bestEpoch >= configuration.patience { return .converged }
    return epochs.count >= configuration.maximumEpochs ? .maximumEpochs : nil
  }

  /// Vectors of each class that are shown in an epoch.
  var classCounts: [Int] { data.classCounts }

  /// The network to keep.
  var finalNetwork: Network {
    Network(plan: plan, parameters: configuration.restoresBest ? bestParameters : optimizer.parameters.array)
  }

  /// Shows every vector once, in an order that depends on seed and epoch, and judges the result.
  mutating func epoch(isCancelled: () -> Bool) throws(ClassifierError) -> TrainingRecord.Epoch {
    var random = CounterRandom(seed: configuration.seed, .shuffle, epochs.count)
    let order = random.permutation(data.count)
    var total = 0.0
    var first = 0
    while first < order.count {
      if isCancelled() {
        throw ClassifierError(.cancelled, "training cancelled in epoch \(epochs.count + 1)")
      }
      let batch = order[first..<min(order.count, first + pass.capacity)]
      total += step(batch) * Double(batch.count)
      first += batch.count
    }
    let loss = total / Double(data.count)
    guard loss.isFinite else {
      throw ClassifierError(
        .diverged, "the loss is no longer a number in epoch \(epochs.count + 1)",
        hint: "lower the learning rate")
    }
    var result = TrainingRecord.Epoch(trainingLoss: loss, validationLoss: nil, validationAccuracy: nil)
    if let validation {
      let network = Network(plan: plan, parameters: optimizer.parameters.array)
      let metrics = try ClassificationMetrics(
        probabilities: network.probabilities(
          of: validation.vectors, rows: validation.count, threads: threads),
        labels: validation.labels, classCount: validation.classNames.count)
      result.validationLoss = metrics.crossEntropy
      result.validationAccuracy = metrics.accuracy
    }
    epochs.append(result)
    judge(result)
    return result
  }

  /// One step of the optimizer on the given rows; returns their mean loss.
  private func step(_ rows: ArraySlice<Int>) -> Double {
    let length = data.vectorLength
    data.vectors.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        let vector = pass.input.base + place * length
        vector.update(from: start + row * length, count: length)
        if row < augmentedRows, let augmentation = configuration.augmentation {
          var random = CounterRandom(seed: configuration.seed, .augmentation, epochs.count, row)
          augmentation.apply(to: UnsafeMutableBufferPointer(start: vector, count: length), random: &random)
        }
      }
    }
    let labels = rows.map { data.labels[$0] }
    let loss = pass.run(
      parameters: optimizer.parameters.base, labels: labels,
      weights: classWeights.map { weights in labels.map { weights[$0] } }, rows: rows.count,
      dropout: CounterRandom(seed: configuration.seed, .dropout, optimizer.step))
    optimizer.update(pass.gradients, threads: threads)
    return loss
  }

  /// Keras's rule: better is what is lower than the best so far by more than `minimumDelta`.
  private mutating func judge(_ result: TrainingRecord.Epoch) {
    let watched =
      configuration.monitor == .validationLoss
      ? result.validationLoss ?? result.trainingLoss : result.trainingLoss
    guard watched < bestLoss - configuration.minimumDelta || epochs.count == 1 else { return }
    bestLoss = watched
    bestEpoch = epochs.count - 1
    bestParameters = optimizer.parameters.array
  }

  /// Keeps the state after the last epoch in a file.
  func save(to path: String) throws(ClassifierError) {
    try Checkpoint(
      configuration: configuration, dataChecksum: checksum, epochs: epochs, bestEpoch: bestEpoch,
      bestLoss: bestLoss, step: optimizer.step
    ).write(
      to: path,
      tensors: [
        ("parameters", optimizer.parameters.array), ("mean", optimizer.mean.array),
        ("variance", optimizer.variance.array), ("best", bestParameters),
      ])
  }

  /// Goes on from a file, if there is one that belongs to this configuration and data.
  mutating func resume(from path: String) throws(ClassifierError) {
    guard
      let (state, tensors) = try Checkpoint.read(
        path, configuration: configuration, dataChecksum: checksum, count: plan.parameterCount)
    else { return }
    epochs = state.epochs
    bestEpoch = state.bestEpoch
    bestLoss = state.bestLoss
    optimizer.step = state.step
    optimizer.parameters.set(tensors[0])
    optimizer.mean.set(tensors[1])
    optimizer.variance.set(tensors[2])
    bestParameters = tensors[3]
  }

  private var checksum: UInt64 {
    var sum = CRC64()
    sum.add(start)
    sum.add([augmentedRows])
    for set in [data, validation].compactMap(\.self) {
      sum.add(set.vectors)
      sum.add(set.labels)
    }
    return sum.value
  }
}
