#if canImport(Glibc)
  import Glibc
#endif

/// What makes probabilities of logits that hold: softmax(z/T + b).
///
/// Temperature scaling (Guo et al. 2017) with a bias for each class (Alexandari, Kundaje & Shrikumar 2020): what is to be
/// moved to other class shares afterwards must not favour a class.
public struct ProbabilityCalibration: Sendable, Equatable {
  /// T, positive.
  public var temperature: Double
  /// b of each class; the first is 0.
  public var biases: [Double]

  /// Finds T and b that make given labels most likely, as if the classes had given shares.
  ///
  /// The mean cross-entropy is convex in 1/T and b; its minimum is found by Newton's method with halved steps, to 10⁻⁹ of
  /// the loss. Classes with fewer than 30 rows keep the bias 0. Cost: O(rows · classes²) a step, some ten steps.
  ///
  /// - Parameters:
  ///   - logits: rows × `shares.count`, of spectra that were not learned from
  ///   - labels: class of each row
  ///   - shares: share of each class that the probabilities are to hold for; nil for the shares of the rows
  /// - Throws: `CLS-01` if the counts do not fit.
  public init(
    logits: [Float], labels: [Int], classCount: Int, shares: [Double]? = nil
  ) throws(ClassifierError) {
    guard logits.count == labels.count * classCount, labels.allSatisfy((0..<classCount).contains),
      shares.map({ $0.count == classCount }) ?? true
    else {
      throw ClassifierError(
        .shape, "\(logits.count) logits do not fit \(labels.count) labels of \(classCount) classes")
    }
    let counts = (0..<classCount).map { index in labels.count { $0 == index } }
    let there = counts.indices.reduce(0.0) { $0 + (counts[$1] > 0 ? shares?[$1] ?? 1 : 0) }
    let problem = Problem(
      logits: logits, labels: labels,
      weights: labels.map { label in
        shares.map { $0[label] / there / Double(counts[label]) } ?? 1 / Double(labels.count)
      },
      isFree: counts.indices.map { $0 > 0 && counts[$0] >= 30 && counts[0] >= 30 })
    var point = [Double](repeating: 0, count: classCount)
    point[0] = 1
    var loss = problem.loss(point)
    for _ in 0..<50 where !labels.isEmpty {
      guard let step = problem.step(point) else { break }
      var scale = 1.0
      var next = point
      var reached = Double.infinity
      while scale > 1e-6 {
        next = point.indices.map { point[$0] - scale * step[$0] }
        // 1/T between 1/20 and 20.
        reached = (0.05...20).contains(next[0]) ? problem.loss(next) : .infinity
        if reached < loss { break }
        scale /= 2
      }
      guard reached < loss else { break }
      let gain = loss - reached
      (point, loss) = (next, reached)
      if gain < 1e-9 * max(loss, 1e-12) { break }
    }
    temperature = 1 / point[0]
    biases = [0] + point.dropFirst()
  }

  /// The network with this calibration in it: temperature, and T·b in the biases of its last layer.
  func applied(to network: Network) -> Network {
    var parameters = network.parameters
    for (index, bias) in biases.enumerated() {
      parameters[parameters.count - biases.count + index] += Float(temperature * bias)
    }
    var calibrated = Network(plan: network.plan, parameters: parameters)
    calibrated.temperature = Float(temperature)
    return calibrated
  }

  /// The weighted cross-entropy as a function of 1/T (place 0) and the biases of the classes from 1 (their own places).
  private struct Problem {
    let logits: [Float]
    let labels: [Int]
    let weights: [Double]
    /// Whether a class may have a bias.
    let isFree: [Bool]

    func loss(_ point: [Double]) -> Double {
      var total = 0.0
      for (row, label) in labels.enumerated() {
        let line = sums(row, point)
        let largest = line.max() ?? 0
        total += weights[row] * (log(line.reduce(0) { $0 + exp($1 - largest) }) + largest - line[label])
      }
      return total
    }

    /// Hessian⁻¹ · gradient, nil where the Hessian is singular.
    func step(_ point: [Double]) -> [Double]? {
      let count = point.count
      var gradient = [Double](repeating: 0, count: count)
      var hessian = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
      for (row, label) in labels.enumerated() {
        let line = sums(row, point)
        let largest = line.max() ?? 0
        let powers = line.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        var mean = 0.0
        var square = 0.0
        for index in 0..<count {
          let (share, z) = (powers[index] / sum, Double(logits[row * count + index]))
          mean += share * z
          square += share * z * z
        }
        let weight = weights[row]
        gradient[0] += weight * (mean - Double(logits[row * count + label]))
        hessian[0][0] += weight * (square - mean * mean)
        for first in 1..<count where isFree[first] {
          let share = powers[first] / sum
          gradient[first] += weight * (share - (first == label ? 1 : 0))
          let mixed = weight * share * (Double(logits[row * count + first]) - mean)
          hessian[0][first] += mixed
          hessian[first][0] += mixed
          for second in 1..<count where isFree[second] {
            hessian[first][second] += weight * share * ((first == second ? 1 : 0) - powers[second] / sum)
          }
        }
      }
      for index in 0..<count { hessian[index][index] += index == 0 || isFree[index] ? 1e-12 : 1 }
      return Self.solve(hessian, gradient)
    }

    private func sums(_ row: Int, _ point: [Double]) -> [Double] {
      let count = point.count
      return (0..<count).map { index in
        Double(logits[row * count + index]) * point[0] + (index > 0 ? point[index] : 0)
      }
    }

    /// Gaussian elimination with pivots.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
      var rows = zip(matrix, right).map { $0 + [$1] }
      let count = right.count
      for column in 0..<count {
        guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
          abs(rows[pivot][column]) > 1e-300
        else { return nil }
        rows.swapAt(column, pivot)
        for other in 0..<count where other != column {
          let factor = rows[other][column] / rows[column][column]
          for place in column...count { rows[other][place] -= factor * rows[column][place] }
        }
      }
      return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
  }
}
