/// Matches two tables of positions: which rows lie within a radius of each other.
///
/// The pairs found are those of the numbers given: no pair within the radius is missed and none beyond it is returned,
/// at the poles, across 0 h, for duplicates and for pairs on the radius itself, which counts as within.
///
/// ```swift
/// let matcher = Matcher(radiusArcsec: 3, mode: .bestPerLeft)
/// let result = try matcher.match(leftRA: ra1, leftDec: dec1, rightRA: ra2, rightDec: dec2)
/// for pair in result.pairs { print(pair.left, pair.right, pair.separation) }
/// ```
///
/// How: both tables are cut into bands of declination that fit the cache, one of them is sorted into buckets of right
/// ascension there, and the rows of the other look up the buckets within reach.
public struct Matcher: Sendable {
  /// The radius in arcsec; pairs at exactly this separation are within.
  public var radiusArcsec: Double

  /// Which pairs are kept.
  public var mode: MatchMode

  /// A matcher for a radius in arcsec, 0…648000 (180°), and a mode.
  public init(radiusArcsec: Double, mode: MatchMode = .all) {
    self.radiusArcsec = radiusArcsec
    self.mode = mode
  }

  /// Matches two tables given as columns of degrees.
  ///
  /// Rows that are no position (NaN, declination beyond ±90°, right ascension beyond −360…720°) match nothing and are
  /// counted in the report.
  ///
  /// - Parameters:
  ///   - leftRA: right ascensions of the left table
  ///   - leftDec: declinations of the left table
  ///   - rightRA: right ascensions of the right table
  ///   - rightDec: declinations of the right table
  /// - Throws: ``MatchError``: `XMA-01` columns of different lengths, `XMA-02` a radius that is none, `XMA-03` too
  ///   many rows
  /// - Complexity: O(n + m + pairs); some 30 ns a row on one core. Blocks the caller: call it from a thread, not from
  ///   an `async` function.
  public func match(
    leftRA: [Double], leftDec: [Double], rightRA: [Double], rightDec: [Double]
  ) throws(MatchError) -> MatchResult {
    guard leftRA.count == leftDec.count, rightRA.count == rightDec.count else {
      throw MatchError(
        .columns,
        "left \(leftRA.count) and \(leftDec.count), right \(rightRA.count) and \(rightDec.count) values",
        hint: "right ascension and declination need a value each per row")
    }
    guard radiusArcsec >= 0, radiusArcsec <= 648_000 else {
      throw MatchError(.parameter, "a radius of \(radiusArcsec)″", hint: "give 0 to 648000 arcsec")
    }
    guard max(leftRA.count, rightRA.count) < UInt32.max else {
      throw MatchError(.tooLarge, "a table of more than 2³² − 2 rows", hint: "match it in parts")
    }
    var report = MatchReport()
    report.leftRows = leftRA.count
    report.rightRows = rightRA.count
    let sweep = Sweep(radius: radiusArcsec / 3600)
    let found = sweep.pairs(leftRA, leftDec, rightRA, rightDec, &report)
    let chosen = PairSelection(mode: mode, leftRows: leftRA.count, rightRows: rightRA.count).choose(found)
    report.summarize(chosen)
    return MatchResult(pairs: chosen, report: report)
  }
}

extension MatchReport {
  /// Fills in what follows from the pairs of the result, which are sorted by left row.
  mutating func summarize(_ pairs: [MatchPair]) {
    matched = pairs.count
    var seen = RowSet(count: rightRows)
    var previous = UInt32.max
    for p in pairs {
      checksum.add(left: p.left, right: p.right)
      separationSum += p.separation
      if p.leftRow != previous { leftMatched += 1 }
      previous = p.leftRow
      if seen.insert(p.right) { rightMatched += 1 }
    }
  }
}

/// A set of row numbers, a bit each.
struct RowSet {
  private var words: [UInt64]

  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  @inline(__always)
  func contains(_ row: Int) -> Bool { words[row >> 6] & (1 << UInt64(row & 63)) != 0 }

  /// Adds a row; whether it was not in the set yet.
  @inline(__always)
  mutating func insert(_ row: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(row & 63)
    defer { words[row >> 6] |= bit }
    return words[row >> 6] & bit == 0
  }
}
