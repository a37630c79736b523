#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Judges a pair of rows of two tables by a criterion, at the epoch they are compared at.
///
/// If the right row has a proper motion it is moved to the left row's epoch; else the left row, if it has one, is moved
/// to the right row's. Motion is uniform along a straight line in space, seen without radial velocity.
struct PairMetric: Sendable {
  let left: MatchTable
  let right: MatchTable
  let criterion: MatchCriterion

  /// Haversine of the separation, and the number pairs are ordered by; nil if the criterion is not met.
  func judge(_ i: Int, _ j: Int) -> (haversine: Double, score: Double)? {
    let (a, b, years) = positions(i, j)
    let h = Haversine.between(a.ra, a.dec, b.ra, b.dec)
    switch criterion {
    case .radius: return (h, h)
    case .sumOfRadii:
      guard let p = left.radii, let q = right.radii else { return nil }
      return h <= Haversine.ofAngle((p[i] + q[j]) / 3600) ? (h, h) : nil
    case .quadratureOfRadii:
      guard let p = left.radii, let q = right.radii else { return nil }
      return h <= Haversine.ofAngle((p[i] * p[i] + q[j] * q[j]).squareRoot() / 3600) ? (h, h) : nil
    case .mahalanobis(let limit):
      guard let d = mahalanobis(i, j, a, b, years), d <= limit else { return nil }
      return (h, d)
    }
  }

  /// Positions at the common epoch, and how many years each row was moved.
  private func positions(_ i: Int, _ j: Int) -> (SkyPosition, SkyPosition, (Double, Double)) {
    let a = SkyPosition(ra: left.ra[i], dec: left.dec[i])
    let b = SkyPosition(ra: right.ra[j], dec: right.dec[j])
    let years = left.epoch(i) - right.epoch(j)
    guard years.isFinite && years != 0 else { return (a, b, (0, 0)) }
    if let moved = b.moved(by: right.motions, row: j, years: years) { return (a, moved, (0, years)) }
    if let moved = a.moved(by: left.motions, row: i, years: -years) { return (moved, b, (-years, 0)) }
    return (a, b, (0, 0))
  }

  /// The distance in standard deviations; nil without errors, or if these are 0 and the positions differ.
  private func mahalanobis(
    _ i: Int, _ j: Int, _ a: SkyPosition, _ b: SkyPosition, _ years: (Double, Double)
  ) -> Double? {
    guard let p = left.ellipses, let q = right.ellipses else { return nil }
    // Offset of b from a along a's east and north, arcsec.
    let sin1 = Circular.sinCos(b.ra - a.ra).sin
    let (s, c) = Circular.sinCos((b.ra - a.ra) / 2)
    let (cb, scale) = (Circular.cosDeclination(b.dec), 3600 * Circular.degreesPerRadian)
    let east = cb * sin1 * scale
    let rise = sin((b.dec - a.dec) * Circular.radiansPerDegree)
    let north = (rise + 2 * Circular.sinDeclination(a.dec) * cb * s * s) * scale
    // North at b is turned against north at a by the convergence of the meridians.
    let mean = Circular.sinDeclination((a.dec + b.dec) / 2)
    let turn = 2 * atan2(s * mean, c * cos((b.dec - a.dec) / 2 * Circular.radiansPerDegree))
    var sum = Covariance(p.major[i], p.minor[i], p.positionAngle[i])
    sum.add(Covariance(q.major[j], q.minor[j], q.positionAngle[j] - turn * Circular.degreesPerRadian))
    sum.add(circular: 1e-3 * years.0 * (left.motions?.errors?[i] ?? 0))
    sum.add(circular: 1e-3 * years.1 * (right.motions?.errors?[j] ?? 0))
    return sum.distance(east, north)
  }
}

extension MatchTable {
  /// The Mahalanobis distance of a row from a row of another table, at the epoch they are compared at.
  ///
  /// - Returns: standard deviations; nil where the tables have no error ellipses, or where both errors are 0 and the
  ///   positions differ.
  public func mahalanobisDistance(ofRow row: Int, fromRow other: Int, of table: MatchTable) -> Double? {
    PairMetric(left: self, right: table, criterion: .mahalanobis(.infinity)).judge(row, other)?.score
  }
}

/// The covariance of a position: east–east, east–north, north–north, arcsec².
private struct Covariance {
  var ee: Double
  var en: Double
  var nn: Double

  init(_ major: Double, _ minor: Double, _ positionAngle: Double) {
    let (s, c) = Circular.sinCos(positionAngle)
    let (a, b) = (major * major, minor * minor)
    ee = a * s * s + b * c * c
    en = (a - b) * s * c
    nn = a * c * c + b * s * s
  }

  mutating func add(_ other: Covariance) {
    ee += other.ee
    en += other.en
    nn += other.nn
  }

  mutating func add(circular sigma: Double) {
    guard sigma.isFinite else { return }
    ee += sigma * sigma
    nn += sigma * sigma
  }

  func distance(_ east: Double, _ north: Double) -> Double? {
    if east == 0 && north == 0 { return 0 }
    let determinant = ee * nn - en * en
    guard determinant > 0 else { return nil }
    return ((nn * east * east - 2 * en * east * north + ee * north * north) / determinant).squareRoot()
  }
}

extension SkyPosition {
  /// The position some years later; nil if the row's motion is not known.
  func moved(by motions: ProperMotions?, row: Int, years: Double) -> SkyPosition? {
    guard let motions, motions.ra[row].isFinite, motions.dec[row].isFinite else { return nil }
    return moved(pmRA: motions.ra[row], pmDec: motions.dec[row], years: years)
  }

  /// The position after a uniform motion, mas per Julian year (right ascension with the factor cos δ).
  ///
  /// Straight through space, as a star without radial velocity moves: p + μt, seen from the origin (Hipparcos
  /// Catalogue, ESA SP-1200, vol. 1, §1.5.5, without parallax and radial velocity).
  public func moved(pmRA: Double, pmDec: Double, years: Double) -> SkyPosition {
    let (s, c) = Circular.sinCos(ra)
    let (sd, cd) = (Circular.sinDeclination(dec), Circular.cosDeclination(dec))
    let factor = years * 1e-3 / 3600 * Circular.radiansPerDegree
    let east = UnitVector(-s, c, 0) * (pmRA * factor)
    let north = UnitVector(-sd * c, -sd * s, cd) * (pmDec * factor)
    let p = UnitVector(ra: ra, dec: dec) + east + north
    return p.position
  }
}
