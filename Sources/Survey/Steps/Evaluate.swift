public import Classifier
import Foundation

/// Measures a model on fresh simulated spectra and on real ones, kept apart.
public struct Evaluate: Sendable {
  /// What to measure on.
  public struct Options: Sendable {
    /// Simulated spectra; 0 for none.
    public var simulated = 20_000
    /// Seed of the simulated spectra.
    public var seed: UInt64 = 987_654_321
    /// Share of positives in the survey that the figures are for, 0…1 without the ends.
    public var prevalence = 0.005
    /// Spectra of that survey.
    public var size = 200_000.0
    /// Share of positives to correct the model's probabilities to; nil to leave them.
    public var prior: Double?
    /// Resamplings of the stars for the intervals.
    public var resamplings = 200
    /// Files and folders of real spectra.
    public var real: [String] = []

    /// 20,000 simulated spectra, none real.
    public init() {}
  }

  /// What came of it.
  public struct Evaluation: Sendable, Codable {
    /// The model.
    public var model: String
    /// Whether it was trained on simulated spectra.
    public var trainedOnSimulated: Bool
    /// On simulated spectra.
    public var simulated: SimulatedEvaluation?
    /// On real spectra.
    public var real: RealEvaluation?
  }

  let name: String
  let model: TrainedModel
  let options: Options

  /// Takes a model from a file.
  ///
  /// - Throws: `SUR-09` for a damaged file.
  public init(file: String, _ options: Options) throws(SurveyError) {
    name = file
    model = try surveyed(.model, "cannot read \(file)") { try ModelFile.read(file) }
    self.options = options
  }

  /// Takes a model of a survey, the newest where none is named.
  ///
  /// - Throws: `SUR-07` without a model, `SUR-04` for an unknown name.
  public init(_ folder: SurveyFolder, model named: String?, _ options: Options) throws(SurveyError) {
    (name, model) = try folder.model(named: named)
    self.options = options
    if options.simulated > 0 {
      try Self.check(options.seed, against: folder.configuration.seed, "the survey")
    }
  }

  /// Measures.
  ///
  /// - Throws: `SUR-09` for a model of other classes or an unknown preset, or a seed that was trained with; `SUR-05` where no
  ///   real file can be used; `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Evaluation {
    let record = model.record
    guard let preset = FeaturePreset.named(record.featurePreset) else {
      throw SurveyError(
        .model, "\(name) wants features of preset \"\(record.featurePreset)\", which is unknown")
    }
    let classes = SimulatedClass.allCases.map(\.description)
    guard record.classNames == classes else {
      throw SurveyError(
        .model,
        "\(name) tells apart \(record.classNames.joined(separator: ", ")); only \(classes) can be measured")
    }
    var evaluation = Evaluation(model: name, trainedOnSimulated: record.usesSimulation)
    if options.simulated > 0 {
      try Self.check(options.seed, against: record.configuration.seed, "the training")
      evaluation.simulated = try await simulated(preset, progress)
    }
    if !options.real.isEmpty { evaluation.real = try await real(preset, progress) }
    return evaluation
  }

  private static func check(_ seed: UInt64, against other: UInt64, _ what: String) throws(SurveyError) {
    if EvaluationSample.seeds(seed).contains(other) {
      throw SurveyError(
        .model, "\(seed) is the seed of \(what): its stars may have been learned from",
        hint: "choose another with --seed")
    }
  }

  private func simulated(
    _ preset: FeaturePreset, _ progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> SimulatedEvaluation {
    let (options, model) = (options, model)
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(ClassifierError) -> SimulatedEvaluation? in
        let sample = try EvaluationSample(
          count: options.simulated, seed: options.seed, preset: preset, isCancelled: isCancelled
        ) { progress(SurveyProgress(stage: "simulating", done: $0, total: options.simulated)) }
        if isCancelled() { return nil }
        var probabilities = try model.network.probabilities(of: sample.vectors, rows: sample.count)
        if let prior = options.prior {
          probabilities = try PriorShift.corrected(
            probabilities, from: Self.calibratedShares(model.record), to: SimulatedEvaluation.shares(prior))
        }
        progress(SurveyProgress(stage: "measuring", done: 0))
        return try SimulatedEvaluation(
          probabilities: probabilities, sample: sample, prevalence: options.prevalence, size: options.size,
          resamplings: options.resamplings, correctedPrior: options.prior)
      }
    }
    switch outcome {
    case .success(let found?): return found
    case .success(nil): throw SurveyError(.interrupted, "the evaluation was stopped")
    case .failure(let error): throw SurveyError(.model, "cannot evaluate: \(error)")
    }
  }

  /// Shares of the classes that the network was shown, to which its probabilities hold.
  static func calibratedShares(_ record: TrainingRecord) -> [Double] {
    let total = Double(record.balancedSpectra.reduce(0, +))
    return record.balancedSpectra.map { Double($0) / total }
  }

  private func real(
    _ preset: FeaturePreset, _ progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> RealEvaluation {
    let (options, network) = (options, model.network)
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(SurveyError) -> RealEvaluation? in
        let files = try RealEvaluation.files(options.real)
        var rows: [RealEvaluation.Spectrum] = []
        var failed: [String] = []
        let extractor = FeatureExtractor(preset)
        for (place, file) in files.enumerated() {
          if isCancelled() { return nil }
          do {
            let spectrum = try SpectrumReader.read(path: file)
            let vector = try extractor.vector(of: spectrum)
            rows.append(
              RealEvaluation.Spectrum(
                file: file, spectrum, probabilities: try network.probabilities(of: vector, rows: 1)))
          } catch {
            failed.append("\(file): \(error)")
          }
          progress(SurveyProgress(stage: "reading real spectra", done: place + 1, total: files.count))
        }
        if rows.isEmpty {
          throw SurveyError(.file, "none of \(files.count) files is a spectrum that can be used")
        }
        return try RealEvaluation(rows, failed: failed)
      }
    }
    switch outcome {
    case .success(let found?): return found
    case .success(nil): throw SurveyError(.interrupted, "the evaluation was stopped")
    case .failure(let error): throw error
    }
  }
}
