/// The order of pairs by separation, for the numbers given: nearest first, then by left, then by right row.
///
/// Separations whose haversines differ by less than their rounding errors are compared in double-double arithmetic,
/// from the positions of the tables.
struct PairOrder {
  let left: any PositionSource
  let right: any PositionSource
  /// What pairs are ordered by instead of the separation of the tables' positions.
  let metric: PairMetric?
  /// Whether there is a metric: looking at it for every pair would copy it.
  private let hasMetric: Bool

  init(left: any PositionSource, right: any PositionSource, metric: PairMetric? = nil) {
    self.left = left
    self.right = right
    self.metric = metric
    hasMetric = metric != nil
  }

  /// Whether `a` comes before `b`.
  @inline(__always)
  func precedes(_ a: MatchPair, _ b: MatchPair) -> Bool {
    if hasMetric { return precedesByMetric(a, b) }
    let difference = a.haversine - b.haversine
    // Each haversine is within 2·10⁻¹⁵ of the true one. 0 is exact: both positions are the same point.
    if difference.magnitude > 1e-14 * (a.haversine + b.haversine) { return difference < 0 }
    if a.haversine == 0 && b.haversine == 0 { return byRows(a, b) }
    return decide(a, b)
  }

  @inline(never)
  private func precedesByMetric(_ a: MatchPair, _ b: MatchPair) -> Bool {
    let x = metric?.judge(a.left, a.right)?.score ?? .infinity
    let y = metric?.judge(b.left, b.right)?.score ?? .infinity
    return x == y ? byRows(a, b) : x < y
  }

  @inline(__always)
  private func byRows(_ a: MatchPair, _ b: MatchPair) -> Bool {
    a.leftRow != b.leftRow ? a.leftRow < b.leftRow : a.rightRow < b.rightRow
  }

  @inline(never)
  private func decide(_ a: MatchPair, _ b: MatchPair) -> Bool {
    let (a1, a2) = (left.position(a.left), right.position(a.right))
    let (b1, b2) = (left.position(b.left), right.position(b.right))
    if a1.isSamePoint(as: b1) && a2.isSamePoint(as: b2) { return byRows(a, b) }
    let h = DoubleDouble.haversine(a1.ra, a1.dec, a2.ra, a2.dec)
    let g = DoubleDouble.haversine(b1.ra, b1.dec, b2.ra, b2.dec)
    return h.isIndistinguishable(from: g) ? byRows(a, b) : h < g
  }
}

extension PositionSource {
  /// The position of one row.
  func position(_ row: Int) -> SkyPosition {
    var position = SkyPosition(ra: .nan, dec: .nan)
    withPositions(row..<row + 1) { ra, dec in position = SkyPosition(ra: ra[0], dec: dec[0]) }
    return position
  }
}

extension SkyPosition {
  /// Whether two positions are the same numbers, or the same pole.
  func isSamePoint(as other: SkyPosition) -> Bool {
    dec == other.dec && (ra == other.ra || dec.magnitude == 90)
  }
}
