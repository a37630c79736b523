#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A direction as a unit vector: x towards (0°, 0°), y towards (90°, 0°), z towards the north pole.
typealias UnitVector = SIMD3<Double>

extension SIMD3<Double> {
  /// The direction of a position in degrees.
  init(ra: Double, dec: Double) {
    let (s, c) = Circular.sinCos(ra)
    let r = Circular.cosDeclination(dec)
    self.init(r * c, r * s, Circular.sinDeclination(dec))
  }

  func dot(_ other: Self) -> Double { (self * other).sum() }

  func cross(_ other: Self) -> Self {
    Self(
      y * other.z - z * other.y,
      z * other.x - x * other.z,
      x * other.y - y * other.x)
  }

  /// Square of the straight distance of two unit vectors: 4 sin²(angle/2).
  func squaredChord(to other: Self) -> Double {
    let d = self - other
    return (d * d).sum()
  }

  var length: Double { (self * self).sum().squareRoot() }

  /// The position in degrees, right ascension in [0, 360).
  var position: SkyPosition {
    var ra = atan2(y, x) * Circular.degreesPerRadian
    if ra < 0 { ra += 360 }
    if ra >= 360 { ra = 0 }
    return SkyPosition(ra: ra, dec: atan2(z, (x * x + y * y).squareRoot()) * Circular.degreesPerRadian)
  }
}

/// The square of the chord of an angle in degrees, 0…180; at most 4.
func squaredChord(ofAngle degrees: Double) -> Double {
  if degrees >= 180 { return 4 }
  let s = Circular.sinHalfTurn(degrees / 2)
  return 4 * s * s
}

/// The angle in degrees of a squared chord.
func angle(ofSquaredChord c2: Double) -> Double {
  let h = (c2.squareRoot() / 2)
  return h >= 1 ? 180 : 2 * asin(h) * Circular.degreesPerRadian
}

extension SIMD3<Double> {
  /// The angle, radians, of a sine and a cosine times the same positive number.
  static func angle(_ sine: Double, _ cosine: Double) -> Double { atan2(sine, cosine) }
}
