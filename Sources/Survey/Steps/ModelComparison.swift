public import Classifier

/// Models on the same spectra, and how far two of them agree.
public struct ModelComparison: Sendable, Codable {
  /// What one model is and reaches.
  public struct Row: Sendable, Codable {
    /// The model.
    public var model: String
    /// The feature preset.
    public var preset: String
    /// How classes were made equal.
    public var balancing: String
    /// Whether spectra were changed as they were shown.
    public var isAugmented: Bool
    /// Labelled spectra learned from.
    public var spectra: Int
    /// Simulated spectra of the survey searched learned from beside them.
    public var target: Int
    /// Weights and biases.
    public var parameters: Int
    /// Average precision of emission and double peaks, in all and balanced; simulated.
    public var whole: [Double?]
    /// The same for S/N above 20 and a separation above the resolution; simulated.
    public var clear: [Double?]
    /// Calibration error with equal shares and with those of the survey; simulated.
    public var calibrationError: [Double]
    /// Share of the real stars with clear emission above 97 % of the others; nil without real spectra.
    public var realAbove: Double?

    init(_ name: String, _ model: TrainedModel, _ simulated: SimulatedEvaluation?, _ real: RealEvaluation?) {
      self.model = name
      let record = model.record
      preset = record.featurePreset
      balancing = record.configuration.balancing.rawValue
      isAugmented = record.configuration.augmentation != nil
      spectra = record.training.spectra.reduce(0, +)
      target = record.target?.spectra.reduce(0, +) ?? 0
      parameters = model.network.parameters.count
      func areas(_ part: SimulatedEvaluation.Part?) -> [Double?] {
        part?.balanced.rankings.dropLast().map { $0.averagePrecision?.value } ?? []
      }
      whole = areas(simulated?.whole)
      clear = areas(simulated?.parts.first { $0.name == SimulatedEvaluation.targetPart })
      calibrationError =
        simulated.map {
          [
            $0.whole.balanced.reliability.expectedCalibrationError,
            $0.whole.survey.reliability.expectedCalibrationError,
          ]
        } ?? []
      realAbove = real?.above
    }
  }

  /// The two models, on simulated spectra.
  public var rows: [Row]
  /// Simulated spectra both were shown.
  public var spectra: Int
  /// Seed of these.
  public var seed: UInt64
  /// Share of them that both give the same class.
  public var sameClass: Double
  /// Largest difference of a probability.
  public var largestDifference: Double
  /// Whether all weights and biases are equal to the bit.
  public var isIdentical: Bool
  /// Settings that differ: name, first, second.
  public var differences: [[String]]

  /// Compares two models; what they were trained with may be anything, as long as the classes are those of the simulator.
  ///
  /// - Throws: `SUR-09` for models of other classes, unknown presets, or a seed that either was trained with.
  public static func run(
    _ first: (name: String, model: TrainedModel), _ second: (name: String, model: TrainedModel), spectra: Int,
    seed: UInt64, progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> ModelComparison {
    var options = Evaluate.Options()
    options.simulated = spectra
    options.seed = seed
    options.resamplings = 0
    let found = try await Evaluate(first, others: [second], options).run(progress: progress)
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(SurveyError) -> [[Float]] in
        try surveyed(.model, "cannot compare") {
          try [first.model, second.model].map { model in
            let preset = FeaturePreset.named(model.record.featurePreset) ?? .standard
            let sample = try EvaluationSample(
              count: spectra, seed: seed, preset: preset, isCancelled: isCancelled)
            return try model.network.probabilities(of: sample.vectors, rows: sample.count)
          }
        }
      }
    }
    let probabilities = try outcome.get()
    let classes = first.model.record.classNames.count
    let rows = min(probabilities[0].count, probabilities[1].count) / classes
    var same = 0
    for row in 0..<rows {
      let best = probabilities.map { values in
        (0..<classes).max { values[row * classes + $0] < values[row * classes + $1] }
      }
      same += best[0] == best[1] ? 1 : 0
    }
    let largest = zip(probabilities[0], probabilities[1]).reduce(0.0) { max($0, abs(Double($1.0 - $1.1))) }
    return ModelComparison(
      rows: found.models ?? [], spectra: rows, seed: seed, sameClass: Double(same) / Double(max(rows, 1)),
      largestDifference: largest,
      isIdentical: first.model.network.parameters == second.model.network.parameters,
      differences: differences(first.model, second.model))
  }

  private static func differences(_ first: TrainedModel, _ second: TrainedModel) -> [[String]] {
    let pairs = [first, second].map { model -> [(String, String)] in
      let settings = model.record.configuration
      return [
        ("preset", model.record.featurePreset), ("seed", "\(settings.seed)"),
        ("initial weights", settings.initialization.rawValue), ("batch", "\(settings.batchSize)"),
        ("balancing", settings.balancing.rawValue), ("watched", settings.monitor.rawValue),
        ("validation", "\(settings.validationFraction)"),
        ("augmented", settings.augmentation == nil ? "no" : "yes"),
        ("labelled spectra", "\(model.record.training.spectra.reduce(0, +))"),
        ("simulated of the survey searched", "\(model.record.target?.spectra.reduce(0, +) ?? 0)"),
        ("epochs", "\(model.record.epochs.count)"), ("kept epoch", "\(model.record.bestEpoch + 1)"),
        ("temperature", Double(model.network.temperature).formatted(places: 3)),
        ("layers", "\(model.network.architecture.blocks) \(model.network.architecture.dense)"),
      ]
    }
    return zip(pairs[0], pairs[1]).filter { $0.1 != $1.1 }.map { [$0.0, $0.1, $1.1] }
  }
}
