/// How a model came to be: enough to make it again from the same data, and to judge how far to trust it.
///
/// Kept as JSON in the header of the model file. Holds no time or place, so that the same training gives the
/// same file.
public struct TrainingRecord: Codable, Sendable, Equatable {
  /// What one part of the data consists of.
  public struct Part: Codable, Sendable, Equatable {
    /// Spectra of each class.
    public var spectra: [Int]
    /// Number of stars.
    public var stars: Int
    /// Spectra that were made by a simulator.
    public var simulated: Int

    /// Given counts.
    init(spectra: [Int], stars: Int, simulated: Int) {
      (self.spectra, self.stars, self.simulated) = (spectra, stars, simulated)
    }

    /// Counts a set.
    public init(_ set: TrainingSet) {
      spectra = set.classCounts
      stars = Set(set.groups).count
      simulated = set.isSimulated.count(where: \.self)
    }
  }

  /// What one epoch came to.
  public struct Epoch: Codable, Sendable, Equatable {
    /// Mean loss over the batches, dropout included.
    public var trainingLoss: Double
    /// Loss of the validation stars, without dropout.
    public var validationLoss: Double?
    /// Share of the validation spectra classified rightly.
    public var validationAccuracy: Double?
  }

  /// Why the training ended.
  public enum StopReason: String, Codable, Sendable {
    /// The watched loss no longer fell.
    case converged
    /// The last epoch allowed was reached.
    case maximumEpochs
  }

  /// Program and version that made the model.
  public var library: String
  /// Names of the classes, in the order of the probabilities.
  public var classNames: [String]
  /// Name of the feature preset the model wants its vectors made with.
  public var featurePreset: String
  /// All settings.
  public var configuration: TrainerConfiguration
  /// What was learned from, before balancing.
  public var training: Part
  /// What decided when to stop and how to calibrate.
  public var validation: Part?
  /// Vectors of each class after balancing.
  public var balancedSpectra: [Int]
  /// Seeds of the simulated spectra of the survey searched that were learned from beside the labelled ones; nil for none.
  public var targetSeeds: [UInt64]?
  /// Those spectra; nil for none.
  public var target: Part?
  /// Every epoch, first to last.
  public var epochs: [Epoch]
  /// The epoch whose parameters were kept, from 0.
  public var bestEpoch: Int
  /// Why the training ended.
  public var stopReason: StopReason
  /// What logits are divided by; 1 if not calibrated.
  public var temperature: Double
  /// What was added to the scaled logits of each class, and lies in the network's last biases; nil if not calibrated.
  public var biases: [Double]?
  /// Measured on the validation stars with the final parameters, before the temperature.
  public var uncalibrated: ClassificationMetrics?
  /// Measured on the validation stars with the final parameters and temperature.
  public var metrics: ClassificationMetrics?
  /// Where the data came from, in the caller's words: queries, services, versions.
  public var provenance: [String: String] = [:]

  /// Whether any spectrum learned from was made by a simulator.
  public var usesSimulation: Bool { training.simulated > 0 || (target?.simulated ?? 0) > 0 }
  /// Whether all spectra learned from were made by a simulator.
  public var isWhollySimulated: Bool {
    usesSimulation && training.simulated == training.spectra.reduce(0, +)
  }

  /// Shares of the classes that were learned from, which the probabilities hold for; equal where they are not known.
  public var shares: [Double] {
    let total = balancedSpectra.reduce(0, +)
    return balancedSpectra.map {
      total > 0 ? Double($0) / Double(total) : 1 / Double(balancedSpectra.count)
    }
  }
}

/// A network and how it came to be.
public struct TrainedModel: Sendable {
  /// The network, with its temperature set.
  public var network: Network
  /// How it was trained.
  public var record: TrainingRecord

  /// Puts the two together.
  public init(network: Network, record: TrainingRecord) {
    self.network = network
    self.record = record
  }
}
