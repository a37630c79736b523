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
    /// Pairs of spectra of one star: `FIRST,SECOND`, or files with such lines.
    public var pairs: [String] = []
    /// Models to measure beside it on the same simulated and real spectra: names in the survey, or files.
    public var beside: [String] = []

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
    /// On stars that two telescopes saw.
    public var pairs: PairEvaluation?
    /// How far the simulated spectra look like the real ones.
    public var comparison: SimulatorComparison?
    /// This and other models on the same spectra.
    public var models: [ModelComparison.Row]?
  }

  let name: String
  let model: TrainedModel
  let options: Options
  /// The models to measure beside it.
  let others: [(name: String, model: TrainedModel)]

  /// Takes a model from a file.
  ///
  /// - Throws: `SUR-09` for a damaged file.
  public init(file: String, _ options: Options) throws(SurveyError) {
    name = file
    model = try surveyed(.model, "cannot read \(file)") { try ModelFile.read(file) }
    self.options = options
    others = try options.beside.map { (file) throws(SurveyError) in
      (file, try surveyed(.model, "cannot read \(file)") { try ModelFile.read(file) })
    }
  }

  /// Takes a model of a survey, the newest where none is named.
  ///
  /// - Throws: `SUR-07` without a model, `SUR-04` for an unknown name.
  public init(_ folder: SurveyFolder, model named: String?, _ options: Options) throws(SurveyError) {
    (name, model) = try folder.model(named: named)
    self.options = options
    others = try options.beside.map { (name) throws(SurveyError) in try folder.modelOrFile(name) }
    if options.simulated > 0 {
      try Self.check(options.seed, against: folder.configuration.seed, "the survey")
    }
  }

  /// Takes models that are read already.
  init(
    _ model: (name: String, model: TrainedModel), others: [(name: String, model: TrainedModel)],
    _ options: Options
  ) {
    (name, self.model) = model
    self.others = others
    self.options = options
  }

  /// Measures.
  ///
  /// - Throws: `SUR-09` for a model of other classes or an unknown preset, or a seed that was trained with; `SUR-05` where no
  ///   real file can be used; `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Evaluation {
    let preset = try Self.preset(of: model, name)
    let classes = SimulatedClass.allCases.map(\.description)
    for (name, model) in [(name, model)] + others where model.record.classNames != classes {
      throw SurveyError(
        .model,
        "\(name) tells apart \(model.record.classNames.joined(separator: ", ")); only \(classes) can be measured"
      )
    }
    var evaluation = Evaluation(model: name, trainedOnSimulated: model.record.usesSimulation)
    if options.simulated > 0 {
      for (_, model) in [(name, model)] + others {
        for seed in [model.record.configuration.seed] + (model.record.targetSeeds ?? []) {
          try Self.check(options.seed, against: seed, "the training")
        }
      }
      evaluation.simulated = try await simulated(model, progress)
    }
    if !options.real.isEmpty {
      let found = try await real(model, progress)
      evaluation.real = found.evaluation
      evaluation.comparison = found.comparison
    }
    if !options.pairs.isEmpty {
      let (options, model) = (options, model)
      evaluation.pairs = try await Self.work { _ throws(SurveyError) in
        try PairEvaluation(options.pairs, model: model, preset: preset, progress: progress)
      }
    }
    if !others.isEmpty {
      var rows = [ModelComparison.Row(name, model, evaluation.simulated, evaluation.real)]
      for (name, other) in others {
        rows.append(
          ModelComparison.Row(
            name, other, options.simulated > 0 ? try await simulated(other, progress) : nil,
            options.real.isEmpty ? nil : try await real(other, progress).evaluation))
      }
      evaluation.models = rows
    }
    return evaluation
  }

  /// Blocking work off the threads that others wait for.
  private static func work<Value: Sendable>(
    _ body: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws(SurveyError) -> Value?
  ) async throws(SurveyError) -> Value {
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(SurveyError) in try body(isCancelled) }
    }
    guard let found = try outcome.get() else {
      throw SurveyError(.interrupted, "the evaluation was stopped")
    }
    return found
  }

  private static func preset(of model: TrainedModel, _ name: String) throws(SurveyError) -> FeaturePreset {
    guard let preset = FeaturePreset.named(model.record.featurePreset) else {
      throw SurveyError(
        .model, "\(name) wants features of preset \"\(model.record.featurePreset)\", which is unknown")
    }
    return preset
  }

  private static func check(_ seed: UInt64, against other: UInt64, _ what: String) throws(SurveyError) {
    if EvaluationSample.seeds(seed).contains(other) {
      throw SurveyError(
        .model, "\(seed) is the seed of \(what): its stars may have been learned from",
        hint: "choose another with --seed")
    }
  }

  private func simulated(
    _ model: TrainedModel, _ progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> SimulatedEvaluation {
    let options = options
    let preset = try Self.preset(of: model, name)
    return try await Self.work { isCancelled throws(SurveyError) in
      try surveyed(.model, "cannot evaluate") {
        let sample = try EvaluationSample(
          count: options.simulated, seed: options.seed, preset: preset, isCancelled: isCancelled
        ) { progress(SurveyProgress(stage: "simulating", done: $0, total: options.simulated)) }
        if isCancelled() { return nil }
        var probabilities = try model.network.probabilities(of: sample.vectors, rows: sample.count)
        if let prior = options.prior {
          probabilities = try PriorShift.corrected(
            probabilities, from: model.record.shares, to: SimulatedEvaluation.shares(prior))
        }
        progress(SurveyProgress(stage: "measuring", done: 0))
        return try SimulatedEvaluation(
          probabilities: probabilities, sample: sample, prevalence: options.prevalence, size: options.size,
          resamplings: options.resamplings, correctedPrior: options.prior,
          learned: options.prior == nil ? model.record.shares : nil)
      }
    }
  }

  private func real(
    _ model: TrainedModel, _ progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> (evaluation: RealEvaluation, comparison: SimulatorComparison?) {
    let options = options
    let preset = try Self.preset(of: model, name)
    return try await Self.work { isCancelled throws(SurveyError) in
      let files = try RealEvaluation.files(options.real)
      var rows: [RealEvaluation.Spectrum] = []
      var vectors: [(vector: [Float], width: Double?)] = []
      var failed: [String] = []
      let extractor = FeatureExtractor(preset)
      for (place, file) in files.enumerated() {
        if isCancelled() { return nil }
        do {
          let spectrum = try SpectrumReader.read(path: file)
          let vector = try extractor.vector(of: spectrum)
          let row = RealEvaluation.Spectrum(
            file: file, spectrum, probabilities: try model.network.probabilities(of: vector, rows: 1))
          rows.append(row)
          if !row.isSimulated, spectrum.metadata.survey == .lamost {
            vectors.append((vector, row.equivalentWidth))
          }
        } catch {
          failed.append("\(file): \(error)")
        }
        progress(SurveyProgress(stage: "reading real spectra", done: place + 1, total: files.count))
      }
      if rows.isEmpty {
        throw SurveyError(.file, "none of \(files.count) files is a spectrum that can be used")
      }
      // A handful of spectra has no distribution.
      let comparison =
        vectors.count < 30
        ? nil
        : try surveyed(.model, "cannot compare with the simulator") {
          try SimulatorComparison(
            vectors: vectors.map(\.vector), widths: vectors.map(\.width), seed: options.seed, preset: preset)
        }
      return (try RealEvaluation(rows, failed: failed), comparison)
    }
  }
}
