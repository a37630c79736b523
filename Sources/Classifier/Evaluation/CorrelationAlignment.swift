#if canImport(Glibc)
  import Glibc
#endif

/// Aligns what the last hidden layer says of one survey with what it says of another (CORAL, Sun, Feng & Saenko 2016).
///
/// Activations x of the survey searched become μₛ + (x − μₜ)·(Cₜ + I)^(−½)·(Cₛ + I)^½, with means and covariances of both
/// surveys; this is put into the weights of the last layer. Rows of the survey searched are weighted by their probabilities
/// so that the classes have the shares of the source: otherwise a change of the shares would be taken for one of the
/// instrument (Tachet des Combes et al. 2020).
public enum CorrelationAlignment {
  /// The network for spectra of the survey searched.
  ///
  /// Cost: two looks at all spectra, and some seconds for matrices of the layer's width.
  ///
  /// - Parameters:
  ///   - source: vectors the network learned from
  ///   - target: vectors of the survey searched, without labels
  ///   - shares: shares of the classes in `source`
  /// - Throws: `CLS-01` where the counts do not fit.
  public static func aligned(
    _ network: Network, source: [Float], target: [Float], shares: [Double], threads: Int? = nil
  ) throws(ClassifierError) -> Network {
    let length = network.architecture.inputLength
    let classes = network.architecture.classCount
    guard let last = network.plan.dense.last, shares.count == classes, !source.isEmpty, !target.isEmpty else {
      throw ClassifierError(.shape, "nothing to align, or \(shares.count) shares for \(classes) classes")
    }
    let rows = (source: source.count / length, target: target.count / length)
    let width = last.inputs
    let first = try network.hiddenActivations(of: source, rows: rows.source, threads: threads)
    let second = try network.hiddenActivations(of: target, rows: rows.target, threads: threads)
    let probabilities = try network.probabilities(of: target, rows: rows.target, threads: threads)
    var found = [Double](repeating: 1e-9, count: classes)
    for (place, value) in probabilities.enumerated() {
      found[place % classes] += Double(value) / Double(rows.target)
    }
    let weights = (0..<rows.target).map { row in
      (0..<classes).reduce(0.0) { $0 + Double(probabilities[row * classes + $1]) * shares[$1] / found[$1] }
    }
    let one = moments(first, [Double](repeating: 1, count: rows.source), width)
    let other = moments(second, weights, width)
    let map = SquareMatrix.product(
      SquareMatrix.roots(other.covariance, width).inverse, SquareMatrix.roots(one.covariance, width).root,
      width)
    // z = (μₛ + (x − μₜ)·A)·W + b = x·(A·W) + (μₛ − μₜ·A)·W + b.
    var parameters = network.parameters
    let shift = (0..<width).map { column in
      one.mean[column] - (0..<width).reduce(0.0) { $0 + other.mean[$1] * map[$1 * width + column] }
    }
    for output in 0..<last.outputs {
      let weights = (0..<width).map { Double(network.parameters[last.weights + $0 * last.outputs + output]) }
      for row in 0..<width {
        var sum = 0.0
        for column in 0..<width { sum += map[row * width + column] * weights[column] }
        parameters[last.weights + row * last.outputs + output] = Float(sum)
      }
      parameters[last.bias + output] += Float(zip(shift, weights).reduce(0) { $0 + $1.0 * $1.1 })
    }
    var result = Network(plan: network.plan, parameters: parameters)
    result.temperature = network.temperature
    return result
  }

  /// Mean and covariance + I of weighted rows.
  private static func moments(
    _ values: [Float], _ weights: [Double], _ width: Int
  ) -> (mean: [Double], covariance: [Double]) {
    let total = weights.reduce(0, +)
    var mean = [Double](repeating: 0, count: width)
    for (row, weight) in weights.enumerated() {
      for column in 0..<width { mean[column] += weight / total * Double(values[row * width + column]) }
    }
    var covariance = [Double](repeating: 0, count: width * width)
    for index in 0..<width { covariance[index * width + index] = 1 }
    var line = [Double](repeating: 0, count: width)
    for (row, weight) in weights.enumerated() {
      for column in 0..<width { line[column] = Double(values[row * width + column]) - mean[column] }
      for first in 0..<width where line[first] != 0 {
        let factor = weight / total * line[first]
        for second in 0..<width { covariance[first * width + second] += factor * line[second] }
      }
    }
    return (mean, covariance)
  }
}

/// Roots and products of square matrices, row after row.
enum SquareMatrix {
  /// The product of two matrices.
  static func product(_ first: [Double], _ second: [Double], _ width: Int) -> [Double] {
    var result = [Double](repeating: 0, count: width * width)
    result.withUnsafeMutableBufferPointer { out in
      second.withUnsafeBufferPointer { right in
        for row in 0..<width {
          for middle in 0..<width {
            let factor = first[row * width + middle]
            guard factor != 0 else { continue }
            let (to, from) = (row * width, middle * width)
            for column in 0..<width { out[to + column] += factor * right[from + column] }
          }
        }
      }
    }
    return result
  }

  /// Square root and inverse square root of a symmetric positive definite matrix, by the coupled iteration of Newton and
  /// Schulz.
  static func roots(_ matrix: [Double], _ width: Int) -> (root: [Double], inverse: [Double]) {
    let norm = matrix.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var root = matrix.map { $0 / norm }
    var inverse = [Double](repeating: 0, count: width * width)
    for index in 0..<width { inverse[index * width + index] = 1 }
    for _ in 0..<60 {
      var step = product(inverse, root, width).map { -0.5 * $0 }
      var change = 0.0
      for index in 0..<width { step[index * width + index] += 1.5 }
      for index in step.indices {
        let wanted = index / width == index % width ? 1.0 : 0
        change = max(change, abs(step[index] - wanted))
      }
      root = product(root, step, width)
      inverse = product(step, inverse, width)
      if change < 1e-10 { break }
    }
    let scale = norm.squareRoot()
    return (root.map { $0 * scale }, inverse.map { $0 / scale })
  }
}
