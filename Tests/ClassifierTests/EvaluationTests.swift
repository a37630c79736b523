import Foundation
import Testing

@testable import Classifier

@Suite struct EvaluationTests {
  private func sample(_ seed: UInt64 = 77) throws -> EvaluationSample {
    try EvaluationSample(count: 200, seed: seed)
  }

  @Test func theSampleIsAQuarterPositiveAndOfTheSeedAlone() throws {
    let one = try EvaluationSample(count: 120, seed: 77, threads: 1)
    let other = try EvaluationSample(count: 120, seed: 77, threads: 4)
    #expect(one.labels == other.labels && one.vectors == other.vectors && one.stars == other.stars)
    #expect(one.count + one.unusable == 120)
    #expect(one.labels.count { $0 != 0 } == 30)
    let background = Set(zip(one.stars, one.labels).filter { $0.1 == 0 }.map(\.0))
    let positive = Set(zip(one.stars, one.labels).filter { $0.1 != 0 }.map(\.0))
    #expect(background.isDisjoint(with: positive))
    #expect(zip(one.labels, one.separation).contains { $0 == 2 && $1 > 0 })
    #expect(throws: ClassifierError.self) { try EvaluationSample(count: 99, seed: 1) }
  }

  @Test func theResolutionOfARecordIsThatOfItsInstrument() {
    let lamost = SimulatedSurvey(kind: .lamost, count: 50, seed: 3).record(7)
    // 1.3 to 2.3 Å at Hα.
    #expect((1.3...2.3).contains(lamost.instrumentSigma / 299_792.458 * 6564.61))
    #expect(SimulatedSurvey(kind: .ondrejov, count: 5, seed: 3).record(2).instrumentSigma == 9.6)
  }

  // Two spectra of each class; of a survey of 100 spectra each stands for 45 (background) or 5 (positive).
  @Test func figuresAreThoseComputedByHand() throws {
    // Scores of the positives: 0.9 and 0.4; of the background: 0.6 and 0.1.
    let figures = try EvaluationFigures(
      probabilities: [0.1, 0.9, 0.4, 0.6, 0.6, 0.4, 0.9, 0.1], labels: [1, 0, 1, 0], stars: [1, 2, 3, 4],
      classNames: ["absorption", "emission"], shares: [0.9, 0.1], size: 100, resamplings: 10)
    // Weights 5 and 45. Average precision: ½·1 + ½·10/55.
    let area = try #require(figures.rankings.first?.averagePrecision)
    #expect(abs(area.value - (0.5 + 0.5 * 10 / 55)) < 1e-12)
    #expect(area.low <= area.value && area.value <= area.high)
    #expect(figures.rankings.map(\.name) == ["emission", "any"])
    #expect(abs(try #require(figures.rankings[1].averagePrecision).value - area.value) < 1e-7)
    #expect(figures.rankings[0].recallAt90?.value == 0.5)
    // The first 100 are all of them.
    #expect(abs(try #require(figures.rankings[0].precisionAtFirst["100"]).value - 0.1) < 1e-12)
    #expect(figures.rankings[0].precisionAtFirst["300"] == nil)
    // Right: rows 0 (0.9, weight 5) and 3 (0.9, weight 45); wrong: 1 (0.6, 45) and 2 (0.6, 5).
    #expect(abs(figures.reliability.expectedCalibrationError - (0.5 * 0.1 + 0.5 * 0.6)) < 1e-6)
    #expect(abs(figures.reliability.brierScore - (0.5 * 0.02 + 0.5 * 0.72)) < 1e-6)
    #expect(figures.rankings[0].curve.first == [0.5, 1])
  }

  @Test func equalWeightsGiveTheMetricsOfTraining() throws {
    var random = CounterRandom(seed: 5, .split, 1)
    var probabilities: [Float] = []
    var labels: [Int] = []
    for row in 0..<300 {
      let line = (0..<3).map { _ in random.uniform() + 0.01 }
      probabilities += line.map { $0 / line.reduce(0, +) }
      labels.append(row % 3)
    }
    let known = try ClassificationMetrics(probabilities: probabilities, labels: labels, classCount: 3)
    let found = try EvaluationFigures(
      probabilities: probabilities, labels: labels, stars: Array(0..<300), classNames: ["a", "b", "c"],
      shares: [1.0 / 3, 1.0 / 3, 1.0 / 3], size: 300, resamplings: 0)
    #expect(abs(found.reliability.expectedCalibrationError - known.expectedCalibrationError) < 1e-9)
    #expect(abs(found.reliability.brierScore - known.brierScore) < 1e-9)
    for (ranking, metrics) in zip(found.rankings, known.classes.dropFirst()) {
      let area = try #require(ranking.averagePrecision?.value)
      #expect(abs(area - (try #require(metrics.averagePrecision))) < 1e-9)
    }
  }

  @Test func everyNatureIsCountedWithWhatItIsTakenFor() throws {
    // True classes 0, 1, 1, 2 of a star, two Be stars and a shell star, taken for 1, 1, 0 and 1.
    let taken = [1, 1, 0, 1]
    let found = try NatureFigures.all(
      probabilities: taken.flatMap { index in (0..<3).map { $0 == index ? Float(0.8) : 0.1 } },
      labels: [0, 1, 1, 2], natures: [.star, .be, .be, .shell], classCount: 3)
    #expect(found.map(\.nature) == ["star", "Be", "shell"])
    #expect(found.map(\.spectra) == [1, 2, 1])
    #expect(found.map(\.right) == [0, 0.5, 0])
    #expect(found.map(\.found) == [nil, 0.5, 1])
    #expect(found.map(\.falseAlarms) == [1, nil, nil])
    #expect(throws: ClassifierError.self) {
      try NatureFigures.all(probabilities: [1, 0, 0], labels: [0], natures: [], classCount: 3)
    }
  }

  @Test func aModelThatKnowsTheTruthIsPerfectInEveryPart() throws {
    let sample = try sample()
    let probabilities = sample.labels.flatMap { label in (0..<3).map { $0 == label ? Float(1) : 0 } }
    let found = try SimulatedEvaluation(
      probabilities: probabilities, sample: sample, prevalence: 0.01, size: 1000, resamplings: 5)
    #expect(found.isSimulated && found.seeds == EvaluationSample.seeds(77))
    for part in [found.whole] + found.parts {
      for ranking in part.survey.rankings + part.balanced.rankings {
        if let area = ranking.averagePrecision { #expect(abs(area.value - 1) < 1e-12) }
      }
      #expect(part.survey.reliability.expectedCalibrationError < 1e-12)
    }
    let bins = found.parts.filter {
      ["below 10", "10–20", "20–50", "50 and"].contains(where: $0.name.contains)
    }
    #expect(bins.reduce(0) { $0 + $1.survey.spectra.reduce(0, +) } == sample.count)
    #expect(found.natures.reduce(0) { $0 + $1.spectra } == sample.count)
    for nature in found.natures {
      #expect(nature.right == 1 && nature.found ?? 1 == 1 && nature.falseAlarms ?? 0 == 0)
    }
    #expect(zip(found.whole.survey.shares, [0.99, 0.008, 0.002]).allSatisfy { abs($0 - $1) < 1e-12 })
    // Ten in a thousand are positive: of the first hundred, a tenth.
    #expect(abs((found.whole.survey.rankings[2].precisionAtFirst["100"]?.value ?? 0) - 0.1) < 1e-9)
    #expect(throws: ClassifierError.self) {
      try SimulatedEvaluation(probabilities: probabilities, sample: sample, prevalence: 1, size: 1000)
    }
  }
}
