import Foundation
import Testing

@testable import Classifier

@Suite("Metrics")
struct TrainingMetricsTests {
  private let golden: TrainingGolden.Scores
  private let labels = (0..<300).map { $0 * 7 % 3 }
  private let logits: [Float]
  private let probabilities: [Float]

  init() throws {
    golden = try fixture("training-golden.json", as: TrainingGolden.self).scores
    var logits = Formula.values(21, 900).map { 3 * $0 }
    for row in 0..<300 { logits[row * 3 + labels[row]] += 1.5 }
    logits = logits.map { ($0 * 4).rounded(.toNearestOrEven) / 4 }
    self.logits = logits
    softmaxForward(&logits, rows: 300, classes: 3)
    probabilities = logits
  }

  @Test("confusion, precision, recall, F1, AP, MCC, cross-entropy, Brier and ECE are scikit-learn's to 1e-6")
  func metrics() throws {
    let found = try ClassificationMetrics(probabilities: probabilities, labels: labels, classCount: 3)
    #expect(found.confusion == golden.confusion)
    for (index, one) in found.classes.enumerated() {
      #expect(one.support == 100)
      #expect(abs(try #require(one.precision) - golden.precision[index]) < 1e-6)
      #expect(abs(try #require(one.recall) - golden.recall[index]) < 1e-6)
      #expect(abs(try #require(one.f1) - golden.f1[index]) < 1e-6)
      // Scores equal in exact arithmetic may differ in their last bit, which moves the AP a little.
      #expect(abs(try #require(one.averagePrecision) - golden.averagePrecision[index]) < 1e-3)
    }
    #expect(
      abs(found.accuracy - Double(golden.confusion.indices.reduce(0) { $0 + golden.confusion[$1][$1] }) / 300)
        < 1e-12)
    #expect(abs(found.macroF1 - golden.macroF1) < 1e-6)
    #expect(abs(found.matthewsCorrelation - golden.mcc) < 1e-6)
    #expect(abs(found.crossEntropy - golden.crossEntropy) < 1e-6)
    #expect(abs(found.brierScore - golden.brier) < 1e-6)
    #expect(abs(found.expectedCalibrationError - golden.ece) < 1e-6)
  }

  @Test("average precision with equal scores and weights, by hand")
  func averagePrecisionByHand() {
    // Thresholds 0.9: P 1, R 1/2; 0.5 (two rows): P 2/3, R 1.
    let scores = [0.9, 0.5, 0.5, 0.1]
    let isPositive = [true, true, false, false]
    #expect(
      abs((averagePrecision(scores: scores, isPositive: isPositive) ?? 0) - (0.5 + 0.5 * 2 / 3)) < 1e-12)
    // The negative of weight 2: P at 0.5 is 2/4.
    let weighted = averagePrecision(scores: scores, isPositive: isPositive, weights: [1, 1, 2, 1])
    #expect(abs((weighted ?? 0) - (0.5 + 0.5 * 2 / 4)) < 1e-12)
    #expect(averagePrecision(scores: [1, 2], isPositive: [false, false]) == nil)
  }

  @Test("average precision at another share of positives is scikit-learn's with sample weights")
  func weightedAveragePrecision() throws {
    let scores = (0..<300).map { Double(probabilities[$0 * 3 + 1]) }
    let found = try #require(
      averagePrecision(
        scores: scores, isPositive: labels.map { $0 == 1 }, weights: labels.map { $0 == 0 ? 50 : 1 }))
    #expect(abs(found - golden.weightedAveragePrecision) < 2e-3)
  }

  @Test("the calibration temperature is the one SciPy finds, to 1e-4")
  func temperature() {
    let found = calibrationTemperature(logits: logits, labels: labels, classCount: 3)
    #expect(abs(found - golden.temperature) < 1e-4 * golden.temperature)
    #expect(calibrationTemperature(logits: [], labels: [], classCount: 3) == 1)
  }

  @Test("a class nobody has or was given counts as undefined, not as perfect; wrong counts are refused")
  func undefined() throws {
    let found = try ClassificationMetrics(
      probabilities: [0.6, 0.3, 0.1, 0.2, 0.7, 0.1], labels: [0, 0], classCount: 3)
    #expect(found.classes[2].precision == nil && found.classes[2].recall == nil)
    #expect(found.classes[2].f1 == nil && found.classes[2].averagePrecision == nil)
    #expect(found.classes[1].precision == 0 && found.classes[1].recall == nil)
    #expect(found.classes[0].recall == 0.5)
    #expect(throws: ClassifierError.self) {
      try ClassificationMetrics(probabilities: [1, 0], labels: [0], classCount: 3)
    }
    #expect(throws: ClassifierError.self) {
      try ClassificationMetrics(probabilities: [1, 0, 0], labels: [3], classCount: 3)
    }
  }
}
