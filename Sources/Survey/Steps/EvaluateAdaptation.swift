public import Classifier
import Foundation

/// What each step from one telescope to the other gives: see ``AdaptationStudy``.
public struct EvaluateAdaptation: Sendable {
  /// What to learn from and to measure on.
  public struct Options: Sendable {
    /// Simulated Ondřejov spectra to learn from.
    public var source = 2000
    /// Simulated LAMOST spectra to measure on.
    public var target = 4000
    /// Seeds of the trainings.
    public var seeds: [UInt64] = [1, 2]
    /// Seed of the spectra measured on.
    public var seed: UInt64 = 987_654_321
    /// Most epochs of a training.
    public var epochs = 12
    /// Files and folders of real LAMOST spectra.
    public var real: [String] = []
    /// Pairs of real spectra of one star, as ``Evaluate/Options/pairs``.
    public var pairs: [String] = []

    /// Two trainings a step.
    public init() {}
  }

  let options: Options

  /// Prepares the study.
  public init(_ options: Options) { self.options = options }

  /// Trains a network for each step and measures it.
  ///
  /// Real files that cannot be read are passed over.
  ///
  /// - Throws: `SUR-05` for files that are not there, `SUR-09` where a training fails or a seed is that of the spectra
  ///   measured on, `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> AdaptationStudy {
    let options = options
    if options.seeds.isEmpty || options.seeds.contains(options.seed) {
      throw SurveyError(
        .model, "the spectra measured on are of seed \(options.seed), which was trained with",
        hint: "choose another")
    }
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(SurveyError) in
        let spectra = try RealEvaluation.files(options.real).compactMap { try? SpectrumReader.read(path: $0) }
          .filter { !$0.metadata.isSimulated && $0.metadata.survey == .lamost }
        let stars = try StarGroups.number(
          ra: spectra.map { $0.metadata.ra ?? .nan }, dec: spectra.map { $0.metadata.dec ?? .nan },
          targets: spectra.map(\.metadata.object))
        let pairs = try PairEvaluation.files(options.pairs).compactMap { files in
          try? (SpectrumReader.read(path: files[0]), SpectrumReader.read(path: files[1]))
        }
        return try surveyed(.model, "cannot study the adaptation") {
          try AdaptationStudy(
            source: options.source, target: options.target, seeds: options.seeds, testSeed: options.seed,
            epochs: options.epochs, real: zip(spectra, stars).map { .init($0, star: $1) }, pairs: pairs,
            isCancelled: isCancelled
          ) { progress(SurveyProgress(stage: "training", done: $0, total: $1)) }
        }
      }
    }
    switch outcome {
    case .success(let found): return found
    case .failure where Task.isCancelled: throw SurveyError(.interrupted, "the study was stopped")
    case .failure(let error): throw error
    }
  }
}
