/// How far stated probabilities are kept, with a weight for each spectrum.
///
/// Of the highest probability of each spectrum in 15 equal bins (b/15, (b+1)/15], as Guo et al. (2017).
public struct Reliability: Codable, Sendable, Equatable {
  /// One bin of the highest probability.
  public struct Bin: Codable, Sendable, Equatable {
    /// Share of the weight that lies in the bin.
    public var share: Double
    /// Mean highest probability.
    public var confidence: Double
    /// Share classified rightly.
    public var accuracy: Double
  }

  /// The bins that are not empty, the lowest first.
  public var bins: [Bin] = []
  /// Expected calibration error: Σ share·|accuracy − confidence|.
  public var expectedCalibrationError = 0.0
  /// Weighted mean of Σ(p − label)² over the classes, 0…2 (Brier 1950).
  public var brierScore = 0.0

  /// Measures; cost: O(rows × classes).
  ///
  /// - Parameters:
  ///   - probabilities: rows × `classCount`, row after row
  ///   - weights: weight of each row, not negative
  /// - Throws: `CLS-01` if the counts do not fit, or nothing has weight.
  public init(
    probabilities: [Float], labels: [Int], classCount: Int, weights: [Double]
  ) throws(ClassifierError) {
    let total = weights.reduce(0, +)
    guard probabilities.count == labels.count * classCount, weights.count == labels.count, total > 0 else {
      throw ClassifierError(
        .shape,
        "\(probabilities.count) probabilities of \(classCount) classes, \(labels.count) labels and"
          + " \(weights.count) weights do not fit together")
    }
    let count = 15
    var sums = [(weight: Double, confidence: Double, right: Double)](repeating: (0, 0, 0), count: count)
    for (row, label) in labels.enumerated() {
      let line = probabilities[row * classCount..<(row + 1) * classCount]
      let predicted = ClassificationMetrics.predictedClass(line)
      let confidence = Double(line[line.startIndex + predicted])
      let bin = min(count - 1, max(0, Int((confidence * Double(count)).rounded(.up)) - 1))
      sums[bin].weight += weights[row]
      sums[bin].confidence += weights[row] * confidence
      sums[bin].right += predicted == label ? weights[row] : 0
      for (index, value) in line.enumerated() {
        let error = Double(value) - (index == label ? 1 : 0)
        brierScore += weights[row] / total * error * error
      }
    }
    for sum in sums where sum.weight > 0 {
      bins.append(
        Bin(
          share: sum.weight / total, confidence: sum.confidence / sum.weight,
          accuracy: sum.right / sum.weight))
      expectedCalibrationError += abs(sum.right - sum.confidence) / total
    }
  }
}
