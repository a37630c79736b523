/// A random sample of a pool that is looked at to judge the network, and never learned from.
public struct AuditDesign: Sendable {
  /// Which spectra the sample is drawn from.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// From the whole pool, stratified by score: says precision and recall.
    case stratified
    /// From the candidates only, as published: says the precision.
    case candidates
  }

  /// A part of the pool.
  public struct Stratum: Sendable {
    /// Its spectra, as rows of the pool.
    public let rows: [Int]
    /// Whether the network calls them positive.
    public let isCandidate: Bool
    /// The rows drawn, in the order drawn.
    public let drawn: [Int]
  }

  /// The parts, those of the highest scores first.
  public let strata: [Stratum]

  /// Draws a sample.
  ///
  /// Stratified, half of the sample goes to the candidates, in two parts of equal size by score, and half to the rest, in three:
  /// as many as there are candidates, ten times as many, and all others. What a small part cannot take goes to the
  /// next ones. Ranks, not scores, make the parts, so that a network that is too sure of itself does no harm.
  ///
  /// - Parameters:
  ///   - count: spectra to draw; fewer if the pool is smaller
  ///   - rows: the pool: rows that no person has looked at
  ///   - scores: probability of not being background, of each row in `rows`
  ///   - isCandidate: whether the network calls each row in `rows` positive
  ///   - seed: decides what is drawn
  public init(
    _ kind: Kind, count: Int, rows: [Int], scores: [Float], isCandidate: [Bool], seed: UInt64
  ) {
    let order = rows.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
    let candidates = order.filter { isCandidate[$0] }.map { rows[$0] }
    let others = order.filter { !isCandidate[$0] }.map { rows[$0] }
    var parts: [(rows: [Int], isCandidate: Bool)] = []
    switch kind {
    case .candidates:
      parts = [(candidates, true)]
    case .stratified:
      let half = candidates.count / 2
      let near = max(1, candidates.count)
      parts = [
        (Array(candidates[..<half]), true), (Array(candidates[half...]), true),
        (Array(others.prefix(near)), false), (Array(others.dropFirst(near).prefix(10 * near)), false),
        (Array(others.dropFirst(11 * near)), false),
      ]
    }
    parts.removeAll { $0.rows.isEmpty }
    let shares = Self.shares(count, parts.map { (size: $0.rows.count, isCandidate: $0.isCandidate) })
    strata = parts.enumerated().map { index, part in
      var random = CounterRandom(seed: seed, .query, 5, index)
      let drawn = random.permutation(part.rows.count).prefix(shares[index]).map { part.rows[$0] }
      return Stratum(rows: part.rows, isCandidate: part.isCandidate, drawn: drawn)
    }
  }

  /// How many to draw from each part: equal shares of the candidates' half and of the other half.
  static func shares(_ count: Int, _ parts: [(size: Int, isCandidate: Bool)]) -> [Int] {
    var shares = [Int](repeating: 0, count: parts.count)
    var left = count
    while left > 0 {
      let open = parts.indices.filter { shares[$0] < parts[$0].size }
      // Dealt one by one to the part that has least of what is due to it.
      let halves = Set(open.map { parts[$0].isCandidate }).count
      guard
        let next = open.min(by: { a, b in
          func due(_ index: Int) -> Double {
            let peers = open.count { parts[$0].isCandidate == parts[index].isCandidate }
            return Double(shares[index] + 1) * Double(peers * halves)
          }
          return (due(a), a) < (due(b), b)
        })
      else { break }
      shares[next] += 1
      left -= 1
    }
    return shares
  }
}
