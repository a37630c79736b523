#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far apart in right ascension and declination two rows within a radius can be.
struct SweepWindow {
  /// Largest difference in declination, degrees, rounded up.
  let dec: Double
  private let radius: Double
  private let sinRadius: Double

  init(radius: Double) {
    self.radius = radius
    dec = radius * (1 + 1e-12) + 1e-13
    sinRadius = sin(radius * Circular.radiansPerDegree)
  }

  /// Largest difference in right ascension, degrees, rounded up: sin Δα = sin r / cos δ; infinity where the pole is
  /// nearer than the radius, or nearly so.
  @inline(__always)
  func ra(atDec dec: Double) -> Double {
    let polar = 90 - dec.magnitude
    if radius >= polar * (1 - 1e-12) || radius >= 90 { return .infinity }
    let s = sinRadius / Circular.cosDeclination(dec)
    // Below 90° the window and what it holds beyond 0 h cannot overlap.
    return s >= 1 ? .infinity : asin(s) * Circular.degreesPerRadian * (1 + 1e-12) + 1e-11
  }
}
