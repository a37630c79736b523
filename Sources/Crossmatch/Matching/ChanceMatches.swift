/// How many pairs a match would have by chance: the same match with one sky moved aside.
public struct ChanceMatches: Sendable, Hashable {
  /// Pairs found at each shift, in the order east, west, north, south.
  public var counts: [Int]
  /// How far the sky was moved, arcsec.
  public var shiftArcsec: Double
  /// Pairs of the match itself.
  public var matched: Int

  /// Mean number of chance pairs.
  public var expected: Double {
    counts.isEmpty ? 0 : Double(counts.reduce(0, +)) / Double(counts.count)
  }

  /// The share of the match's pairs expected to be false, 0…1.
  public var falseMatchRate: Double { matched == 0 ? 0 : min(1, expected / Double(matched)) }
}

extension Matcher {
  /// Estimates how many pairs of a match are there by chance.
  ///
  /// The left table is moved by some radii to the east, west, north and south, and matched again in the same mode. The
  /// shift is large enough to part true pairs and small enough to keep the density of the sky as it is. Pairs lost to
  /// true ones in the match proper make the estimate a little too high.
  ///
  /// - Parameters:
  ///   - left: the left table
  ///   - right: the right table
  ///   - result: the result of matching them
  ///   - shiftArcsec: how far to move; 20 radii, at least 30″, if left out
  /// - Throws: ``CrossmatchError`` as the match itself
  /// - Complexity: four matches.
  public func chanceMatches(
    left: any PositionSource, right: any PositionSource, of result: MatchResult, shiftArcsec: Double? = nil
  ) throws(CrossmatchError) -> ChanceMatches {
    try chanceMatches(of: result, shiftArcsec) { east, north throws(CrossmatchError) in
      try match(left: ShiftedSource(left, east: east, north: north), right: right)
    }
  }

  /// The same for tables whose rows have radii, errors, motions or epochs of their own.
  ///
  /// - Throws: ``CrossmatchError`` as the match itself
  /// - Complexity: four matches.
  public func chanceMatches(
    _ left: MatchTable, _ right: MatchTable, by criterion: MatchCriterion, of result: MatchResult,
    shiftArcsec: Double? = nil
  ) throws(CrossmatchError) -> ChanceMatches {
    try chanceMatches(of: result, shiftArcsec) { east, north throws(CrossmatchError) in
      var moved = left
      for row in 0..<left.rowCount {
        let p = SkyPosition(ra: left.ra[row], dec: left.dec[row]).shifted(east: east, north: north)
        (moved.ra[row], moved.dec[row]) = (p.ra, p.dec)
      }
      return try match(moved, right, by: criterion)
    }
  }

  private func chanceMatches(
    of result: MatchResult, _ shiftArcsec: Double?,
    _ match: (_ east: Double, _ north: Double) throws(CrossmatchError) -> MatchResult
  ) throws(CrossmatchError) -> ChanceMatches {
    let shift = shiftArcsec ?? max(20 * radiusArcsec, 30)
    var counts: [Int] = []
    for (east, north) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
      counts.append(try match(east * shift / 3600, north * shift / 3600).report.matched)
    }
    return ChanceMatches(counts: counts, shiftArcsec: shift, matched: result.report.matched)
  }
}

/// A table moved on the sky, each row by the same angle along its parallel and meridian.
struct ShiftedSource: PositionSource {
  private let source: any PositionSource
  private let east: Double
  private let north: Double

  init(_ source: any PositionSource, east: Double, north: Double) {
    self.source = source
    self.east = east
    self.north = north
  }

  var rowCount: Int { source.rowCount }

  func withPositions(_ rows: Range<Int>, _ body: (Span<Double>, Span<Double>) -> Void) {
    source.withPositions(rows) { ra, dec in
      var (newRA, newDec) = ([Double](), [Double]())
      for k in 0..<ra.count {
        let moved = SkyPosition(ra: ra[k], dec: dec[k]).shifted(east: east, north: north)
        newRA.append(moved.ra)
        newDec.append(moved.dec)
      }
      body(newRA.span, newDec.span)
    }
  }
}

extension SkyPosition {
  /// The position moved along its parallel and its meridian, degrees; NaN for what is no position.
  func shifted(east: Double, north: Double) -> SkyPosition {
    guard SkyPosition.isValid(ra: ra, dec: dec) else { return SkyPosition(ra: .nan, dec: .nan) }
    var (a, d) = (SkyPosition.normalized(ra: ra), dec + north)
    if d > 90 { (a, d) = (a + 180, 180 - d) } else if d < -90 { (a, d) = (a + 180, -180 - d) }
    a += min(max(east / max(Circular.cosDeclination(dec), 1e-12), -180), 180)
    if a < 0 { a += 360 }
    if a >= 360 { a -= 360 }
    return SkyPosition(ra: a >= 360 ? a - 360 : a, dec: d)
  }
}
