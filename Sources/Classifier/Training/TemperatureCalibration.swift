#if canImport(Glibc)
  import Glibc
#endif

/// The temperature T that makes softmax(z/T) most likely for given labels.
///
/// After Guo et al. (2017). /// The mean cross-entropy is convex in 1/T; its minimum is found by golden
/// section in ln T between 1/20 and 20, to 10⁻⁶.
///
/// - Parameters:
///   - logits: rows × `classCount`, of spectra that were not learned from
///   - labels: class of each row
/// - Returns: T; 1 for no rows
public func calibrationTemperature(logits: [Float], labels: [Int], classCount: Int) -> Double {
  guard !labels.isEmpty else { return 1 }
  func loss(_ logTemperature: Double) -> Double {
    let scale = exp(-logTemperature)
    var total = 0.0
    for (row, label) in labels.enumerated() {
      let line = logits[row * classCount..<(row + 1) * classCount]
      let largest = Double(line.max() ?? 0)
      let sum = line.reduce(0.0) { $0 + exp((Double($1) - largest) * scale) }
      total += log(sum) - (Double(line[line.startIndex + label]) - largest) * scale
    }
    return total
  }
  let ratio = (5.0.squareRoot() - 1) / 2
  var (low, high) = (-log(20.0), log(20.0))
  var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
  var (lossLeft, lossRight) = (loss(left), loss(right))
  while high - low > 1e-6 {
    if lossLeft < lossRight {
      (high, right, lossRight) = (right, left, lossLeft)
      left = high - ratio * (high - low)
      lossLeft = loss(left)
    } else {
      (low, left, lossLeft) = (left, right, lossRight)
      right = low + ratio * (high - low)
      lossRight = loss(right)
    }
  }
  return exp((low + high) / 2)
}
