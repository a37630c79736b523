#if canImport(Glibc)
  import Glibc
#endif

/// How far two people agree beyond chance: Cohen's κ (1960).
public struct Agreement: Sendable, Codable, Equatable {
  /// Spectra both have labelled.
  public var count: Int
  /// Share on which they agree, 0…1; nil for none.
  public var observed: Double?
  /// κ, −1…1: 1 for all alike, 0 for what chance gives; nil where it is undefined, for no spectra or one class only.
  public var kappa: Double?
  /// Standard error of κ for large numbers (Fleiss, Cohen & Everitt 1969); nil where κ is.
  public var standardError: Double?
  /// Interval of κ, 95 %: κ ± 1.96 standard errors, within −1…1; nil where κ is.
  ///
  /// Where all agree the standard error is 0, which few spectra do not warrant: the lower end is then that of Clopper and
  /// Pearson's interval of the share of agreement, chance agreement held.
  public var interval: [Double]?
  /// `counts[first][second]`: spectra by what the one and the other say.
  public var counts: [[Int]]

  /// Compares.
  ///
  /// - Parameters:
  ///   - first: class of each spectrum, 0 ..< `classCount`
  ///   - second: the same spectra, as the other sees them
  public init(_ first: [Int], _ second: [Int], classCount: Int) {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for (a, b) in zip(first, second) { counts[a][b] += 1 }
    self.counts = counts
    count = min(first.count, second.count)
    guard count > 0 else { return }
    let n = Double(count)
    let p = counts.map { $0.map { Double($0) / n } }
    let rows = p.map { $0.reduce(0, +) }
    let columns = (0..<classCount).map { index in p.reduce(0) { $0 + $1[index] } }
    let agreed = (0..<classCount).reduce(0) { $0 + p[$1][$1] }
    observed = agreed
    let chance = zip(rows, columns).reduce(0) { $0 + $1.0 * $1.1 }
    guard chance < 1 else { return }
    let kappa = (agreed - chance) / (1 - chance)
    var variance = -(kappa - chance * (1 - kappa)) * (kappa - chance * (1 - kappa))
    for i in 0..<classCount {
      let diagonal = 1 - (rows[i] + columns[i]) * (1 - kappa)
      variance += p[i][i] * diagonal * diagonal
      for j in 0..<classCount where j != i {
        let sum = columns[i] + rows[j]
        variance += (1 - kappa) * (1 - kappa) * p[i][j] * sum * sum
      }
    }
    let error = (max(0, variance) / n).squareRoot() / (1 - chance)
    let half = ProportionInterval.normalQuantile(0.975) * error
    self.kappa = kappa
    standardError = error
    interval = [max(-1, kappa - half), min(1, kappa + half)]
    if agreed >= 1 - 1e-12 {
      let least = ProportionInterval.clopperPearson(successes: count, trials: count).lowerBound
      interval = [(least - chance) / (1 - chance), 1]
    }
  }
}
