import ArgumentParser
import Classifier

/// The settings of a training that are chosen one by one.
struct TrainingArguments: ParsableArguments {
  @Option(
    help: """
      What to do about classes of unequal size: none, smote, adasyn, undersampling (down to the smallest class) or
      class-weights.
      """)
  var balance: BalancingName?

  @Flag(
    inversion: .prefixedNo,
    help: "Show spectra blurred, shifted, sloped and noisy as a survey sees them, anew in each epoch.")
  var augment: Bool?

  @Option(help: "Spectra per step.")
  var batch: Int?

  @Option(help: "Learning rate of Adam.")
  var learningRate: Double?

  @Option(help: "Epochs without a better loss after which to stop.")
  var patience: Int?

  @Option(
    help:
      "Share of the spectra, in whole stars, kept aside to stop early and calibrate by; 0 watches the training loss."
  )
  var validation: Double?

  func validate() throws {
    if let batch, !(1...65_536).contains(batch) { throw ValidationError("--batch must be in 1…65536") }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate must be positive")
    }
    if let patience, patience < 1 { throw ValidationError("--patience must be at least 1") }
    if let validation, !(0..<1).contains(validation) {
      throw ValidationError("--validation must be at least 0 and less than 1")
    }
  }

  /// Puts in what was given.
  func apply(to configuration: inout TrainerConfiguration) {
    if let balance { configuration.balancing = balance.balancing }
    if let augment { configuration.augmentation = augment ? .survey : nil }
    if let batch { configuration.batchSize = batch }
    if let learningRate { configuration.optimizer.learningRate = learningRate }
    if let patience { configuration.patience = patience }
    if let validation {
      configuration.validationFraction = validation
      configuration.monitor = validation > 0 ? .validationLoss : .trainingLoss
      configuration.calibrates = validation > 0
    }
  }
}

/// A way to balance classes, as it is typed.
struct BalancingName: ExpressibleByArgument {
  let balancing: TrainerConfiguration.Balancing

  private static func name(_ balancing: TrainerConfiguration.Balancing) -> String {
    balancing == .classWeights ? "class-weights" : balancing.rawValue
  }

  static var allValueStrings: [String] { TrainerConfiguration.Balancing.allCases.map(name) }

  init?(argument: String) {
    guard let known = TrainerConfiguration.Balancing.allCases.first(where: { Self.name($0) == argument })
    else {
      return nil
    }
    balancing = known
  }
}
