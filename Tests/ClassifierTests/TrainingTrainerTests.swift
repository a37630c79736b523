import Foundation
import Testing

@testable import Classifier

@Suite("Trainer")
struct TrainingTrainerTests {
  /// A small network and a short training.
  static func small(_ change: (inout TrainerConfiguration) -> Void = { _ in }) throws -> TrainerConfiguration
  {
    var configuration = TrainerConfiguration(
      seed: 7,
      architecture: try NetworkArchitecture(
        inputLength: 140, blocks: [[8, 8], [8]], dense: [16], classCount: 3, dropout: 0.25),
      maximumEpochs: 6, balancing: .none)
    change(&configuration)
    return configuration
  }

  @Test("the published network learns toy spectra to 97 % of unseen stars in three epochs")
  func learns() throws {
    let set = try ToySpectra.set(count: 900)
    let trainer = Trainer(TrainerConfiguration(seed: 3, maximumEpochs: 3, balancing: .none))
    let model = try trainer.train(set)
    let metrics = try #require(model.record.metrics)
    #expect(metrics.accuracy > 0.97)
    #expect(metrics.crossEntropy < 0.15)
    let losses = model.record.epochs.map(\.trainingLoss)
    #expect(losses[2] < losses[0] / 4)
  }

  @Test("the model does not depend on the number of threads, the seed decides")
  func threads() throws {
    let set = try ToySpectra.set(count: 300)
    let configuration = TrainerConfiguration(seed: 5, maximumEpochs: 1)
    let one = try Trainer(configuration, threads: 1).train(set)
    let four = try Trainer(configuration, threads: 4).train(set)
    #expect(one.network.parameters == four.network.parameters)
    #expect(one.record == four.record)
    let rows = set.count
    #expect(
      try one.network.probabilities(of: set.vectors, rows: rows, threads: 1)
        == four.network.probabilities(of: set.vectors, rows: rows, threads: 3))
    var other = configuration
    other.seed = 6
    #expect(try Trainer(other).train(set).network.parameters != one.network.parameters)
  }

  @Test("a training cancelled and taken up from its checkpoint ends as an uninterrupted one")
  func resume() throws {
    let set = try ToySpectra.set(count: 240)
    let trainer = Trainer(try Self.small())
    let whole = try trainer.train(set)
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).checkpoint").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var epochs = 0
    let error = #expect(throws: ClassifierError.self) {
      try trainer.train(set, checkpoint: path, isCancelled: { epochs == 3 }, progress: { epochs = $0.epoch })
    }
    #expect(error?.code == .cancelled)
    #expect(FileManager.default.fileExists(atPath: path))
    var seen: [Int] = []
    let resumed = try trainer.train(set, checkpoint: path, progress: { seen.append($0.epoch) })
    #expect(seen == [4, 5, 6])
    #expect(resumed.network.parameters == whole.network.parameters)
    #expect(resumed.record == whole.record)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a checkpoint of another configuration is not taken up")
  func foreignCheckpoint() throws {
    let set = try ToySpectra.set(count: 240)
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).checkpoint").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var epochs = 0
    _ = try? Trainer(try Self.small()).train(
      set, checkpoint: path, isCancelled: { epochs == 2 }, progress: { epochs = $0.epoch })
    var seen: [Int] = []
    _ = try Trainer(try Self.small { $0.seed = 8 }).train(
      set, checkpoint: path, progress: { seen.append($0.epoch) })
    #expect(seen == [1, 2, 3, 4, 5, 6])
  }

  @Test("stops when the watched loss falls no more, and keeps the best epoch")
  func earlyStopping() throws {
    let set = try ToySpectra.set(count: 240, noise: 2)
    let configuration = try Self.small {
      $0.maximumEpochs = 200
      $0.patience = 4
    }
    let record = try Trainer(configuration).train(set).record
    #expect(record.stopReason == .converged)
    #expect(record.epochs.count == record.bestEpoch + 1 + 4)
    let losses = record.epochs.compactMap(\.validationLoss)
    #expect(losses[(record.bestEpoch + 1)...].allSatisfy { $0 >= losses[record.bestEpoch] - 1e-3 })
    // The kept parameters are those of the best epoch.
    let kept = try #require(record.uncalibrated)
    #expect(abs(kept.crossEntropy - losses[record.bestEpoch]) < 1e-9)
    let calibrated = try #require(record.metrics)
    #expect(calibrated.crossEntropy <= kept.crossEntropy + 1e-9)
  }

  @Test("the record counts stars, spectra and simulated ones, and every balancing does its part")
  func record() throws {
    let toy = try ToySpectra.set(count: 360)
    // Two thirds of class 1 and half of class 2 taken away, whole stars.
    let rows = toy.labels.indices.filter {
      let star = $0 / 9
      return toy.labels[$0] == 0 || toy.labels[$0] == 1 && star % 3 == 0
        || toy.labels[$0] == 2 && star % 2 == 0
    }
    let set = toy.subset(rows)
    let counts: [TrainerConfiguration.Balancing: ([Int]) -> [Int]] = [
      .none: { $0 }, .classWeights: { $0 }, .smote: { [$0[0], $0[0], $0[0]] },
      .undersampling: { _ in [Int](repeating: 0, count: 3) },
    ]
    for (balancing, expected) in counts {
      let configuration = try Self.small {
        $0.maximumEpochs = 1
        $0.balancing = balancing
      }
      let record = try Trainer(configuration).train(set).record
      let validation = try #require(record.validation)
      #expect(zip(record.training.spectra, validation.spectra).map { $0 + $1 } == set.classCounts)
      #expect(record.training.stars + validation.stars == Set(set.groups).count)
      #expect(record.training.simulated == record.training.spectra.reduce(0, +))
      #expect(record.isWhollySimulated)
      let smallest = record.training.spectra.min() ?? 0
      let wanted =
        balancing == .undersampling
        ? [smallest, smallest, smallest] : expected(record.training.spectra)
      #expect(record.balancedSpectra == wanted, "\(balancing)")
    }
  }

  @Test(
    "cross-validation tests every star once, by networks that never saw it; folds that cannot be are refused")
  func crossValidation() throws {
    let set = try ToySpectra.set(count: 240)
    let trainer = Trainer(try Self.small { $0.maximumEpochs = 12 })
    var epochs = [0, 0, 0]
    let found = try trainer.crossValidate(set, folds: 3, progress: { epochs[$0] = $1.epoch })
    #expect(found.folds.map(\.spectra).reduce(0, +) == set.count)
    #expect(found.folds.map(\.stars).reduce(0, +) == Set(set.groups).count)
    #expect(found.folds.map(\.epochs) == epochs)
    let cut = StarSplit.folds(3, labels: set.labels, groups: set.groups, seed: trainer.configuration.seed)
    // The second fold, done by hand.
    let model = try trainer.train(set.subset((cut[0] + cut[2]).sorted()))
    let test = set.subset(cut[1])
    let metrics = try ClassificationMetrics(
      probabilities: model.network.probabilities(of: test.vectors, rows: test.count), labels: test.labels,
      classCount: 3)
    #expect(found.folds[1].metrics == metrics)
    let values: [Double] = found.folds.map(\.metrics.accuracy)
    let mean: Double = values.reduce(0, +) / 3
    let squares: Double = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    let error: Double = (squares / 6).squareRoot()
    #expect(abs(found.accuracy.mean - mean) < 1e-12)
    #expect(abs(found.accuracy.error - error) < 1e-12)
    for folds in [1, 241] {
      #expect(throws: ClassifierError.self) { try trainer.crossValidate(set, folds: folds) }
    }
  }

  @Test("the published preset: training loss, 1e-3, patience 10, batch 64, no validation")
  func publishedPreset() throws {
    let preset = try #require(TrainerConfiguration.preset("skoda2020"))
    #expect(preset.monitor == .trainingLoss && preset.validationFraction == 0)
    #expect(preset.minimumDelta == 1e-3 && preset.patience == 10 && preset.restoresBest)
    #expect(preset.batchSize == 64 && preset.maximumEpochs == 1000 && preset.balancing == .smote)
    #expect(preset.neighbours == 5 && preset.initialization == .glorot && !preset.calibrates)
    var short = preset
    short.architecture = try Self.small().architecture
    short.maximumEpochs = 2
    let record = try Trainer(short).train(ToySpectra.set(count: 90)).record
    #expect(record.validation == nil && record.metrics == nil && record.temperature == 1)
    #expect(TrainerConfiguration.preset("nonsense") == nil)
  }

  @Test("what cannot be trained is refused with its code")
  func refusals() throws {
    let set = try ToySpectra.set(count: 90)
    func code(_ set: TrainingSet, _ change: (inout TrainerConfiguration) -> Void) throws -> ClassifierError
      .Code?
    {
      let configuration = try Self.small(change)
      return #expect(throws: ClassifierError.self) { try Trainer(configuration).train(set) }?.code
    }
    let shorter = try NetworkArchitecture.skoda2020(inputLength: 100, classCount: 3)
    let richer = try NetworkArchitecture.skoda2020(classCount: 4)
    #expect(try code(set) { $0.batchSize = 0 } == .configuration)
    #expect(try code(set) { $0.validationFraction = 0 } == .configuration)
    #expect(try code(set) { $0.patience = 0 } == .configuration)
    #expect(try code(set) { $0.architecture = shorter } == .architecture)
    #expect(try code(set) { $0.architecture = richer } == .architecture)
    let twoClasses = set.subset(set.labels.indices.filter { set.labels[$0] != 2 })
    #expect(try code(twoClasses) { _ in } == .trainingSet)
    #expect(try code(set) { $0.optimizer.learningRate = 1e30 } == .diverged)
  }

  @Test("sets that do not fit together are refused")
  func sets() {
    func code(_ vectors: [Float], _ labels: [Int], _ groups: [Int]) -> ClassifierError.Code? {
      #expect(throws: ClassifierError.self) {
        try TrainingSet(vectors: vectors, labels: labels, groups: groups, isSimulated: false)
      }?.code
    }
    #expect(code([], [], []) == .trainingSet)
    #expect(code([1, 2, 3], [0, 1], [0, 1]) == .shape)
    #expect(code([1, 2], [0, 1], [0]) == .shape)
    #expect(code([1, 2], [0, 3], [0, 1]) == .trainingSet)
    #expect(code([1, .nan], [0, 1], [0, 1]) == .trainingSet)
  }

  @Test("stars known by name: equal names are one star, empty names are one each")
  func names() throws {
    let set = try TrainingSet(
      vectors: [0, 1, 2, 3, 4], labels: [0, 1, 2, 0, 1], groups: ["HR 1", "", "HR 1", "", "HR 2"],
      isSimulated: false)
    #expect(set.groups == [0, 1, 0, 2, 3])
  }
}
