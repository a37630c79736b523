/// Sine and cosine of angles in degrees, without a detour that loses digits.
///
/// All reductions happen in degrees, where they are exact: the cosine of a declination near a pole keeps its full
/// relative precision, and that of ±90° is 0.
enum Circular {
  static let radiansPerDegree = 0.017453292519943295
  static let degreesPerRadian = 57.29577951308232

  /// Sine of `x` radians, |x| ≤ π/4, better than one unit in the last place.
  ///
  /// Minimax polynomial of degree 13 of Sun's fdlibm (k_sin.c).
  @inline(__always)
  static func sinKernel(_ x: Double) -> Double {
    let z = x * x
    let r =
      8.33333333332248946124e-03
      + z
      * (-1.98412698298579493134e-04
        + z
        * (2.75573137070700676789e-06
          + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))
    return x + (z * x) * (-1.66666666666666324348e-01 + z * r)
  }

  /// Cosine of `x` radians, |x| ≤ π/4; polynomial of degree 14 of fdlibm (k_cos.c).
  @inline(__always)
  static func cosKernel(_ x: Double) -> Double {
    let z = x * x
    let r =
      z
      * (4.16666666666666019037e-02
        + z
        * (-1.38888888888741095749e-03
          + z
          * (2.48015872894767294178e-05
            + z
            * (-2.75573143513906633035e-07
              + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))))
    let half = 0.5 * z
    let w = 1 - half
    return w + (((1 - w) - half) + z * r)
  }

  /// Cosine of a declination in degrees, −90…90.
  @inline(__always)
  static func cosDeclination(_ degrees: Double) -> Double {
    let a = degrees.magnitude
    return a > 45 ? sinKernel((90 - a) * radiansPerDegree) : cosKernel(a * radiansPerDegree)
  }

  /// Sine of a declination in degrees, −90…90.
  @inline(__always)
  static func sinDeclination(_ degrees: Double) -> Double {
    let a = degrees.magnitude
    let s = a > 45 ? cosKernel((90 - a) * radiansPerDegree) : sinKernel(a * radiansPerDegree)
    return degrees < 0 ? -s : s
  }

  /// Sine of an angle in degrees, 0…180.
  @inline(__always)
  static func sinHalfTurn(_ degrees: Double) -> Double {
    let a = degrees > 90 ? 180 - degrees : degrees
    return a > 45 ? cosKernel((90 - a) * radiansPerDegree) : sinKernel(a * radiansPerDegree)
  }

  /// Sine and cosine of any right ascension in degrees.
  static func sinCos(_ degrees: Double) -> (sin: Double, cos: Double) {
    let turns = (degrees / 90).rounded()
    let rest = (degrees - 90 * turns) * radiansPerDegree
    let (s, c) = (sinKernel(rest), cosKernel(rest))
    switch Int(turns) & 3 {
    case 0: return (s, c)
    case 1: return (c, -s)
    case 2: return (-s, -c)
    default: return (-c, s)
    }
  }
}
