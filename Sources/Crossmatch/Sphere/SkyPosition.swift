/// A position on the sky: two angles in degrees, ICRS unless the user means another equatorial frame.
public struct SkyPosition: Sendable, Hashable {
  /// Right ascension in degrees.
  public var ra: Double

  /// Declination in degrees, −90…90.
  public var dec: Double

  /// A position from its right ascension and declination in degrees.
  public init(ra: Double, dec: Double) {
    self.ra = ra
    self.dec = dec
  }

  /// Whether the position can be used: right ascension −360…720, declination −90…90, both numbers.
  ///
  /// Rows that are not valid are skipped and counted by everything in this library that takes tables.
  @inline(__always)
  public static func isValid(ra: Double, dec: Double) -> Bool {
    // Comparisons with NaN are false, so that NaN is no position either.
    dec.magnitude <= 90 && ra >= -360 && ra <= 720
  }

  /// The right ascension brought to [0, 360); exact for values that lie there already.
  @inline(__always)
  static func normalized(ra: Double) -> Double {
    if ra >= 0 && ra < 360 { return ra }
    let r = ra < 0 ? ra + 360 : ra - 360
    // −1e-20 + 360 rounds to 360.
    return r >= 360 ? r - 360 : r
  }
}
