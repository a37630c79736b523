import Foundation
import Testing

@testable import Classifier

@Suite("Active learning")
struct LearningTests {
  /// Rows: sure, even, two classes tied, likely class 2, two classes tied again, certain.
  private let pool: [Float] = [
    0.9, 0.05, 0.05, 1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0, 0.1, 0.2, 0.7, 0.5, 0.5, 0, 1, 0, 0,
  ]

  @Test("entropy and margin by their definitions")
  func measures() {
    let entropy = Uncertainty.entropy(pool, classCount: 3)
    #expect(abs(entropy[1] - Float(log(3.0))) < 1e-6)
    #expect(abs(entropy[2] - Float(log(2.0))) < 1e-6)
    #expect(entropy[5] == 0)
    #expect(abs(entropy[0] - Float(-0.9 * log(0.9) - 0.1 * log(0.05))) < 1e-6)
    let margin = Uncertainty.margin(pool, classCount: 3)
    #expect(abs(margin[0] - 0.85) < 1e-6 && margin[2] == 0 && abs(margin[3] - 0.5) < 1e-6 && margin[5] == 1)
  }

  @Test("each strategy takes what it is for, the lower row first of equals")
  func strategies() {
    func pick(_ strategy: QueryStrategy, _ count: Int, excluding: Set<Int> = []) -> [Int] {
      strategy.select(count, from: pool, classCount: 3, excluding: excluding, seed: 1)
    }
    #expect(pick(.entropy, 4) == [1, 3, 2, 4])
    #expect(pick(.entropy, 3, excluding: [1, 2]) == [3, 4, 0])
    #expect(pick(.margin, 3) == [1, 2, 4])
    #expect(pick(.maximumScore(classes: [1, 2]), 2) == [3, 1])
    #expect(pick(.maximumScore(classes: [2]), 2) == [3, 1])
    #expect(pick(.entropy, 100).count == 6)
    #expect(pick(.entropy, 0).isEmpty)
  }

  @Test("random draws are without repetition, follow the seed and favour no row")
  func random() {
    let even = [Float](repeating: 1 / 3, count: 30)
    var counts = [Double](repeating: 0, count: 10)
    for seed in 0..<4000 {
      let rows = QueryStrategy.random.select(3, from: even, classCount: 3, excluding: [4], seed: UInt64(seed))
      #expect(Set(rows).count == 3)
      for row in rows { counts[row] += 1 }
    }
    #expect(counts[4] == 0)
    // Nine rows are drawn 4000/3 times each; 5 standard deviations of that are 5·√(4000·2/9).
    for (row, count) in counts.enumerated() where row != 4 { #expect(abs(count - 4000.0 / 3) < 149) }
    #expect(
      QueryStrategy.random.select(3, from: even, classCount: 3, seed: 9)
        == QueryStrategy.random.select(3, from: even, classCount: 3, seed: 9))
  }

  @Test("a row whose probabilities are not numbers is never chosen")
  func notANumber() {
    let broken: [Float] = [.nan, .nan, .nan, 0.4, 0.3, 0.3]
    for strategy in [QueryStrategy.entropy, .margin, .random, .maximumScore(classes: [1])] {
      #expect(strategy.select(2, from: broken, classCount: 3, seed: 1) == [1])
    }
  }

  @Test("strategies by name")
  func names() {
    #expect(QueryStrategy(name: "entropy") == .entropy && QueryStrategy(name: "margin") == .margin)
    #expect(QueryStrategy(name: "random") == .random && QueryStrategy(name: "nonsense") == nil)
    #expect(QueryStrategy(name: "score", classCount: 4) == .maximumScore(classes: [1, 2, 3]))
  }

  @Test("Wilson and Clopper-Pearson intervals are SciPy's to 1e-9")
  func intervals() throws {
    for row in try fixture("training-golden.json", as: TrainingGolden.self).intervals {
      let (successes, trials, level) = (Int(row[0]), Int(row[1]), row[2])
      let wilson = ProportionInterval.wilson(successes: successes, trials: trials, confidence: level)
      let exact = ProportionInterval.clopperPearson(successes: successes, trials: trials, confidence: level)
      let found = [wilson.lowerBound, wilson.upperBound, exact.lowerBound, exact.upperBound]
      for (value, expected) in zip(found, row[3...]) { #expect(abs(value - expected) < 1e-9) }
    }
    #expect(ProportionInterval.wilson(successes: 0, trials: 0) == 0...1)
    #expect(ProportionInterval.clopperPearson(successes: 0, trials: 0) == 0...1)
  }
}
