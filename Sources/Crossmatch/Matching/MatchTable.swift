/// Positional errors of the rows of a table: an ellipse each, one standard deviation.
public struct ErrorEllipses: Sendable {
  /// Semi-major axes, arcsec.
  public var major: [Double]
  /// Semi-minor axes, arcsec.
  public var minor: [Double]
  /// Position angles of the major axes, degrees from north through east.
  public var positionAngle: [Double]

  /// Ellipses of a table, three values a row.
  public init(major: [Double], minor: [Double], positionAngle: [Double]) {
    self.major = major
    self.minor = minor
    self.positionAngle = positionAngle
  }

  /// Circles: the same error in every direction, arcsec.
  public init(circular sigma: [Double]) {
    self.init(major: sigma, minor: sigma, positionAngle: [Double](repeating: 0, count: sigma.count))
  }
}

/// Proper motions of the rows of a table; NaN where they are not known.
public struct ProperMotions: Sendable {
  /// Along right ascension, with the factor cos δ, mas per Julian year.
  public var ra: [Double]
  /// Along declination, mas per Julian year.
  public var dec: [Double]
  /// Their standard errors, mas per Julian year, in both coordinates; nil for none.
  public var errors: [Double]?

  /// Proper motions of a table.
  public init(ra: [Double], dec: [Double], errors: [Double]? = nil) {
    self.ra = ra
    self.dec = dec
    self.errors = errors
  }
}

/// A table to match with all that is known about its positions.
public struct MatchTable: Sendable {
  /// Right ascensions, degrees.
  public var ra: [Double]
  /// Declinations, degrees.
  public var dec: [Double]
  /// A radius of its own for each row, arcsec, for ``MatchCriterion/sumOfRadii`` and ``MatchCriterion/quadratureOfRadii``.
  public var radii: [Double]?
  /// Positional errors, for ``MatchCriterion/mahalanobis(_:)``.
  public var ellipses: ErrorEllipses?
  /// Proper motions.
  public var motions: ProperMotions?
  /// Epochs of the positions, Julian years: one value for all rows or one each; none where motion does not matter.
  public var epochs: [Double]

  /// A table of positions in degrees; what else is known about them is set afterwards.
  public init(ra: [Double], dec: [Double], epochs: [Double] = []) {
    self.ra = ra
    self.dec = dec
    self.epochs = epochs
  }

  /// Number of rows.
  public var rowCount: Int { ra.count }

  /// Epoch of a row; NaN if it is not known.
  @inline(__always)
  func epoch(_ row: Int) -> Double { epochs.count == 1 ? epochs[0] : epochs.isEmpty ? .nan : epochs[row] }

  /// The smallest and the largest epoch; nil if none is known.
  var epochRange: ClosedRange<Double>? {
    let known = epochs.lazy.filter { $0.isFinite }
    guard let low = known.min(), let high = known.max() else { return nil }
    return low...high
  }

  /// Complains about a column whose length is not that of the others.
  func check(_ side: String) throws(CrossmatchError) {
    var lengths = [("right ascensions", ra.count), ("declinations", dec.count)]
    if let radii { lengths.append(("radii", radii.count)) }
    if let e = ellipses {
      lengths += [("major axes", e.major.count), ("minor axes", e.minor.count)]
      lengths.append(("position angles", e.positionAngle.count))
    }
    if let m = motions {
      lengths += [("proper motions in ra", m.ra.count), ("proper motions in dec", m.dec.count)]
      if let errors = m.errors { lengths.append(("errors of proper motions", errors.count)) }
    }
    if epochs.count > 1 { lengths.append(("epochs", epochs.count)) }
    for (what, n) in lengths where n != ra.count {
      throw CrossmatchError(.columns, "\(side) table: \(n) \(what) for \(ra.count) rows")
    }
  }
}

/// What makes two rows a pair, besides being within the matcher's radius.
public enum MatchCriterion: Sendable, Hashable {
  /// Nothing else; pairs are ordered by separation.
  case radius
  /// The separation is at most the sum of the two rows' radii (STILTS `skyerr`); ordered by separation.
  case sumOfRadii
  /// The separation is at most the root of the sum of the squares of the two rows' radii; ordered by separation.
  case quadratureOfRadii
  /// The Mahalanobis distance, √(Δᵀ(C₁+C₂)⁻¹Δ), is at most this many standard deviations; ordered by it.
  case mahalanobis(Double)
}
