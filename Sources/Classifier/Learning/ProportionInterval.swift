#if canImport(Glibc)
  import Glibc
#endif

/// Bounds of a share of which a random sample was looked at: valid for few cases and for shares near 0 or 1.
public enum ProportionInterval {
  /// Wilson's score interval (1927), two-sided.
  ///
  /// - Parameters:
  ///   - successes: 0…`trials`
  ///   - confidence: 0 <..< 1
  /// - Returns: bounds within 0…1; 0…1 for no trials
  public static func wilson(successes: Int, trials: Int, confidence: Double = 0.95) -> ClosedRange<Double> {
    guard trials > 0 else { return 0...1 }
    let n = Double(trials)
    let p = Double(successes) / n
    let z = normalQuantile(0.5 + confidence / 2)
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return (successes == 0 ? 0 : max(0, centre - half))...(successes == trials ? 1 : min(1, centre + half))
  }

  /// Clopper and Pearson's exact interval (1934), two-sided: covers at least as often as it says.
  ///
  /// - Parameters:
  ///   - successes: 0…`trials`
  ///   - confidence: 0 <..< 1
  /// - Returns: bounds within 0…1; 0…1 for no trials
  public static func clopperPearson(
    successes: Int, trials: Int, confidence: Double = 0.95
  ) -> ClosedRange<Double> {
    guard trials > 0 else { return 0...1 }
    let tail = (1 - confidence) / 2
    let (k, n) = (Double(successes), Double(trials))
    let low = successes == 0 ? 0 : betaQuantile(tail, k, n - k + 1)
    let high = successes == trials ? 1 : betaQuantile(1 - tail, k + 1, n - k)
    return low...high
  }

  /// The z below which a normal variable lies with probability p, by bisection on erfc to the last bit but
  /// few.
  static func normalQuantile(_ p: Double) -> Double {
    bisect(-40, 40) { 0.5 * erfc(-$0 / 2.0.squareRoot()) < p }
  }

  /// The x below which a beta variable lies with probability p.
  static func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    bisect(0, 1) { incompleteBeta($0, a, b) < p }
  }

  /// Where `isBelow` turns false between the bounds.
  private static func bisect(_ low: Double, _ high: Double, _ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The regularised incomplete beta function Iₓ(a, b), by its continued fraction (DLMF 8.17.22) after Lentz.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast for x < (a + 1)/(a + b + 2) only.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let scale = exp(a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (abs(d) < tiny ? tiny : d)
    var value = d
    for m in 1...10_000 {
      let m = Double(m)
      for numerator in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + numerator * d
        d = 1 / (abs(d) < tiny ? tiny : d)
        c = 1 + numerator / c
        c = abs(c) < tiny ? tiny : c
        value *= d * c
      }
      if abs(d * c - 1) < 1e-15 { break }
    }
    return scale * value
  }

  /// ln Γ(x) for x > 0; unlike `lgamma` it touches no variable that threads share.
  private static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}
