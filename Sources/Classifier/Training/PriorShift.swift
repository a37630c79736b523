#if canImport(Glibc)
  import Glibc
#endif

/// Moves probabilities from the class shares a network was calibrated with to those of another survey.
///
/// Valid where only the shares differ and each class looks the same in both (label shift), and only as good as the
/// calibration of the probabilities.
public enum PriorShift {
  /// The probabilities that other class shares give: p′(c) ∝ p(c)·to(c)/from(c).
  ///
  /// - Parameters:
  ///   - probabilities: rows × classes, row after row, each row summing to 1
  ///   - from: share of each class in what the probabilities are calibrated to, positive
  ///   - to: share of each class where they are to hold, not negative, at least one positive
  /// - Throws: `CLS-01` if the counts do not fit, `CLS-09` for impossible shares.
  public static func corrected(
    _ probabilities: [Float], from: [Double], to: [Double]
  ) throws(ClassifierError) -> [Float] {
    try check(probabilities, from)
    guard to.count == from.count, to.allSatisfy({ $0.isFinite && $0 >= 0 }), to.contains(where: { $0 > 0 })
    else {
      throw ClassifierError(
        .configuration, "\(to) are not the shares of \(from.count) classes",
        hint: "one number a class, none negative")
    }
    let ratios = zip(to, from).map { $0 / $1 }
    var result = probabilities
    for start in stride(from: 0, to: probabilities.count, by: from.count) {
      let line = ratios.indices.map { Double(probabilities[start + $0]) * ratios[$0] }
      let sum = line.reduce(0, +)
      // A row that is certain of a class which is not there keeps what it says.
      guard sum > 0 else { continue }
      for index in line.indices { result[start + index] = Float(line[index] / sum) }
    }
    return result
  }

  /// The class shares that make unlabelled probabilities most likely, by expectation and maximisation.
  ///
  /// After Saerens, Latinne & Decaestecker (2002), equation 2.9. The likelihood is concave in the shares, so that the
  /// result does not depend on the start. Cost: rows × classes an iteration.
  ///
  /// - Parameters:
  ///   - probabilities: rows × classes, row after row, calibrated to the shares `from`
  ///   - from: share of each class in what the probabilities are calibrated to, positive
  ///   - tolerance: change of any share below which to stop
  /// - Returns: shares that sum to 1; `from`, normalised, for no rows
  /// - Throws: `CLS-01` if the counts do not fit, `CLS-09` for impossible shares.
  public static func estimatedShares(
    _ probabilities: [Float], from: [Double], maximumIterations: Int = 10_000, tolerance: Double = 1e-9
  ) throws(ClassifierError) -> [Double] {
    try check(probabilities, from)
    let total = from.reduce(0, +)
    var shares = from.map { $0 / total }
    let rows = probabilities.count / from.count
    guard rows > 0 else { return shares }
    for _ in 0..<maximumIterations {
      let moved = try corrected(probabilities, from: from, to: shares)
      var sums = [Double](repeating: 0, count: from.count)
      for (place, value) in moved.enumerated() { sums[place % from.count] += Double(value) }
      let whole = sums.reduce(0, +)
      guard whole > 0 else { return shares }
      let next = sums.map { $0 / whole }
      let change = zip(next, shares).map { abs($0 - $1) }.max() ?? 0
      shares = next
      if change < tolerance { break }
    }
    return shares
  }

  private static func check(_ probabilities: [Float], _ from: [Double]) throws(ClassifierError) {
    guard !from.isEmpty, probabilities.count % from.count == 0 else {
      throw ClassifierError(
        .shape, "\(probabilities.count) probabilities do not make rows of \(from.count) classes")
    }
    guard from.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw ClassifierError(
        .configuration, "the shares \(from) that the probabilities are calibrated to are not all positive")
    }
  }
}
