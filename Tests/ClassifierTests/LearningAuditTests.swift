import Testing

@testable import Classifier

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Audits of a pool")
struct LearningAuditTests {
  @Test("one stratum gives Clopper and Pearson's interval, to what the draws allow")
  func oneStratum() {
    for (k, n) in [(0, 30), (3, 30), (15, 30), (29, 30), (30, 30), (5, 200)] {
      let exact = ProportionInterval.clopperPearson(successes: k, trials: n)
      let found = AuditEstimate(
        [AuditStratum(size: 10_000_000, drawn: n, positives: k, isCandidate: true)], draws: 20_000)
      let tolerance = 0.04 * (exact.upperBound - exact.lowerBound)
      #expect(abs(found.precision.low - exact.lowerBound) < tolerance)
      #expect(abs(found.precision.high - exact.upperBound) < tolerance)
      #expect(abs((found.precision.value ?? -1) - Double(k) / Double(n)) < 1e-12)
    }
  }

  @Test("each spectrum looked at stands for those of its stratum")
  func weights() {
    let found = AuditEstimate([
      AuditStratum(size: 100, drawn: 20, positives: 18, isCandidate: true),
      AuditStratum(size: 400, drawn: 20, positives: 10, isCandidate: true),
      AuditStratum(size: 10_000, drawn: 50, positives: 1, isCandidate: false),
    ])
    // 90 + 200 of 500 candidates; 200 more positives among the rest.
    #expect(abs((found.precision.value ?? 0) - 290.0 / 500) < 1e-12)
    #expect(abs((found.recall.value ?? 0) - 290.0 / 490) < 1e-12)
    #expect(abs((found.positives.value ?? 0) - 490) < 1e-9)
    #expect(found.drawn == 90)
  }

  @Test("a stratum looked at wholly is known, one not looked at is anything")
  func extremes() {
    let known = AuditEstimate([
      AuditStratum(size: 40, drawn: 40, positives: 30, isCandidate: true),
      AuditStratum(size: 60, drawn: 60, positives: 10, isCandidate: false),
    ])
    #expect(known.precision == .init(value: 0.75, low: 0.75, high: 0.75))
    #expect(known.recall == .init(value: 0.75, low: 0.75, high: 0.75))
    let blind = AuditEstimate([
      AuditStratum(size: 40, drawn: 10, positives: 10, isCandidate: true),
      AuditStratum(size: 60, drawn: 0, positives: 0, isCandidate: false),
    ])
    #expect(blind.recall.value == nil && blind.recall.high == 1 && blind.recall.low < 0.5)
    let nothing = AuditEstimate([])
    #expect(nothing.precision == .init(value: nil, low: 0, high: 1))
  }

  @Test("95 % intervals of precision and recall hold in at least 94 % of simulated audits")
  func coverage() {
    // Pools like those of a search: (size, share of positives) of five strata, the first two candidates.
    let pools: [[(Int, Double)]] = [
      [(300, 0.9), (300, 0.4), (600, 0.08), (6000, 0.005), (90_000, 0.0002)],
      [(50, 1), (50, 0.98), (100, 0.3), (1000, 0.05), (20_000, 0.001)],
      [(1000, 0.5), (1000, 0.1), (2000, 0.02), (5000, 0.01), (3000, 0.01)],
    ]
    for (index, pool) in pools.enumerated() {
      for count in [50, 200] {
        var random = CounterRandom(key: UInt64(100 * index + count))
        let strata = pool.enumerated().map { place, part in
          (size: part.0, positives: Int((Double(part.0) * part.1).rounded()), isCandidate: place < 2)
        }
        let shares = AuditDesign.shares(count, strata.map { ($0.size, $0.isCandidate) })
        let right = strata.filter(\.isCandidate).reduce(0) { $0 + $1.positives }
        let precision = Double(right) / Double(strata.filter(\.isCandidate).reduce(0) { $0 + $1.size })
        let recall = Double(right) / Double(strata.reduce(0) { $0 + $1.positives })
        let trials = 400
        var held = (precision: 0, recall: 0, positives: 0)
        for _ in 0..<trials {
          let sample = zip(strata, shares).map { part, drawn in
            AuditStratum(
              size: part.size, drawn: drawn,
              positives: Self.hypergeometric(part.size, part.positives, drawn, &random),
              isCandidate: part.isCandidate)
          }
          let found = AuditEstimate(sample, draws: 500)
          held.precision += found.precision.low <= precision && precision <= found.precision.high ? 1 : 0
          held.recall += found.recall.low <= recall && recall <= found.recall.high ? 1 : 0
          let total = Double(strata.reduce(0) { $0 + $1.positives })
          held.positives += found.positives.low <= total && total <= found.positives.high ? 1 : 0
        }
        // 94 % less two standard deviations of what 400 trials give.
        let least = Int(Double(trials) * (0.94 - 2 * (0.94 * 0.06 / Double(trials)).squareRoot()))
        #expect(held.precision >= least, "precision, pool \(index), \(count): \(held)")
        #expect(held.recall >= least, "recall, pool \(index), \(count): \(held)")
        #expect(held.positives >= least, "positives, pool \(index), \(count): \(held)")
      }
    }
  }

  /// Positives among `drawn` of `size`, of which `positives` are.
  private static func hypergeometric(
    _ size: Int, _ positives: Int, _ drawn: Int, _ random: inout CounterRandom
  ) -> Int {
    var (left, hits) = (positives, 0)
    for index in 0..<drawn where random.integer(below: size - index) < left {
      hits += 1
      left -= 1
    }
    return hits
  }

  @Test("a sample is drawn from every stratum, without repetition, and follows the seed")
  func design() {
    let rows = Array(stride(from: 0, to: 4000, by: 2))
    let scores = rows.map { Float($0) / 4000 }
    let isCandidate = scores.map { $0 > 0.97 }
    let design = AuditDesign(
      .stratified, count: 60, rows: rows, scores: scores, isCandidate: isCandidate, seed: 3)
    #expect(design.strata.map(\.isCandidate) == [true, true, false, false, false])
    #expect(design.strata.map(\.rows.count).reduce(0, +) == rows.count)
    #expect(Set(design.strata.flatMap(\.rows)) == Set(rows))
    #expect(design.strata.map(\.drawn.count) == [15, 15, 10, 10, 10])
    for stratum in design.strata {
      #expect(Set(stratum.drawn).count == stratum.drawn.count)
      #expect(Set(stratum.drawn).isSubset(of: stratum.rows))
    }
    let again = AuditDesign(
      .stratified, count: 60, rows: rows, scores: scores, isCandidate: isCandidate, seed: 3)
    #expect(again.strata.map(\.drawn) == design.strata.map(\.drawn))
    let published = AuditDesign(
      .candidates, count: 30, rows: rows, scores: scores, isCandidate: isCandidate, seed: 3)
    #expect(published.strata.count == 1 && published.strata[0].drawn.allSatisfy { Float($0) / 4000 > 0.97 })
  }

  @Test("what a small stratum cannot take goes to the others")
  func shares() {
    #expect(AuditDesign.shares(20, [(3, true), (4, true), (1000, false)]) == [3, 4, 13])
    #expect(AuditDesign.shares(10, [(100, false)]) == [10])
    #expect(AuditDesign.shares(10, [(2, true), (3, false)]) == [2, 3])
    #expect(AuditDesign.shares(0, [(2, true)]) == [0])
  }

  @Test("the stop rule stops after two poor rounds, or once the recall is sure, and says why")
  func stopping() {
    let rule = StopRule()
    #expect(!rule.judge([]).stops)
    #expect(!rule.judge([.init(labelled: 100, positives: 0)]).stops)
    let poor = StopRule.Round(labelled: 100, positives: 1)
    #expect(abs(rule.upperBound(poor) - 0.04656) < 1e-4)  // scipy.stats.beta.ppf(0.95, 2, 99)
    #expect(rule.judge([poor, poor]).stops)
    #expect(!rule.judge([poor, .init(labelled: 100, positives: 2)]).stops)
    #expect(!rule.judge([.init(labelled: 20, positives: 0), .init(labelled: 20, positives: 0)]).stops)
    let sure = rule.judge([.init(labelled: 100, positives: 40, recall: 0.93)])
    #expect(sure.stops && sure.reason.contains("93 %"))
  }

  @Test("κ and its standard error are those of statsmodels 0.15 and scikit-learn 1.9")
  func kappa() throws {
    let golden: [([[Int]], Double, Double)] = [
      ([[44, 5, 1], [7, 20, 3], [9, 5, 6]], 0.4915254237288136, 0.07212745929334068),
      ([[90, 2], [1, 7]], 0.8071979434447301, 0.10810873116699764),
      ([[3, 4], [5, 2]], -0.2857142857142858, 0.25349347077882384),
      ([[0, 12, 1], [9, 0, 2], [0, 1, 0]], -0.7265193370165746, 0.1071744750250917),
    ]
    for (counts, kappa, error) in golden {
      var (first, second): ([Int], [Int]) = ([], [])
      for (i, line) in counts.enumerated() {
        for (j, count) in line.enumerated() {
          first += Array(repeating: i, count: count)
          second += Array(repeating: j, count: count)
        }
      }
      let found = Agreement(first, second, classCount: counts.count)
      #expect(found.counts == counts)
      #expect(abs(try #require(found.kappa) - kappa) < 1e-12)
      #expect(abs(try #require(found.standardError) - error) < 1e-12)
      let interval = try #require(found.interval)
      #expect(abs(interval[0] - max(-1, kappa - 1.959963985 * error)) < 1e-8)
    }
    let alike = Agreement([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2], classCount: 3)
    #expect(alike.kappa == 1)
    #expect(try #require(alike.interval)[0] < 0.5, "six spectra do not warrant more")
    #expect(Agreement([0, 0], [0, 0], classCount: 2).kappa == nil)
    #expect(Agreement([], [], classCount: 2).observed == nil)
  }
}
