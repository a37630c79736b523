import Foundation
import Testing

@testable import Classifier

@Suite("Calibration on the survey searched")
struct CalibrationTests {
  /// Logits of three classes whose softmax is true, and labels drawn from it.
  private func honest(_ count: Int) -> (logits: [Float], labels: [Int]) {
    var random = CounterRandom(seed: 31, .split, 5)
    var logits: [Float] = []
    var labels: [Int] = []
    for _ in 0..<count {
      let line = (0..<3).map { _ in Float(2 * random.normal()) }
      let powers = line.map { Foundation.exp(Double($0)) }
      let draw = Double(random.uniform()) * powers.reduce(0, +)
      labels.append(draw < powers[0] ? 0 : draw < powers[0] + powers[1] ? 1 : 2)
      logits += line
    }
    return (logits, labels)
  }

  @Test("temperature and biases that were put in are found again")
  func recovers() throws {
    let (logits, labels) = honest(20_000)
    // Sharpened by 3 and biased by (0, 1, −0.5) before that.
    let spoilt = logits.enumerated().map { place, value in 3 * (value + [0, 1, -0.5][place % 3]) }
    let found = try ProbabilityCalibration(logits: spoilt, labels: labels, classCount: 3)
    #expect(abs(found.temperature - 3) < 0.1)
    #expect(abs(found.biases[1] + 1) < 0.08 && abs(found.biases[2] - 0.5) < 0.08, "\(found.biases)")
    // Without biases to find it is the temperature alone that golden section finds.
    let plain = try ProbabilityCalibration(logits: logits.map { $0 * 2 }, labels: labels, classCount: 3)
    let known = calibrationTemperature(logits: logits.map { $0 * 2 }, labels: labels, classCount: 3)
    #expect(abs(plain.temperature - known) < 0.05)
  }

  @Test("the shares asked for are those the probabilities hold for")
  func shares() throws {
    let (logits, labels) = honest(20_000)
    // Two thirds of class 0 are thrown away; as if they were there, the logits are right as they are.
    let rows = labels.indices.filter { labels[$0] != 0 || $0 % 3 == 0 }
    let all = [0, 1, 2].map { index in Double(labels.count { $0 == index }) / Double(labels.count) }
    let found = try ProbabilityCalibration(
      logits: rows.flatMap { logits[$0 * 3..<$0 * 3 + 3] }, labels: rows.map { labels[$0] }, classCount: 3,
      shares: all)
    #expect(abs(found.temperature - 1) < 0.05 && found.biases.allSatisfy { abs($0) < 0.08 }, "\(found)")
  }

  @Test("few spectra get no bias, none at all no calibration, and what does not fit is refused")
  func edges() throws {
    let (logits, labels) = honest(60)
    let few = try ProbabilityCalibration(
      logits: Array(logits.prefix(60)), labels: Array(labels.prefix(20)), classCount: 3)
    #expect(few.biases == [0, 0, 0] && few.temperature > 0)
    let none = try ProbabilityCalibration(logits: [], labels: [], classCount: 3)
    #expect(none.temperature == 1 && none.biases == [0, 0, 0])
    #expect(throws: ClassifierError.self) {
      try ProbabilityCalibration(logits: [1, 2], labels: [0], classCount: 3)
    }
  }

  @Test("a network with the calibration in it gives softmax(z/T + b)")
  func applied() throws {
    let network = Network(seed: 2, architecture: try TrainingTrainerTests.small().architecture)
    var calibration = try ProbabilityCalibration(logits: [], labels: [], classCount: 3)
    calibration.temperature = 2.5
    calibration.biases = [0, 0.7, -0.4]
    let vectors = (0..<280).map { Float($0 % 13) / 13 }
    let logits = try network.logits(of: vectors, rows: 2)
    let found = try calibration.applied(to: network).probabilities(of: vectors, rows: 2)
    for row in 0..<2 {
      let powers = (0..<3).map { Foundation.exp(Double(logits[row * 3 + $0]) / 2.5 + calibration.biases[$0]) }
      for index in 0..<3 {
        #expect(abs(Double(found[row * 3 + index]) - powers[index] / powers.reduce(0, +)) < 1e-5)
      }
    }
  }

  @Test(
    "simulated spectra of the survey searched: a third of each class, of the seed alone, no star of the evaluation"
  )
  func target() throws {
    let one = try SimulatedTarget.trainingSet(count: 90, seed: 4, firstStar: 1000, threads: 1)
    let other = try SimulatedTarget.trainingSet(count: 90, seed: 4, firstStar: 1000, threads: 4)
    #expect(one.vectors == other.vectors && one.groups == other.groups && one.labels == other.labels)
    // A few without light give no vector.
    #expect(one.classCounts[1] == 30 && one.classCounts[2] == 30 && (25...30).contains(one.classCounts[0]))
    #expect(one.groups.allSatisfy { $0 >= 1000 } && one.isSimulated.allSatisfy(\.self))
    #expect(Set(SimulatedTarget.seeds(4)).isDisjoint(with: EvaluationSample.seeds(4)))
    #expect(throws: ClassifierError.self) { try SimulatedTarget.trainingSet(count: 29, seed: 1) }
  }

  @Test("a training with them learns from both, calibrates on them alone, and says so")
  func training() throws {
    let set = try ToySpectra.set(count: 240)
    let target = try SimulatedTarget.trainingSet(count: 300, seed: 4, firstStar: (set.groups.max() ?? 0) + 1)
    let joined = try set.joined(with: target)
    #expect(
      joined.count == set.count + target.count && joined.labels.suffix(target.count) == target.labels[...])
    let configuration = try TrainingTrainerTests.small { $0.maximumEpochs = 2 }
    let model = try Trainer(configuration).train(set, target: target)
    let record = model.record
    let learned = try #require(record.target)
    let kept = record.training.spectra.reduce(0, +)
    let simulated = learned.spectra.reduce(0, +)
    #expect(record.balancedSpectra.reduce(0, +) == kept + simulated)
    #expect(learned.simulated == simulated && record.usesSimulation)
    #expect(record.biases?.count == 3 && abs(record.shares.reduce(0, +) - 1) < 1e-12)
    let alone = try Trainer(configuration).train(set)
    #expect(alone.record.target == nil && alone.network.parameters != model.network.parameters)
    #expect(throws: ClassifierError.self) {
      try set.joined(
        with: TrainingSet(vectors: [1, 2], labels: [0, 1], groups: [0, 1], isSimulated: true))
    }
  }
}
