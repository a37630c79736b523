/// Decides whether a pair is within the radius, for the numbers given.
///
/// The haversine of a pair is good to some 10⁻¹⁵; where it differs from the radius' by less than 10⁻¹¹ of it, it is
/// computed again in double-double arithmetic.
struct RadiusDecision {
  private let limit: Double
  private let surelyWithin: Double
  private let surelyOutside: Double

  init(radius: Double) {
    limit = Haversine.ofAngle(radius)
    surelyWithin = limit * (1 - 1e-11)
    surelyOutside = limit * (1 + 1e-11)
  }

  @inline(__always)
  func isWithin(_ h: Double, _ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Bool {
    if h < surelyWithin { return true }
    if h > surelyOutside { return false }
    return h <= limit
  }
}
