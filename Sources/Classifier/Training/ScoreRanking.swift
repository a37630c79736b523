/// Spectra in the order of a score, and what a search that takes the best first would find.
///
/// Weights move the measures to another share of positives: with (share wanted)/(share here) for each spectrum of a
/// class, a balanced sample tells what a survey would give.
public struct ScoreRanking: Sendable {
  /// A value and the interval that holds it in 95 % of the resamplings of the stars.
  public struct Estimate: Codable, Sendable, Equatable {
    /// The value for the spectra at hand.
    public var value: Double
    /// Lower end, the 2.5th percentile.
    public var low: Double
    /// Upper end, the 97.5th percentile.
    public var high: Double
  }

  private let scores: [Double]
  private let isPositive: [Bool]
  private let weights: [Double]
  /// Place of the star of each spectrum among the stars, 0 ..< `starCount`.
  private let stars: [Int]
  private let starCount: Int

  /// Orders spectra, the highest score first; cost: O(n log n).
  ///
  /// - Parameters:
  ///   - scores: higher for what is more likely positive
  ///   - stars: star of each spectrum: spectra of one star carry the same number
  ///   - weights: weight of each spectrum, not negative; nil for 1 each
  /// - Throws: `CLS-01` if the counts do not fit; `CLS-02` for scores or weights that are no numbers.
  public init(
    scores: [Double], isPositive: [Bool], stars: [Int], weights: [Double]? = nil
  ) throws(ClassifierError) {
    let weights = weights ?? [Double](repeating: 1, count: scores.count)
    guard scores.count == isPositive.count, scores.count == stars.count, scores.count == weights.count else {
      throw ClassifierError(
        .shape,
        "\(scores.count) scores, \(isPositive.count) classes, \(stars.count) stars and \(weights.count) weights"
          + " do not fit together")
    }
    guard scores.allSatisfy({ !$0.isNaN }), weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw ClassifierError(.trainingSet, "a score is not a number, or a weight negative or not finite")
    }
    let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
    self.scores = order.map { scores[$0] }
    self.isPositive = order.map { isPositive[$0] }
    self.weights = order.map { weights[$0] }
    var places: [Int: Int] = [:]
    self.stars = order.map { row in
      let place = places[stars[row]] ?? places.count
      places[stars[row]] = place
      return place
    }
    starCount = places.count
  }

  /// Average precision, see `averagePrecision(scores:isPositive:weights:)`, with its interval.
  ///
  /// - Parameter resamplings: number of times the stars are drawn anew, with replacement
  /// - Returns: nil if nothing is positive
  public func averagePrecision(resamplings: Int = 500, seed: UInt64 = 1) -> Estimate? {
    estimate(resamplings: resamplings, seed: seed) { precisionArea($0) }
  }

  /// The largest share of the positives that a threshold finds at which at least `precision` of what is found is
  /// positive; 0 if there is no such threshold, nil if nothing is positive.
  public func recall(
    atPrecision precision: Double, resamplings: Int = 500, seed: UInt64 = 1
  ) -> Estimate? {
    estimate(resamplings: resamplings, seed: seed) { weights in
      var best = 0.0
      guard
        walk(
          weights, { hits, seen, positives in if hits >= precision * seen { best = hits / positives } })
      else { return nil }
      return best
    }
  }

  /// Share of positives among the first `count` spectra, each counted by its weight; equal scores share a place.
  ///
  /// - Returns: nil if nothing is positive, or the spectra together weigh less than `count`
  public func precision(atFirst count: Double, resamplings: Int = 500, seed: UInt64 = 1) -> Estimate? {
    estimate(resamplings: resamplings, seed: seed) { weights in
      var last = (hits: 0.0, seen: 0.0)
      var found: Double?
      let isDefined = walk(weights) { hits, seen, _ in
        if found == nil, seen >= count, seen > last.seen {
          let part = (count - last.seen) / (seen - last.seen)
          found = (last.hits + part * (hits - last.hits)) / count
        }
        last = (hits, seen)
      }
      return isDefined ? found : nil
    }
  }

  /// Recall and precision at every threshold, the highest first; empty if nothing is positive.
  public func curve() -> [(recall: Double, precision: Double)] {
    var points: [(recall: Double, precision: Double)] = []
    walk(weights) { hits, seen, positives in points.append((hits / positives, hits / seen)) }
    return points
  }

  private func precisionArea(_ weights: [Double]) -> Double? {
    var sum = 0.0
    var counted = 0.0
    let isDefined = walk(weights) { hits, seen, positives in
      if seen > 0 { sum += (hits - counted) / positives * (hits / seen) }
      counted = hits
    }
    return isDefined ? sum : nil
  }

  /// Calls `each` at every threshold with the weight of positives and of all above it, and of positives in all.
  @discardableResult
  private func walk(_ weights: [Double], _ each: (Double, Double, Double) -> Void) -> Bool {
    var positives = 0.0
    for place in weights.indices where isPositive[place] { positives += weights[place] }
    guard positives > 0 else { return false }
    var hits = 0.0
    var seen = 0.0
    for place in weights.indices {
      seen += weights[place]
      if isPositive[place] { hits += weights[place] }
      let isLastOfEquals = place + 1 == scores.count || scores[place + 1] != scores[place]
      if isLastOfEquals, seen > 0 { each(hits, seen, positives) }
    }
    return true
  }

  /// Bootstrap over stars: a star drawn twice counts with all its spectra twice.
  private func estimate(
    resamplings: Int, seed: UInt64, _ measure: ([Double]) -> Double?
  ) -> Estimate? {
    guard let value = measure(weights) else { return nil }
    var values: [Double] = []
    for draw in 0..<max(resamplings, 0) {
      var random = CounterRandom(seed: seed, .resampling, draw)
      var times = [Double](repeating: 0, count: starCount)
      for _ in 0..<starCount { times[random.integer(below: starCount)] += 1 }
      if let drawn = measure(weights.indices.map { weights[$0] * times[stars[$0]] }) { values.append(drawn) }
    }
    guard !values.isEmpty else { return Estimate(value: value, low: value, high: value) }
    values.sort()
    let percentile = { (share: Double) in values[Int((share * Double(values.count - 1)).rounded())] }
    return Estimate(value: value, low: percentile(0.025), high: percentile(0.975))
  }
}
