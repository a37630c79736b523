import Foundation
import Testing

@testable import Classifier

@Suite struct TrainingEvaluationTests {
  /// Posterior of two unit Gaussians at ±1 with a given share of the second, and draws from them.
  private func gaussians(share: Double, count: Int, drawnShare: Double) -> [Float] {
    var random = CounterRandom(seed: 7, .split, count)
    return (0..<count).flatMap { _ -> [Float] in
      let isSecond = Double(random.uniform()) < drawnShare
      let x = Double(random.normal()) + (isSecond ? 1 : -1)
      let second = share * exp(x)
      let first = (1 - share) * exp(-x)
      return [Float(first / (first + second)), Float(second / (first + second))]
    }
  }

  @Test func correctedProbabilitiesAreThoseOfTheOtherShares() throws {
    let balanced = gaussians(share: 0.5, count: 500, drawnShare: 0.3)
    let rare = gaussians(share: 0.02, count: 500, drawnShare: 0.3)
    let moved = try PriorShift.corrected(balanced, from: [0.5, 0.5], to: [0.98, 0.02])
    for (value, wanted) in zip(moved, rare) { #expect(abs(value - wanted) < 1e-5) }
  }

  @Test func estimatedSharesMaximiseTheLikelihood() throws {
    let balanced = gaussians(share: 0.5, count: 20_000, drawnShare: 0.05)
    let shares = try PriorShift.estimatedShares(balanced, from: [0.5, 0.5])
    #expect(abs(shares[1] - 0.05) < 0.01)
    // Independently: the likelihood on a grid of shares.
    let likelihood = { (share: Double) in
      stride(from: 0, to: balanced.count, by: 2).reduce(0.0) {
        $0 + log(Double(balanced[$1]) * 2 * (1 - share) + Double(balanced[$1 + 1]) * 2 * share)
      }
    }
    let best = (1..<2000).map { Double($0) / 10_000 }.max { likelihood($0) < likelihood($1) } ?? 0
    #expect(abs(shares[1] - best) < 2e-4)
  }

  @Test func sharesThatCannotBeAreRefused() {
    #expect(throws: ClassifierError.self) {
      try PriorShift.corrected([0.5, 0.5], from: [1, 0], to: [0.5, 0.5])
    }
    #expect(throws: ClassifierError.self) {
      try PriorShift.corrected([0.5, 0.5], from: [1, 1], to: [0, 0])
    }
    #expect(throws: ClassifierError.self) { try PriorShift.estimatedShares([0.5, 0.3, 0.2], from: [1, 1]) }
  }

  // Order + − + + −: precisions at the positives 1, 2/3, 3/4.
  private let scores = [0.9, 0.8, 0.7, 0.6, 0.5]
  private let isPositive = [true, false, true, true, false]

  @Test func rankingMeasuresAreThoseComputedByHand() throws {
    let ranking = try ScoreRanking(scores: scores, isPositive: isPositive, stars: [1, 2, 3, 4, 5])
    let area = try #require(ranking.averagePrecision(resamplings: 50))
    #expect(abs(area.value - (1 + 2.0 / 3 + 0.75) / 3) < 1e-12)
    #expect(area.low <= area.value && area.value <= area.high && area.low < area.high)
    #expect(ranking.precision(atFirst: 2)?.value == 0.5)
    #expect(ranking.recall(atPrecision: 0.7)?.value == 1)
    #expect(abs(try #require(ranking.recall(atPrecision: 0.9)?.value) - 1.0 / 3) < 1e-12)
    #expect(ranking.precision(atFirst: 6) == nil)
  }

  @Test func aWeightIsAsGoodAsSoManySpectra() throws {
    let weighted = try ScoreRanking(
      scores: scores, isPositive: isPositive, stars: [1, 2, 3, 4, 5], weights: [1, 3, 1, 1, 1])
    let repeated = try ScoreRanking(
      scores: [0.9, 0.8, 0.8, 0.8, 0.7, 0.6, 0.5],
      isPositive: [true, false, false, false, true, true, false], stars: [1, 2, 3, 4, 5, 6, 7])
    let (one, other) = (weighted.averagePrecision()?.value, repeated.averagePrecision()?.value)
    #expect(abs(try #require(one) - (try #require(other))) < 1e-12)
    #expect(weighted.precision(atFirst: 4)?.value == 0.25)
  }

  @Test func copiesOfAStarDoNotNarrowTheInterval() throws {
    var random = CounterRandom(seed: 3, .split, 0)
    let truth = (0..<200).map { _ in random.uniform() < 0.3 }
    let values = truth.map { Double(random.normal()) + ($0 ? 1.5 : 0) }
    let single = try ScoreRanking(scores: values, isPositive: truth, stars: Array(0..<200))
    let copied = try ScoreRanking(
      scores: values.flatMap { [$0, $0, $0, $0] }, isPositive: truth.flatMap { [$0, $0, $0, $0] },
      stars: (0..<200).flatMap { [$0, $0, $0, $0] })
    let one = try #require(single.averagePrecision())
    let four = try #require(copied.averagePrecision())
    #expect(abs(one.low - four.low) < 1e-9 && abs(one.high - four.high) < 1e-9)
  }
}
