public import Classifier

/// What a model is and how it was trained, for a person and for programs.
public struct ModelDescription: Sendable, Encodable {
  /// Its name or file.
  public var name: String
  /// Names of the classes, the background first.
  public var classes: [String]
  /// The feature preset.
  public var preset: String
  /// Values of a vector.
  public var values: Int
  /// Channels of the convolutions, by block.
  public var convolutions: [[Int]]
  /// Units of the hidden dense layers.
  public var dense: [Int]
  /// Weights and biases.
  public var parameters: Int
  /// What logits are divided by.
  public var temperature: Double
  /// Whether it was trained on simulated spectra.
  public var simulated: Bool
  /// How it was trained.
  public var record: TrainingRecord

  /// Describes a model.
  public init(_ name: String, _ model: TrainedModel) {
    self.name = name
    record = model.record
    classes = record.classNames
    preset = record.featurePreset
    let architecture = model.network.architecture
    values = architecture.inputLength
    convolutions = architecture.blocks
    dense = architecture.dense
    parameters = model.network.parameters.count
    temperature = Double(model.network.temperature)
    simulated = record.usesSimulation
  }

  /// The description in lines.
  public var text: String {
    var lines = ["\(name): \(record.library)"]
    lines.append("classes: \(classes.joined(separator: ", ")) · preset \(preset), \(values) values")
    lines.append(
      "layers: "
        + convolutions.map { $0.map(String.init).joined(separator: " ") + " pool" }.joined(separator: ", ")
        + ", dense " + (dense + [classes.count]).map(String.init).joined(separator: " ")
        + " · \(parameters) parameters")
    let total = record.training.spectra.reduce(0, +)
    if total == 0 {
      lines.append("its training is not known")
    } else {
      let counts = zip(record.training.spectra, classes).map { "\($0) \($1)" }.joined(separator: ", ")
      lines.append("learned from \(total) labelled spectra of \(record.training.stars) stars: \(counts)")
      if record.training.simulated > 0 {
        lines.append("of these, \(record.training.simulated) are SIMULATED")
      }
      if let target = record.target {
        lines.append(
          "and from \(target.spectra.reduce(0, +)) SIMULATED spectra of the survey searched (seeds "
            + (record.targetSeeds ?? []).map(String.init).joined(separator: ", ") + ")")
      }
      let settings = record.configuration
      lines.append(
        "\(record.epochs.count) epochs, the \(record.bestEpoch + 1)th kept · seed \(settings.seed) · batches of"
          + " \(settings.batchSize) · balancing \(settings.balancing.rawValue) · "
          + (settings.augmentation == nil ? "not augmented" : "augmented"))
    }
    var calibration = "temperature \(temperature.formatted(places: 3))"
    if let biases = record.biases {
      calibration += ", biases " + biases.map { $0.formatted(places: 3) }.joined(separator: " ")
    }
    lines.append(calibration)
    if let metrics = record.metrics {
      lines.append(
        "on stars kept aside: \((metrics.accuracy * 100).formatted(places: 1)) % right, ECE "
          + metrics.expectedCalibrationError.formatted(places: 4) + ", Brier "
          + metrics.brierScore.formatted(places: 4))
    }
    for (key, value) in record.provenance.sorted(by: { $0.key < $1.key }) { lines.append("\(key): \(value)") }
    return lines.joined(separator: "\n")
  }
}
