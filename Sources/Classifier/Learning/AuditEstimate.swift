#if canImport(Glibc)
  import Glibc
#endif

/// A part of a pool, a random sample of which a person looked at.
public struct AuditStratum: Sendable, Codable, Hashable {
  /// Spectra in it.
  public var size: Int
  /// Spectra drawn from it and looked at.
  public var drawn: Int
  /// Of these, positives: of any class but the background.
  public var positives: Int
  /// Whether the network calls the spectra of this part positive.
  public var isCandidate: Bool

  /// Makes a stratum; `positives` ≤ `drawn` ≤ `size`.
  public init(size: Int, drawn: Int, positives: Int, isCandidate: Bool) {
    self.size = size
    self.drawn = drawn
    self.positives = positives
    self.isCandidate = isCandidate
  }
}

/// How good a network is on a pool, from a random sample stratified by its scores.
///
/// Each spectrum looked at stands for size/drawn spectra of its stratum (Horvitz & Thompson 1952). The intervals
/// hold for small samples and shares near 0 or 1: the share of each stratum has the confidence distributions of
/// Clopper and Pearson (1934), Beta(k, n−k+1) below and Beta(k+1, n−k) above, and a quantity that rises with some
/// shares and falls with others takes the cautious one of each (melding: Fay, Proschan & Brittain 2015). For one stratum that
/// is Clopper and Pearson's interval itself. The part of a stratum that was looked at counts as known: n grows
/// by (N−1)/(N−n), as in Korn & Graubard (1998).
public struct AuditEstimate: Sendable, Codable, Equatable {
  /// An estimated quantity.
  public struct Quantity: Sendable, Codable, Equatable {
    /// The estimate; nil where no spectrum was looked at that says anything.
    public var value: Double?
    /// Least value that agrees with the sample.
    public var low: Double
    /// Greatest value that agrees with the sample.
    public var high: Double
  }

  /// Share of positives among the candidates, 0…1.
  public var precision: Quantity
  /// Share of candidates among the positives, 0…1.
  public var recall: Quantity
  /// Positives in all strata.
  public var positives: Quantity
  /// What the intervals cover in so many of all samples.
  public var confidence: Double
  /// Spectra looked at.
  public var drawn: Int

  /// Estimates.
  ///
  /// - Parameters:
  ///   - strata: parts that together are the pool, and no spectrum in two of them
  ///   - confidence: 0 <..< 1, two-sided
  ///   - draws: random draws the intervals are made of: 4,000 are good to about 0.01 of their width
  public init(_ strata: [AuditStratum], confidence: Double = 0.95, draws: Int = 4000) {
    let parts = strata.filter { $0.size > 0 }
    var shares = ShareDraws(seed: UInt64(strata.count))
    var precisions: (low: [Double], high: [Double]) = ([], [])
    var recalls = precisions
    var totals = precisions
    let candidates = parts.reduce(0.0) { $0 + ($1.isCandidate ? Double($1.size) : 0) }
    for _ in 0..<draws {
      var (right, missed) = ((low: 0.0, high: 0.0), (low: 0.0, high: 0.0))
      for part in parts {
        let (low, high) = shares.draw(part)
        if part.isCandidate {
          right = (right.low + low, right.high + high)
        } else {
          missed = (missed.low + low, missed.high + high)
        }
      }
      precisions.low.append(candidates > 0 ? right.low / candidates : 0)
      precisions.high.append(candidates > 0 ? right.high / candidates : 1)
      let least = right.low + missed.high
      let most = right.high + missed.low
      recalls.low.append(least > 0 ? right.low / least : 0)
      recalls.high.append(most > 0 ? right.high / most : 1)
      totals.low.append(right.low + missed.low)
      totals.high.append(right.high + missed.high)
    }
    let tail = (1 - confidence) / 2
    let (right, missed) = (
      Self.total(parts.filter(\.isCandidate)), Self.total(parts.filter { !$0.isCandidate })
    )
    let all = Self.total(parts)
    func quantity(_ value: Double?, _ draws: (low: [Double], high: [Double])) -> Quantity {
      let low = Self.quantile(draws.low, tail)
      let high = Self.quantile(draws.high, 1 - tail)
      return Quantity(value: value.map { min(max($0, low), high) }, low: low, high: high)
    }
    precision = quantity(candidates > 0 ? right.map { $0 / candidates } : nil, precisions)
    var share: Double?
    if let all, all > 0 { share = (right ?? 0) / all }
    if parts.contains(where: { !$0.isCandidate }), missed == nil { share = nil }
    recall = quantity(share, recalls)
    positives = quantity(all, totals)
    self.confidence = confidence
    drawn = parts.reduce(0) { $0 + $1.drawn }
  }

  /// Horvitz and Thompson's estimate of the positives; nil where a part was not looked at.
  private static func total(_ parts: [AuditStratum]) -> Double? {
    guard !parts.isEmpty, parts.allSatisfy({ $0.drawn > 0 }) else { return nil }
    return parts.reduce(0) { $0 + Double($1.size) * Double($1.positives) / Double($1.drawn) }
  }

  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.indices.last else { return share < 0.5 ? 0 : 1 }
    let place = share * Double(last)
    let below = Int(place)
    let above = min(below + 1, last)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}

/// Draws positives of a stratum from the two confidence distributions of Clopper and Pearson.
private struct ShareDraws {
  private var random: CounterRandom

  init(seed: UInt64) { random = CounterRandom(seed: seed, .query, 4) }

  /// A low and a high count of the positives in a stratum, neither less nor more than its sample allows.
  mutating func draw(_ part: AuditStratum) -> (low: Double, high: Double) {
    let (size, n, k) = (Double(part.size), Double(part.drawn), Double(part.positives))
    if part.drawn >= part.size { return (k, k) }
    if part.drawn == 0 { return (0, size) }
    let gain = (size - 1) / (size - n)
    let (hits, misses) = (k * gain, (n - k) * gain)
    let low = k == 0 ? 0 : beta(hits, misses + 1)
    let high = k == n ? 1 : beta(hits + 1, misses)
    return (min(max(size * low, k), size - n + k), min(max(size * high, k), size - n + k))
  }

  private mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (x, y) = (gamma(a), gamma(b))
    return x / (x + y)
  }

  /// After Marsaglia & Tsang (2000).
  private mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 {
      let u = Double(random.next() >> 11) * 0x1p-53 + 0x1p-54
      return gamma(shape + 1) * pow(u, 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = random.normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      let u = Double(random.next() >> 11) * 0x1p-53 + 0x1p-54
      if log(u) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}
