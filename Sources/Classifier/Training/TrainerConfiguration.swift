/// Everything that decides what a training does, apart from the data.
public struct TrainerConfiguration: Codable, Hashable, Sendable {
  /// What to do about classes of unequal size; applied to the training part only, after the split.
  public enum Balancing: String, Codable, Sendable, CaseIterable {
    /// Leave the classes as they are.
    case none
    /// Synthetic vectors between neighbours, up to the largest class (`SMOTE`).
    case smote
    /// Synthetic vectors, more where classes mix (`ADASYN`).
    case adasyn
    /// Drop vectors at random down to the smallest class.
    case undersampling
    /// Weigh the loss of each vector by the inverse of its class's share.
    case classWeights
  }

  /// Which loss decides when to stop.
  public enum Monitor: String, Codable, Sendable {
    /// The mean loss over the epoch's batches, dropout included, as the published code does.
    case trainingLoss
    /// The loss of the stars kept aside, without dropout.
    case validationLoss
  }

  /// Seed of everything drawn: weights, splits, synthetic vectors, order, dropout.
  public var seed: UInt64
  /// The shape of the network.
  public var architecture: NetworkArchitecture
  /// How the first weights are drawn.
  public var initialization: Network.Initialization
  /// The optimizer's settings.
  public var optimizer: AdamConfiguration
  /// Vectors per step.
  public var batchSize: Int
  /// Epochs at most.
  public var maximumEpochs: Int
  /// Which loss is watched.
  public var monitor: Monitor
  /// By how much the watched loss must fall to count as better.
  public var minimumDelta: Double
  /// Epochs without a better loss after which to stop.
  public var patience: Int
  /// Whether to end with the parameters of the best epoch rather than the last.
  public var restoresBest: Bool
  /// Share of the spectra, in whole stars, kept aside for validation; 0 for none.
  public var validationFraction: Double
  /// What to do about classes of unequal size.
  public var balancing: Balancing
  /// Neighbours for SMOTE and ADASYN.
  public var neighbours: Int
  /// Whether to find the temperature that calibrates the probabilities on the validation stars.
  public var calibrates: Bool
  /// How vectors are changed when they are shown; nil to show them as they are.
  public var augmentation: Augmentation?

  /// Makes a configuration; what is left out is as in `standard`.
  public init(
    seed: UInt64 = 1, architecture: NetworkArchitecture = .skoda2020,
    initialization: Network.Initialization = .he, optimizer: AdamConfiguration = AdamConfiguration(),
    batchSize: Int = 64, maximumEpochs: Int = 100, monitor: Monitor = .validationLoss,
    minimumDelta: Double = 1e-3, patience: Int = 10, restoresBest: Bool = true,
    validationFraction: Double = 0.2, balancing: Balancing = .smote, neighbours: Int = 5,
    calibrates: Bool = true, augmentation: Augmentation? = .survey
  ) {
    self.seed = seed
    self.architecture = architecture
    self.initialization = initialization
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.maximumEpochs = maximumEpochs
    self.monitor = monitor
    self.minimumDelta = minimumDelta
    self.patience = patience
    self.restoresBest = restoresBest
    self.validationFraction = validationFraction
    self.balancing = balancing
    self.neighbours = neighbours
    self.calibrates = calibrates
    self.augmentation = augmentation
  }

  /// Split by star, stop on validation loss, balanced by SMOTE, calibrated.
  public static let standard = TrainerConfiguration()

  /// As published: stop on training loss (10⁻³, 10 epochs), up to 1000 epochs, no validation, SMOTE with 5
  /// neighbours.
  public static let skoda2020 = TrainerConfiguration(
    initialization: .glorot, maximumEpochs: 1000, monitor: .trainingLoss, validationFraction: 0,
    calibrates: false, augmentation: nil)

  /// A short training that goes on from a network after a round of labels: few epochs, nothing kept aside.
  ///
  /// Without validation, for the network may have learned from any star that could be kept aside now.
  public static let continued = TrainerConfiguration(
    maximumEpochs: 2, monitor: .trainingLoss, patience: 2, restoresBest: false, validationFraction: 0,
    calibrates: false)

  /// The preset of that name: `standard`, `continued` or `skoda2020`; nil for any other.
  public static func preset(_ name: String) -> TrainerConfiguration? {
    switch name {
    case "continued": .continued
    case "standard": .standard
    case "skoda2020": .skoda2020
    default: nil
    }
  }

  /// Why this cannot be trained, or nil.
  var fault: String? {
    if !(1...65_536).contains(batchSize) { return "batch size \(batchSize) is not in 1…65536" }
    if maximumEpochs < 1 { return "\(maximumEpochs) epochs are too few" }
    if patience < 1 { return "patience \(patience) is less than one epoch" }
    if !(0..<1).contains(validationFraction) {
      return "validation fraction \(validationFraction) is not in 0 ..< 1"
    }
    if monitor == .validationLoss, validationFraction == 0 {
      return "the validation loss is watched, but no stars are kept aside for validation"
    }
    if neighbours < 1 { return "\(neighbours) neighbours are too few" }
    if !(optimizer.learningRate > 0) { return "learning rate \(optimizer.learningRate) is not positive" }
    return nil
  }
}
