/// The haversines of four pairs of positions at a time, by the same operations as ``Haversine`` and with its result.
struct HaversineBatch {
  static let lanes = 4
  typealias Lanes = SIMD4<Double>

  private var ra1 = Lanes()
  private var dec1 = Lanes()
  private var ra2 = Lanes()
  private var dec2 = Lanes()

  /// Puts a pair of positions, degrees, in a lane.
  @inline(__always)
  mutating func set(_ lane: Int, _ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) {
    self.ra1[lane] = ra1
    self.dec1[lane] = dec1
    self.ra2[lane] = ra2
    self.dec2[lane] = dec2
  }

  /// sin² of half the separation of each pair.
  @inline(__always)
  var haversines: Lanes {
    let straight = Self.magnitude(ra1 - ra2)
    let isFirst = ra1 .> ra2
    let high = ra2.replacing(with: ra1, where: isFirst)
    let low = ra1.replacing(with: ra2, where: isFirst)
    let da = straight.replacing(with: Self.magnitude((360 - high) + low), where: straight .> 180)
    let dd = Self.magnitude(dec1 - dec2)
    guard all(da .< 1) && all(dd .< 1) else {
      var result = Lanes()
      for k in 0..<Self.lanes { result[k] = Haversine.between(ra1[k], dec1[k], ra2[k], dec2[k]) }
      return result
    }
    let sd = Self.smallSinHalf(dd)
    let sa = Self.smallSinHalf(da)
    return sd * sd + (Self.cosDeclination(dec1) * Self.cosDeclination(dec2)) * (sa * sa)
  }

  @inline(__always)
  private static func magnitude(_ x: Lanes) -> Lanes { x.replacing(with: -x, where: x .< 0) }

  @inline(__always)
  private static func smallSinHalf(_ degrees: Lanes) -> Lanes {
    let x = degrees * (0.5 * Circular.radiansPerDegree)
    let z = x * x
    var p: Lanes = 1.0 / 120 - z * (1.0 / 5040)
    p = 1.0 / 6 - z * p
    return x * (1 - z * p)
  }

  @inline(__always)
  private static func cosDeclination(_ degrees: Lanes) -> Lanes {
    let a = magnitude(degrees)
    let steep = a .> 45
    let x = a.replacing(with: 90 - a, where: steep) * Circular.radiansPerDegree
    return Circular.cosKernel(x).replacing(with: Circular.sinKernel(x), where: steep)
  }
}

extension Circular {
  /// Sine of four angles in radians, |x| ≤ π/4.
  @inline(__always)
  static func sinKernel(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let z = x * x
    var r: SIMD4<Double> = -2.50507602534068634195e-08 + z * 1.58969099521155010221e-10
    r = 2.75573137070700676789e-06 + z * r
    r = -1.98412698298579493134e-04 + z * r
    r = 8.33333333332248946124e-03 + z * r
    r = -1.66666666666666324348e-01 + z * r
    return x + (z * x) * r
  }

  /// Cosine of four angles in radians, |x| ≤ π/4.
  @inline(__always)
  static func cosKernel(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let z = x * x
    var r: SIMD4<Double> = 2.08757232129817482790e-09 + z * -1.13596475577881948265e-11
    r = -2.75573143513906633035e-07 + z * r
    r = 2.48015872894767294178e-05 + z * r
    r = -1.38888888888741095749e-03 + z * r
    r = 4.16666666666666019037e-02 + z * r
    r = z * r
    let half = 0.5 * z
    let w = 1 - half
    return w + (((1 - w) - half) + z * r)
  }
}
