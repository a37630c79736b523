import Glibc

/// The line profile of a flat, optically thin disc in Keplerian rotation (Smak 1969, 1981; Huang 1972).
///
/// F(u) ∝ ∫ r^(3/2−m) / √(1 − u² r) dr from r = 1 to min(R_d, u⁻²), with u the velocity in units of the projected
/// orbital velocity at the inner edge. Its peaks lie at u = ±R_d^−½.
struct KeplerianDisc {
  private let projected: Double
  private let radius: Double
  private let exponent: Int

  /// The disc of a model.
  init(_ model: CircumstellarModel) {
    // Thermal motion widens a disc seen pole-on; without it the profile would be a needle.
    projected = max(model.projectedVelocity, 15)
    radius = max(model.discRadius, 1.05)
    exponent = 3 - model.doubledExponent
  }

  /// Flux at a velocity in km/s, on an arbitrary scale.
  func flux(at velocity: Double) -> Double {
    let u = max(abs(velocity) / projected, 0.02)
    guard u < 1 else { return 0 }
    let u2 = u * u
    let outer = min(radius, 1 / u2)
    // s = √(1 − u² r) removes the singularity at the outer edge of the integral.
    let from = max(1 - u2 * outer, 0).squareRoot()
    let to = (1 - u2).squareRoot()
    let points = 12
    let width = (to - from) / Double(points)
    var sum = 0.0
    for point in 0..<points {
      let s = from + (Double(point) + 0.5) * width
      sum += power((1 - s * s) / u2)
    }
    return sum * 2 * width / u2
  }

  /// r^(exponent/2).
  private func power(_ r: Double) -> Double {
    switch exponent {
    case 1: r.squareRoot()
    case 0: 1
    case -1: 1 / r.squareRoot()
    case -2: 1 / r
    case -3: 1 / (r * r.squareRoot())
    default: pow(r, Double(exponent) / 2)
    }
  }
}
