import Glibc

/// Constants and small functions that the simulator shares.
enum SimulationMath {
  /// Speed of light in km/s.
  static let lightSpeed = 299_792.458
  /// Hα in vacuum, Å.
  static let hAlphaVacuum = 6564.61
  /// Hα in air, Å.
  static let hAlphaAir = 6562.79

  /// Sine of an angle in degrees.
  static func sineDegrees(_ angle: Double) -> Double { sin(angle * .pi / 180) }

  /// Cosine of an angle in degrees.
  static func cosineDegrees(_ angle: Double) -> Double { cos(angle * .pi / 180) }

  /// Wavelength in vacuum of a wavelength in air, both in Å (the VALD fit to Ciddor 1996).
  static func vacuum(air wavelength: Double) -> Double {
    let s = 1e4 / wavelength
    let s2 = s * s
    let index =
      1 + 0.00008336624212083 + 0.02408926869968 / (130.1065924522 - s2)
      + 0.0001599740894897 / (38.92568793293 - s2)
    return wavelength * index
  }

  /// Position at a distance (degrees) and position angle (degrees, north through east) from another.
  static func offset(ra: Double, dec: Double, distance: Double, angle: Double) -> (ra: Double, dec: Double) {
    let radian = Double.pi / 180
    let (d, a, p) = (dec * radian, angle * radian, distance * radian)
    let newDec = asin(min(max(sin(d) * cos(p) + cos(d) * sin(p) * cos(a), -1), 1))
    let east = atan2(sin(a) * sin(p) * cos(d), cos(p) - sin(d) * sin(newDec))
    var newRA = ra + east / radian
    if newRA < 0 { newRA += 360 }
    if newRA >= 360 { newRA -= 360 }
    return (newRA, newDec / radian)
  }
}
