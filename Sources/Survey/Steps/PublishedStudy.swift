import Classifier
import Foundation
import Tables

/// The published training set through this program, beside what was published about it.
///
/// The set is `ondrejov-dataset.csv` (Podsztavek & Škoda, Zenodo): a row a spectrum, with `id`, `object`, `label` and the 140
/// fluxes of the grid as its last columns. It does not come with this program.
public struct PublishedStudy: Sendable, Codable {
  /// A figure.
  public struct Figure: Sendable, Codable {
    /// What it is.
    public var name: String
    /// As published.
    public var published: String
    /// Here.
    public var here: String
  }

  /// How to train.
  public struct Options: Sendable {
    /// Most epochs; the published code allowed 1000.
    public var epochs = 65
    /// Seed.
    public var seed: UInt64 = 1

    /// 65 epochs, as the published first training took.
    public init() {}
  }

  /// The file.
  public var file: String
  /// Spectra used.
  public var spectra: Int
  /// Spectra without a class, left out.
  public var unknown: Int
  /// Whether the file says that it is simulated.
  public var isSimulated: Bool
  /// The figures.
  public var figures: [Figure] = []

  /// Trains on the set twice, split by spectrum as published and by star as is honest.
  ///
  /// - Throws: `SUR-05` for a file of another kind, `SUR-09` where a training fails, `SUR-10` where the task was cancelled.
  public static func run(
    _ file: String, _ options: Options, progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> PublishedStudy {
    let outcome = await Blocking.run { isCancelled in
      Result { () throws(SurveyError) in try study(file, options, isCancelled: isCancelled, progress) }
    }
    switch outcome {
    case .success(let found): return found
    case .failure where Task.isCancelled: throw SurveyError(.interrupted, "the study was stopped")
    case .failure(let error): throw error
    }
  }

  private static func study(
    _ file: String, _ options: Options, isCancelled: @Sendable () -> Bool, _ progress: ProgressHandler
  ) throws(SurveyError) -> PublishedStudy {
    let (set, unknown) = try self.set(file)
    var study = PublishedStudy(
      file: file, spectra: set.count, unknown: unknown, isSimulated: set.isSimulated.contains(true))
    try surveyed(.model, "cannot reproduce what was published") {
      study.add("absorption, emission, double-peak", "6102, 5301, 1533", list(set.classCounts))
      study.add("stars (object names)", "1306", "\(Set(set.groups).count)")
      let grown = try Balancing.smote(set, seed: options.seed)
      study.add("spectra after SMOTE, 5 neighbours", "18306", "\(grown.count)")
      study.add("parameters of the network", "2481731", "\(NetworkArchitecture.skoda2020.parameterCount)")
      let rows = Array(0..<set.count)
      for (name, published, groups) in [
        ("a tenth of the spectra kept aside", "0.99, 0.99, 0.95 (thesis)", rows),
        (
          "a tenth of the stars kept aside", "not published; by star, a smaller network: .96, .97, .88",
          set.groups
        ),
      ] {
        let parts = StarSplit.holdOut(
          labels: set.labels, groups: groups, fraction: 0.1, seed: options.seed)
        guard !parts.aside.isEmpty else { continue }
        var configuration = TrainerConfiguration.skoda2020
        configuration.seed = options.seed
        configuration.maximumEpochs = options.epochs
        let model = try Trainer(configuration).train(set.subset(parts.kept), isCancelled: isCancelled) {
          progress(
            SurveyProgress(
              stage: "training", done: $0.epoch, total: options.epochs,
              note: "\(name), loss \($0.result.trainingLoss.formatted(places: 4))"))
        }
        let test = set.subset(parts.aside)
        let metrics = try ClassificationMetrics(
          probabilities: model.network.probabilities(of: test.vectors, rows: test.count), labels: test.labels,
          classCount: test.classNames.count)
        let recalls = metrics.classes.map { $0.recall?.formatted(places: 2) ?? "–" }.joined(separator: ", ")
        study.add("recall of the classes, " + name, published, recalls)
        study.add(
          "epochs and last loss, " + name, "65 and 0.0216 (of the whole set)",
          "\(model.record.epochs.count) and \(model.record.epochs.last?.trainingLoss.formatted(places: 4) ?? "–")"
        )
      }
    }
    return study
  }

  private mutating func add(_ name: String, _ published: String, _ here: String) {
    figures.append(Figure(name: name, published: published, here: here))
  }

  private static func list(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: ", ") }

  /// The spectra of the file, scaled as published; those marked unknown fall away.
  private static func set(_ file: String) throws(SurveyError) -> (set: TrainingSet, unknown: Int) {
    let table = try surveyed(.file, "cannot read \(file)") { try TableFile.read(path: file) }
    let count = FeaturePreset.count
    guard table.columns.count > count, let labels = table.column("label"),
      let objects = table.column("object")
    else {
      throw SurveyError(
        .file, "\(file) has no columns `label` and `object` before \(count) columns of fluxes",
        hint: "it must be ondrejov-dataset.csv of the published archive")
    }
    let fluxes = table.columns.suffix(count)
    let simulated = table.column("simulated")
    var vectors: [Float] = []
    var classes: [Int] = []
    var stars: [String] = []
    var marks = false
    var unknown = 0
    for row in 0..<table.rowCount {
      // 0 emission, 1 absorption, 2 unknown, 3 double peak.
      guard let label = labels.double(row), let index = [0.0: 1, 1: 0, 3: 2][label] else {
        unknown += 1
        continue
      }
      let values = fluxes.map { $0.double(row) ?? .nan }
      guard let low = values.min(), let high = values.max(), values.allSatisfy(\.isFinite), high > low else {
        unknown += 1
        continue
      }
      vectors += values.map { Float(2 * ($0 - low) / (high - low) - 1) }
      classes.append(index)
      stars.append(objects.string(row) ?? "")
      marks = marks || simulated?.string(row) == "1"
    }
    let set = try surveyed(.file, "cannot use \(file)") {
      try TrainingSet(
        vectors: vectors, labels: classes, groups: stars, isSimulated: marks, featurePreset: "skoda2020")
    }
    return (set, unknown)
  }
}
