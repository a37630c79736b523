/// What a model reaches on a sample with known classes, as if the classes had given shares.
public struct EvaluationFigures: Codable, Sendable {
  /// One class against the rest, or all that is not background against it.
  public struct Ranking: Codable, Sendable {
    /// The class; `any` for all but the background.
    public var name: String
    /// Average precision.
    public var averagePrecision: ScoreRanking.Estimate?
    /// Precision among the first 100, 300 and 1000 of a survey of ``EvaluationFigures/size`` spectra.
    public var precisionAtFirst: [String: ScoreRanking.Estimate] = [:]
    /// Recall at the lowest threshold of 90 % precision.
    public var recallAt90: ScoreRanking.Estimate?
    /// Precision against recall, at most some 200 points, the highest threshold first.
    public var curve: [[Double]] = []
  }

  /// Spectra of each class.
  public var spectra: [Int]
  /// Stars.
  public var stars: Int
  /// Share of each class the figures hold for.
  public var shares: [Double]
  /// Spectra of the survey that ``Ranking/precisionAtFirst`` speaks of.
  public var size: Double
  /// The classes after the background, then `any`.
  public var rankings: [Ranking]
  /// Calibration.
  public var reliability: Reliability

  /// Measures the spectra of some rows.
  ///
  /// Cost: O(rows · resamplings) for each figure.
  /// - Parameters:
  ///   - probabilities: rows × classes, the background first
  ///   - shares: wanted share of each class; those of classes without spectra fall away
  ///   - size: spectra of the survey that the sample stands for
  ///   - resamplings: of the stars, for the intervals
  ///   - isFull: whether to measure more than the average precision and the calibration
  /// - Throws: `CLS-01` if the counts do not fit, or there are no rows.
  public init(
    probabilities: [Float], labels: [Int], stars: [Int], classNames: [String], shares: [Double], size: Double,
    resamplings: Int = 200, isFull: Bool = true
  ) throws(ClassifierError) {
    let classes = classNames.count
    guard shares.count == classes, labels.allSatisfy((0..<classes).contains),
      probabilities.count == labels.count * classes
    else {
      throw ClassifierError(
        .shape,
        "\(probabilities.count) probabilities, \(labels.count) labels and \(shares.count) shares do"
          + " not fit \(classes) classes")
    }
    let counts = (0..<classes).map { index in labels.count { $0 == index } }
    let there = counts.indices.reduce(0.0) { $0 + (counts[$1] > 0 ? shares[$1] : 0) }
    let used = counts.indices.map { counts[$0] > 0 && there > 0 ? shares[$0] / there : 0 }
    let weights = labels.map { size * used[$0] / Double(counts[$0]) }
    spectra = counts
    self.stars = Set(stars).count
    self.shares = used
    self.size = size
    reliability = try Reliability(
      probabilities: probabilities, labels: labels, classCount: classes, weights: weights)
    rankings = []
    for index in 1...classes {
      let isAny = index == classes
      let scores = labels.indices.map { row in
        let line = probabilities[row * classes..<(row + 1) * classes]
        return isAny
          ? line.dropFirst().reduce(0.0) { $0 + Double($1) } : Double(line[line.startIndex + index])
      }
      let isPositive = labels.map { isAny ? $0 != 0 : $0 == index }
      let ranking = try ScoreRanking(scores: scores, isPositive: isPositive, stars: stars, weights: weights)
      var found = Ranking(name: isAny ? "any" : classNames[index])
      found.averagePrecision = ranking.averagePrecision(resamplings: resamplings)
      if isFull {
        for count in [100, 300, 1000] {
          found.precisionAtFirst["\(count)"] = ranking.precision(
            atFirst: Double(count), resamplings: resamplings)
        }
        found.recallAt90 = ranking.recall(atPrecision: 0.9, resamplings: resamplings)
        found.curve = Self.curve(ranking)
      }
      rankings.append(found)
    }
  }

  private static func curve(_ ranking: ScoreRanking) -> [[Double]] {
    let points = ranking.curve()
    let step = 1.0 / 200
    var kept: [[Double]] = []
    for (place, point) in points.enumerated() {
      let isNew = kept.last.map { abs($0[0] - point.recall) + abs($0[1] - point.precision) >= step } ?? true
      if isNew || place == points.count - 1 { kept.append([point.recall, point.precision]) }
    }
    return kept
  }
}
