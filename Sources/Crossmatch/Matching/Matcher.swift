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

  /// Threads to work on; the result does not depend on it.
  public var threads = 1

  /// A matcher for a radius in arcsec, 0…648000 (180°), and a mode.
  public init(radiusArcsec: Double, mode: MatchMode = .all, threads: Int = 1) {
    self.radiusArcsec = radiusArcsec
    self.mode = mode
    self.threads = threads
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
  /// - Throws: ``CrossmatchError``: `XMA-01` columns of different lengths, `XMA-02` a radius that is none, `XMA-03` too
  ///   many rows
  /// - Complexity: O(n + m + pairs); some 30 ns a row on one core. Blocks the caller until it is done.
  public func match(
    leftRA: [Double], leftDec: [Double], rightRA: [Double], rightDec: [Double]
  ) throws(CrossmatchError) -> MatchResult {
    try match(
      left: PositionArrays(ra: leftRA, dec: leftDec), right: PositionArrays(ra: rightRA, dec: rightDec))
  }

  /// Matches two tables that are read a block at a time.
  ///
  /// - Throws: ``CrossmatchError``: `XMA-02` a radius that is none, `XMA-03` too many rows
  /// - Complexity: as for columns. Memory: 20 bytes a row and 16 a pair within the radius.
  public func match(left: any PositionSource, right: any PositionSource) throws(CrossmatchError)
    -> MatchResult
  {
    try checkParameters(rows: max(left.rowCount, right.rowCount))
    var report = MatchReport()
    report.leftRows = left.rowCount
    report.rightRows = right.rowCount
    let threads = max(1, threads)
    let found = Sweep(radiusArcsec: radiusArcsec, threads: threads).pairs(left, right, &report)
    let chosen = PairSelection(mode: mode, left: left, right: right, threads: threads).choose(found)
    report.summarize(chosen, radiusArcsec: radiusArcsec, threads: threads)
    return MatchResult(pairs: chosen, report: report)
  }

  /// Complains about a radius that is none and about too many rows.
  func checkParameters(rows: Int) throws(CrossmatchError) {
    guard radiusArcsec >= 0, radiusArcsec <= 648_000 else {
      throw CrossmatchError(.parameter, "a radius of \(radiusArcsec)″", hint: "give 0 to 648000 arcsec")
    }
    guard rows < UInt32.max else {
      throw CrossmatchError(.tooLarge, "a table of more than 2³² − 2 rows", hint: "match it in parts")
    }
  }
}
