extension Matcher {
  /// Matches two tables whose rows have radii, error ellipses, proper motions or epochs of their own.
  ///
  /// Every pair must be within the matcher's radius as well, which bounds what is searched. Rows are searched in classes
  /// of similar reach, so that a few wide errors or fast stars do not widen the search for all others. Rows whose
  /// radius or error is not a number, or negative, are skipped and counted.
  ///
  /// - Parameters:
  ///   - left: the left table
  ///   - right: the right table
  ///   - criterion: what makes a pair
  /// - Throws: ``CrossmatchError``: `XMA-01` columns of different lengths, `XMA-02` a criterion whose columns are missing
  /// - Returns: the pairs; separations are those at the epoch of comparison.
  /// - Complexity: O(n + m + pairs) for each pair of classes; some 0.3 µs a candidate pair.
  public func match(
    _ left: MatchTable, _ right: MatchTable, by criterion: MatchCriterion = .radius
  ) throws(CrossmatchError) -> MatchResult {
    try left.check("left")
    try right.check("right")
    try checkParameters(rows: max(left.rowCount, right.rowCount))
    try check(criterion, left, right)
    let metric = PairMetric(left: left, right: right, criterion: criterion)
    let (l, r) = try (
      PositionArrays(ra: left.ra, dec: left.dec), PositionArrays(ra: right.ra, dec: right.dec)
    )
    var report = MatchReport()
    report.leftRows = left.rowCount
    report.rightRows = right.rowCount
    let leftClasses = ReachClasses(left, other: right, criterion, radiusArcsec)
    let rightClasses = ReachClasses(right, other: left, criterion, radiusArcsec)
    report.leftSkipped = leftClasses.skipped
    report.rightSkipped = rightClasses.skipped
    let limit = RadiusDecision(arcseconds: radiusArcsec)
    let found = PairRuns(threads: 1)
    var kept = PairBuffer()
    for a in leftClasses.classes {
      for b in rightClasses.classes {
        let sweep = Sweep(radiusArcsec: min(a.reach + b.reach, 648_000), threads: max(1, threads))
        var ignored = MatchReport()
        let runs = sweep.pairs(SubsetSource(l, a.rows), SubsetSource(r, b.rows), &ignored)
        for run in 0..<runs.threads {
          for p in runs.run(run) {
            let (i, j) = (a.rows[p.left], b.rows[p.right])
            guard let (h, _) = metric.judge(Int(i), Int(j)), limit.isProbablyWithin(h) else { continue }
            kept.append(MatchPair(left: i, right: j, haversine: h))
          }
        }
      }
    }
    found.set(0, kept)
    report.candidates = found.count
    let order = PairOrder(left: l, right: r, metric: metric)
    let chosen = PairSelection(mode: mode, left: l, right: r, threads: max(1, threads), order: order).choose(
      found)
    report.summarize(chosen, radiusArcsec: radiusArcsec, threads: max(1, threads))
    return MatchResult(pairs: chosen, report: report)
  }

  private func check(_ criterion: MatchCriterion, _ left: MatchTable, _ right: MatchTable)
    throws(CrossmatchError)
  {
    let missing: String? =
      switch criterion {
      case .radius: nil
      case .sumOfRadii, .quadratureOfRadii: left.radii == nil || right.radii == nil ? "radii" : nil
      case .mahalanobis: left.ellipses == nil || right.ellipses == nil ? "error ellipses" : nil
      }
    if let missing {
      throw CrossmatchError(.parameter, "matching by \(criterion) needs \(missing) in both tables")
    }
  }
}

/// Rows of a table by how far from its position a partner's reach may begin.
struct ReachClasses {
  struct Class {
    var rows: [UInt32]
    /// The largest reach in the class, arcsec.
    var reach: Double

    mutating func add(_ row: UInt32, _ reach: Double) {
      rows.append(row)
      self.reach = max(self.reach, reach)
    }
  }

  private(set) var classes: [Class] = []
  private(set) var skipped = 0

  /// Classes of a factor of four in reach: what a row adds to the largest separation of a pair it is in, arcsec.
  init(_ table: MatchTable, other: MatchTable, _ criterion: MatchCriterion, _ radius: Double) {
    var lists: [Int: Class] = [:]
    let span = other.epochRange
    for row in 0..<table.rowCount {
      guard SkyPosition.isValid(ra: table.ra[row], dec: table.dec[row]),
        let own = Self.ownReach(table, row, criterion, radius)
      else {
        skipped += 1
        continue
      }
      // A row is moved at most to the farthest epoch of the other table; the curvature of its path is far below 1 %.
      let reach = min(own, radius) + 1.01 * Self.motionReach(table, row, span, criterion) + 1e-9
      lists[max(0, Int(reach.exponent) + 60) / 2, default: Class(rows: [], reach: 0)].add(UInt32(row), reach)
    }
    classes = lists.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func ownReach(
    _ table: MatchTable, _ row: Int, _ criterion: MatchCriterion, _ radius: Double
  ) -> Double? {
    let own: Double =
      switch criterion {
      case .radius: radius / 2
      case .sumOfRadii, .quadratureOfRadii: table.radii?[row] ?? .nan
      case .mahalanobis(let limit):
        limit * max(table.ellipses?.major[row] ?? .nan, table.ellipses?.minor[row] ?? .nan)
      }
    return own >= 0 ? own : nil
  }

  private static func motionReach(
    _ table: MatchTable, _ row: Int, _ span: ClosedRange<Double>?, _ criterion: MatchCriterion
  ) -> Double {
    guard let span, let m = table.motions, m.ra[row].isFinite, m.dec[row].isFinite else { return 0 }
    let epoch = table.epoch(row)
    guard epoch.isFinite else { return 0 }
    let years = max((epoch - span.lowerBound).magnitude, (epoch - span.upperBound).magnitude)
    var speed = (m.ra[row] * m.ra[row] + m.dec[row] * m.dec[row]).squareRoot()
    if case .mahalanobis(let limit) = criterion, let e = m.errors?[row], e.isFinite { speed += limit * e }
    return 1e-3 * speed * years
  }
}

/// Some rows of two columns.
struct SubsetSource: PositionSource {
  private let all: PositionArrays
  private let rows: [UInt32]

  init(_ all: PositionArrays, _ rows: [UInt32]) {
    self.all = all
    self.rows = rows
  }

  var rowCount: Int { rows.count }

  func withPositions(_ range: Range<Int>, _ body: (Span<Double>, Span<Double>) -> Void) {
    let ra = rows[range].map { all.ra[Int($0)] }
    let dec = rows[range].map { all.dec[Int($0)] }
    body(ra.span, dec.span)
  }
}
