/// Decides whether a pair is within the radius, for the numbers given.
///
/// The haversine of a pair is good to some 10⁻¹⁵; where it differs from the radius' by less than 10⁻¹¹ of it, it is
/// computed again in double-double arithmetic.
struct RadiusDecision {
  private let limit: DoubleDouble
  private let surelyWithin: Double
  private let surelyOutside: Double

  /// For a radius in degrees, 0…180.
  init(radius: DoubleDouble) {
    let clipped = radius.high >= 180 ? DoubleDouble(180) : radius
    limit = DoubleDouble.haversine(ofAngle: clipped)
    surelyWithin = limit.high * (1 - 1e-11)
    surelyOutside = limit.high * (1 + 1e-11)
  }

  /// For a radius in degrees, 0…180.
  init(radius: Double) { self.init(radius: DoubleDouble(radius)) }

  /// For a radius in arcsec.
  init(arcseconds: Double) { self.init(radius: DoubleDouble(arcseconds) / 3600) }

  /// Whether a pair of haversine `h` is within; on the radius is within.
  @inline(__always)
  func isWithin(_ h: Double, _ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Bool {
    if h < surelyWithin { return true }
    if h > surelyOutside { return false }
    return decide(ra1, dec1, ra2, dec2)
  }

  /// Whether a pair of haversine `h` is within, as far as doubles tell.
  func isProbablyWithin(_ h: Double) -> Bool { h <= limit.high * (1 + 4e-15) }

  @inline(never)
  private func decide(_ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Bool {
    let exact = DoubleDouble.haversine(ra1, dec1, ra2, dec2)
    return exact < limit || exact.isIndistinguishable(from: limit)
  }
}
