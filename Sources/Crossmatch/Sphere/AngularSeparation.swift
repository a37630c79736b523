#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The angle between two positions, in degrees, 0…180.
///
/// Haversine formula on differences taken in degrees, where neighbouring numbers subtract exactly; cosines of
/// declinations above 45° are sines of the distance from the pole. The error is a few units in the last place of the
/// result down to the smallest angles (below 2·10⁻¹⁵″ for pairs within 4″ of each other), at the poles and across 0 h.
///
/// - Parameters:
///   - ra1: right ascension of the first position, degrees, −360…720
///   - dec1: declination of the first position, degrees, −90…90
///   - ra2: right ascension of the second position, degrees
///   - dec2: declination of the second position, degrees
/// - Returns: the separation in degrees; NaN if an argument is NaN.
/// - Complexity: O(1), some 10 ns.
public func angularSeparation(ra1: Double, dec1: Double, ra2: Double, dec2: Double) -> Double {
  let h = Haversine.between(ra1, dec1, ra2, dec2)
  // Beyond 90° the distance from the point opposite keeps the digits.
  if h > 0.5 {
    return 180 - Haversine.degrees(Haversine.between(ra1, dec1, ra2 < 180 ? ra2 + 180 : ra2 - 180, -dec2))
  }
  return Haversine.degrees(h)
}

/// The square of the sine of half an angle: grows with the angle and keeps its digits where it is small.
///
/// It is what the match kernel compares, sorts by and keeps with every pair.
enum Haversine {
  /// Haversine of the separation of two positions in degrees.
  @inline(__always)
  static func between(_ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Double {
    var da = (ra1 - ra2).magnitude
    if da > 180 { da = around(ra1, ra2) }
    let sd = sinHalf((dec1 - dec2).magnitude)
    let sa = sinHalf(da)
    return sd * sd + (Circular.cosDeclination(dec1) * Circular.cosDeclination(dec2)) * (sa * sa)
  }

  /// The difference of two right ascensions the other way round the circle, without rounding where it is small.
  @inline(__always)
  private static func around(_ ra1: Double, _ ra2: Double) -> Double {
    var da = ((360 - max(ra1, ra2)) + min(ra1, ra2)).magnitude
    // Right ascensions of −360…720° differ by three turns at most; numbers from a damaged file must end here too.
    for _ in 0..<2 where da > 180 { da = (360 - da).magnitude }
    return da
  }

  /// Sine of half an angle in degrees, 0…360.
  @inline(__always)
  private static func sinHalf(_ degrees: Double) -> Double {
    let x = degrees * (0.5 * Circular.radiansPerDegree)
    if degrees < 1 {
      // x < 0.009: the next term of the series is below 2⁻⁵⁴ of the first.
      let z = x * x
      return x * (1 - z * (1.0 / 6 - z * (1.0 / 120 - z * (1.0 / 5040))))
    }
    return Circular.sinHalfTurn(0.5 * degrees)
  }

  /// Haversine of an angle in degrees, 0…180 (larger ones count as 180).
  static func ofAngle(_ degrees: Double) -> Double {
    let s = sinHalf(min(max(degrees, 0), 180))
    return s * s
  }

  /// The angle in degrees of a haversine.
  @inline(__always)
  static func degrees(_ h: Double) -> Double {
    (2 * Circular.degreesPerRadian) * halfAngle(h)
  }

  /// The angle in arcsec of a haversine.
  @inline(__always)
  static func arcseconds(_ h: Double) -> Double {
    (7200 * Circular.degreesPerRadian) * halfAngle(h)
  }

  @inline(__always)
  private static func halfAngle(_ h: Double) -> Double {
    let s = h.squareRoot()
    if h < 1e-6 { return s * (1 + h * (1.0 / 6 + h * (3.0 / 40 + h * (15.0 / 336)))) }
    return asin(min(s, 1))
  }
}
