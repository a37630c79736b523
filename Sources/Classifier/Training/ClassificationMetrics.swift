#if canImport(Glibc)
  import Glibc
#endif

/// How well probabilities agree with labels.
public struct ClassificationMetrics: Codable, Sendable, Equatable {
  /// One class against the rest.
  public struct PerClass: Codable, Sendable, Equatable {
    /// Spectra that carry this label.
    public var support: Int
    /// Share of the spectra given this class that carry it; nil if none was given it.
    public var precision: Double?
    /// Share of the spectra that carry this label which were given it; nil if none carries it.
    public var recall: Double?
    /// Harmonic mean of precision and recall; nil if the class was neither given nor carried.
    public var f1: Double?
    /// Average precision over all thresholds, see `averagePrecision`; nil if none carries the label.
    public var averagePrecision: Double?
  }

  /// `confusion[label][predicted]`: number of spectra.
  public var confusion: [[Int]]
  /// One entry a class.
  public var classes: [PerClass]
  /// Share classified rightly.
  public var accuracy: Double
  /// Mean of the classes' F1, undefined ones counted as 0.
  public var macroF1: Double
  /// Correlation of labels and predictions, −1…1 (Gorodkin 2004); 0 where undefined.
  public var matthewsCorrelation: Double
  /// Mean negative logarithm of the label's probability (nats).
  public var crossEntropy: Double
  /// Expected calibration error of the highest probability in 15 equal bins.
  ///
  /// After Guo et al. (2017).
  public var expectedCalibrationError: Double
  /// Mean over the spectra of Σ(p − label)² over the classes, 0…2 (Brier 1950).
  public var brierScore: Double

  /// Measures.
  ///
  /// - Parameters:
  ///   - probabilities: rows × `classCount`, row after row
  ///   - labels: class of each row
  /// - Throws: `CLS-01` if the counts do not fit or there are no rows; `CLS-02` if a label is out of range.
  public init(probabilities: [Float], labels: [Int], classCount: Int) throws(ClassifierError) {
    guard !labels.isEmpty, probabilities.count == labels.count * classCount else {
      throw ClassifierError(
        .shape, "\(probabilities.count) probabilities of \(classCount) classes for \(labels.count) labels")
    }
    guard labels.allSatisfy({ (0..<classCount).contains($0) }) else {
      throw ClassifierError(.trainingSet, "a label is not in 0 ..< \(classCount)")
    }
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    var entropy = 0.0
    var brier = 0.0
    var confidences: [Double] = []
    var isRight: [Bool] = []
    for (row, label) in labels.enumerated() {
      let line = probabilities[row * classCount..<(row + 1) * classCount]
      let predicted = Self.predictedClass(line)
      confusion[label][predicted] += 1
      entropy -= log(max(Double(line[line.startIndex + label]), Double(Float.leastNormalMagnitude)))
      for (index, value) in line.enumerated() {
        let error = Double(value) - (index == label ? 1 : 0)
        brier += error * error
      }
      confidences.append(Double(line[line.startIndex + predicted]))
      isRight.append(predicted == label)
    }
    let count = Double(labels.count)
    self.confusion = confusion
    crossEntropy = entropy / count
    brierScore = brier / count
    accuracy = Double(isRight.count(where: \.self)) / count
    expectedCalibrationError = Self.calibrationError(confidences: confidences, isRight: isRight)
    matthewsCorrelation = Self.correlation(confusion)
    classes = (0..<classCount).map { index in
      let support = confusion[index].reduce(0, +)
      let given = confusion.reduce(0) { $0 + $1[index] }
      let hits = confusion[index][index]
      let scores = (0..<labels.count).map { Double(probabilities[$0 * classCount + index]) }
      return PerClass(
        support: support, precision: given > 0 ? Double(hits) / Double(given) : nil,
        recall: support > 0 ? Double(hits) / Double(support) : nil,
        f1: support + given > 0 ? 2 * Double(hits) / Double(support + given) : nil,
        averagePrecision: averagePrecision(scores: scores, isPositive: labels.map { $0 == index }))
    }
    macroF1 = classes.reduce(0) { $0 + ($1.f1 ?? 0) } / Double(classCount)
  }

  /// The class of highest probability, the first of equals.
  static func predictedClass(_ line: ArraySlice<Float>) -> Int {
    var best = line.startIndex
    for index in line.indices where line[index] > line[best] { best = index }
    return best - line.startIndex
  }

  /// Σ over bins of (share of rows in the bin)·|accuracy − mean confidence|, bins (b/15, (b+1)/15].
  static func calibrationError(confidences: [Double], isRight: [Bool], bins: Int = 15) -> Double {
    var sums = [(count: Int, confidence: Double, right: Int)](repeating: (0, 0, 0), count: bins)
    for (confidence, right) in zip(confidences, isRight) {
      let bin = min(bins - 1, max(0, Int((confidence * Double(bins)).rounded(.up)) - 1))
      sums[bin].count += 1
      sums[bin].confidence += confidence
      sums[bin].right += right ? 1 : 0
    }
    return sums.reduce(0) { $0 + abs(Double($1.right) - $1.confidence) } / Double(confidences.count)
  }

  private static func correlation(_ confusion: [[Int]]) -> Double {
    let carried = confusion.map { Double($0.reduce(0, +)) }
    let given = confusion.indices.map { index in Double(confusion.reduce(0) { $0 + $1[index] }) }
    let total = carried.reduce(0, +)
    let right = confusion.indices.reduce(0.0) { $0 + Double(confusion[$1][$1]) }
    let cross = zip(carried, given).reduce(0) { $0 + $1.0 * $1.1 }
    let spread = { (counts: [Double]) in total * total - counts.reduce(0) { $0 + $1 * $1 } }
    let scale = (spread(given) * spread(carried)).squareRoot()
    return scale > 0 ? (right * total - cross) / scale : 0
  }
}

/// Average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds from high to low, equal scores taken together.
///
/// - Parameters:
///   - scores: higher for what is more likely positive
///   - weights: weight of each row, nil for 1 each; to move to another share of positives
/// - Returns: 0…1, or nil if no row is positive
public func averagePrecision(scores: [Double], isPositive: [Bool], weights: [Double]? = nil) -> Double? {
  let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
  let weight = { (row: Int) in weights?[row] ?? 1 }
  let positives = order.reduce(0.0) { $0 + (isPositive[$1] ? weight($1) : 0) }
  guard positives > 0 else { return nil }
  var hits = 0.0
  var seen = 0.0
  var counted = 0.0
  var sum = 0.0
  for (place, row) in order.enumerated() {
    seen += weight(row)
    if isPositive[row] { hits += weight(row) }
    let isLastOfEquals = place + 1 == order.count || scores[order[place + 1]] != scores[row]
    guard isLastOfEquals, seen > 0 else { continue }
    sum += (hits - counted) / positives * (hits / seen)
    counted = hits
  }
  return sum
}
