public import Classifier
import Foundation
import GRDB

/// Trains a network on the labelled spectra of a survey.
public struct Train: Sendable {
  /// What to train on and how.
  public struct Options: Sendable {
    /// Name of the model; the next free `model-nnn` where nil.
    public var name: String?
    /// The model to go on from, `newest` for the newest; nil to begin anew.
    public var start: String?
    /// Simulated LAMOST spectra to learn from beside the labelled ones, and to calibrate on; 0 for none.
    public var simulated = 0
    /// The training's constants; the number of classes is the survey's.
    public var configuration: TrainerConfiguration
    /// Folds of a cross-validation by star before the training; nil for none.
    public var folds: Int?

    /// Trains with constants.
    public init(_ configuration: TrainerConfiguration) { self.configuration = configuration }
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Name of the model.
    public var model: String
    /// Labelled spectra it was trained on, validation included, by class.
    public var spectra: [String: Int]
    /// Stars among them.
    public var stars: Int
    /// Of the spectra, simulated ones.
    public var simulated: Int
    /// Simulated spectra of the survey searched that were learned from beside them.
    public var target: Int
    /// Labels without a feature vector: their spectra are not in the survey, gone from their archive, not fetched, or
    /// unreadable.
    public var without: Int
    /// Epochs trained.
    public var epochs: Int
    /// Share of the validation spectra, of stars the network never saw, that it gets right; nil without validation.
    public var accuracy: Double?
    /// What the cross-validation came to; nil without one.
    public var crossValidation: CrossValidation?
    /// The weights.
    public var file: String
  }

  let folder: SurveyFolder
  let preset: FeaturePreset
  let options: Options

  /// Prepares a training.
  public init(_ folder: SurveyFolder, preset: FeaturePreset, _ options: Options) {
    self.folder = folder
    self.preset = preset
    self.options = options
  }

  /// Trains and keeps the model.
  ///
  /// Labels given for the performance sample of a round are never trained on, nor are spectra that their archive does not
  /// list any more.
  ///
  /// - Throws: `SUR-07` without labelled spectra that have features, `SUR-09` where the training fails, `SUR-10` where
  ///   the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
    try await Featurise(folder: folder, preset: preset).run(progress: progress)
    let (set, without) = try trainingSet()
    let start = try startingModel()
    var configuration = options.configuration
    if configuration.architecture.classCount != folder.classSet.count {
      configuration.architecture = try surveyed(.model, "cannot make the network") {
        try .skoda2020(classCount: folder.classSet.count)
      }
    }
    let trainer = Trainer(configuration)
    let validation = try await crossValidate(trainer, set, progress)
    let (preset, wanted) = (preset, try simulatedCount())
    let seed = configuration.seed
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(ClassifierError) -> TrainedModel in
        var target: TrainingSet?
        if wanted > 0 {
          progress(SurveyProgress(stage: "simulating", done: 0, total: wanted))
          target = try SimulatedTarget.trainingSet(
            count: wanted, seed: seed, firstStar: (set.groups.max() ?? 0) + 1, preset: preset,
            isCancelled: isCancelled)
        }
        return try trainer.train(set, target: target, from: start?.model.network, isCancelled: isCancelled) {
          now in
          progress(
            SurveyProgress(
              stage: "training", done: now.epoch, total: now.maximumEpochs,
              note: "loss \(now.result.trainingLoss.formatted(places: 4))"
                + (now.result.validationLoss.map { ", validation \($0.formatted(places: 4))" } ?? "")))
        }
      }
    }
    let trained: TrainedModel
    switch outcome {
    case .success(let model): trained = model
    case .failure(let error): throw Self.failure(error)
    }
    var name = options.name ?? ""
    if name.isEmpty { name = try nextName() }
    var model = trained
    if wanted > 0 { model.record.targetSeeds = SimulatedTarget.seeds(seed) }
    model.record.provenance["command"] = Provenance.command
    model.record.provenance["survey"] = folder.configuration.name
    if let start { model.record.provenance["continued from"] = start.name }
    let kept = try folder.keep(model, name: name)
    return Summary(
      model: name, spectra: Dictionary(uniqueKeysWithValues: zip(set.classNames, set.classCounts)),
      stars: Set(set.groups).count, simulated: set.isSimulated.count { $0 }, target: wanted,
      without: without, epochs: model.record.epochs.count, accuracy: model.record.metrics?.accuracy,
      crossValidation: validation, file: kept.path)
  }

  private func crossValidate(
    _ trainer: Trainer, _ set: TrainingSet, _ progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> CrossValidation? {
    guard let folds = options.folds else { return nil }
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(ClassifierError) in
        try trainer.crossValidate(set, folds: folds, isCancelled: isCancelled) { fold, now in
          progress(
            SurveyProgress(
              stage: "fold \(fold + 1) of \(folds)", done: now.epoch, total: now.maximumEpochs,
              note: "loss \(now.result.trainingLoss.formatted(places: 4))"))
        }
      }
    }
    switch outcome {
    case .success(let found): return found
    case .failure(let error): throw Self.failure(error)
    }
  }

  private static func failure(_ error: ClassifierError) -> SurveyError {
    Task.isCancelled
      ? SurveyError(.interrupted, "the training was stopped; no model was kept")
      : SurveyError(.model, "cannot train: \(error)")
  }

  /// Simulated spectra to learn from: those of a class set the simulator knows.
  private func simulatedCount() throws(SurveyError) -> Int {
    guard options.simulated > 0 else { return 0 }
    let known = SimulatedClass.allCases.map(\.description)
    guard folder.classSet.names == known else {
      throw SurveyError(
        .model, "spectra of \(folder.classSet.names) cannot be simulated, only of \(known)",
        hint: "leave out --simulated")
    }
    return options.simulated
  }

  private func startingModel() throws(SurveyError) -> (name: String, model: TrainedModel)? {
    guard let start = options.start else { return nil }
    let found = try folder.model(named: start == "newest" ? nil : start)
    guard found.model.record.featurePreset == preset.name else {
      throw SurveyError(
        .model,
        "model \(found.name) wants features of preset \"\(found.model.record.featurePreset)\", not \"\(preset.name)\"",
        hint: "train from scratch: leave out --continue")
    }
    return found
  }

  /// The labelled spectra that have features, and the number of labels that have none.
  private func trainingSet() throws(SurveyError) -> (TrainingSet, without: Int) {
    let acts = try folder.labels.current().filter { $0.purpose != "performance" }
    if acts.isEmpty {
      throw SurveyError(
        .notReady, "nothing is labelled yet",
        hint: "votrawl labels import FILE --collection NAME, or votrawl label")
    }
    let vectors = try labelled(acts)
    guard !vectors.isEmpty else {
      throw SurveyError(
        .notReady,
        "none of the \(acts.count) labelled spectra has a feature vector of preset \"\(preset.name)\"",
        hint: "votrawl fetch brings them")
    }
    let records = try folder.spectra(vectors.map(\.id))
    let groups = try StarGroups.number(records)
    let set = try surveyed(.model, "cannot make the training set") {
      try TrainingSet(
        vectors: vectors.flatMap(\.vector), labels: vectors.map(\.label), groups: groups,
        simulated: vectors.map(\.simulated), classNames: folder.classSet.names, featurePreset: preset.name)
    }
    return (set, acts.count - vectors.count)
  }

  private func labelled(_ acts: [LabelAct]) throws(SurveyError) -> [(
    id: Int64, vector: [Float], label: Int, simulated: Bool
  )] {
    try surveyed(.database, "cannot read the labelled spectra") {
      try folder.database.read { db in
        let find = try db.makeStatement(
          sql: """
            SELECT spectrum.id AS id, vector, simulated FROM spectrum
            JOIN collection ON collection.id = spectrum.collection
            JOIN feature ON feature.spectrum = spectrum.id AND feature.preset = ? AND feature.state = 'done'
            WHERE collection.name = ? AND spectrum.did = ? AND spectrum.gone IS NULL
            """)
        return try acts.compactMap { act in
          guard let row = try Row.fetchOne(find, arguments: [preset.name, act.collection, act.did]) else {
            return nil
          }
          guard let label = act.label.flatMap(folder.classSet.index(of:)) else {
            throw SurveyError(
              .labels,
              "\(folder.labels.path): \"\(act.label ?? "")\" is no class of \"\(folder.classSet.name)\"",
              hint: "the classes are " + folder.classSet.names.joined(separator: ", "))
          }
          var vector: [Float] = []
          FloatBlob.append(row["vector"], to: &vector)
          return (row["id"], vector, label, row["simulated"])
        }
      }
    }
  }

  private func nextName() throws(SurveyError) -> String {
    let names = try folder.modelNames()
    let last = names.compactMap { $0.hasPrefix("model-") ? Int($0.dropFirst(6)) : nil }.max() ?? 0
    let digits = String(last + 1)
    return "model-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
