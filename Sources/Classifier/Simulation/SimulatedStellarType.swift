import Glibc

/// A spectral type of the main sequence as a number: B0 = 0, A0 = 10, F0 = 20, G0 = 30, K0 = 40, M0 = 50 … M6 = 56.
struct SimulatedStellarType: Sendable, Equatable {
  /// Number of types that templates are made for.
  static let count = 57

  /// The number of the type, 0 … 56.
  let code: Int

  /// Effective temperature in kelvin.
  let temperature: Double
  /// Depth of the pressure-broadened wings of Hα at the line centre, in units of the continuum.
  let wingDepth: Double
  /// Scale of the wings of Hα in Å.
  let wingScale: Double
  /// Depth of the Doppler core of Hα, in units of the continuum.
  let coreDepth: Double
  /// Standard deviation of the core of Hα in Å, before rotation.
  let coreSigma: Double

  /// The type nearest to a number.
  init(_ code: Int) {
    self.code = min(max(code, 0), Self.count - 1)
    temperature = Self.interpolate(Self.temperatures, self.code)
    wingDepth = Self.interpolate(Self.wingDepths, self.code)
    wingScale = Self.interpolate(Self.wingScales, self.code)
    coreDepth = Self.interpolate(Self.coreDepths, self.code)
    coreSigma = Self.interpolate(Self.coreSigmas, self.code)
  }

  /// The name: `B2`, `G8`.
  var name: String {
    "\(["B", "A", "F", "G", "K", "M"][code / 10])\(code % 10)"
  }

  /// Photospheric absorption at an offset (Å) from the centre of a Balmer line, in units of the continuum.
  ///
  /// Wings fall off as Δλ^−2.5, as quasi-static Stark broadening does; `scale` shortens the wavelengths (and so the
  /// width) for the higher lines of the series, `blur` is the standard deviation of an instrument (Å).
  func balmerAbsorption(offset: Double, scale: Double = 1, blur: Double = 0) -> Double {
    let wing = offset / (wingScale * scale)
    let width = (coreSigma * coreSigma * scale * scale + blur * blur).squareRoot()
    let core = offset / width
    let base = 1 + wing * wing
    let gaussian = core * core < 60 ? coreDepth * coreSigma * scale / width * exp(-0.5 * core * core) : 0
    return gaussian + wingDepth / (base * sqrt(sqrt(base)))
  }

  private static let anchors = [0, 3, 5, 8, 10, 13, 15, 20, 25, 28, 30, 35, 40, 45, 50, 53, 56]
  private static let temperatures: [Double] = [
    30000, 18700, 15400, 11900, 9790, 8700, 8200, 7300, 6650, 6250, 5940, 5560, 5150, 4410, 3840, 3400, 3050,
  ]
  // Chosen so that the equivalent widths are 3, 6, 11, 9, 6, 3, 2 and 1 Å at B0, B5, A0, A5, F0, F8, G2 and K0.
  private static let wingDepths: [Double] = [
    0.18, 0.26, 0.32, 0.40, 0.43, 0.42, 0.40, 0.32, 0.22, 0.15, 0.10, 0.06, 0.03, 0.01, 0, 0, 0,
  ]
  private static let wingScales: [Double] = [
    3.6, 5.2, 6.4, 8.0, 9.2, 9.0, 8.4, 6.2, 5.6, 5.4, 5.2, 5.0, 4.5, 4, 4, 4, 4,
  ]
  private static let coreDepths: [Double] = [
    0.25, 0.28, 0.30, 0.33, 0.32, 0.30, 0.30, 0.34, 0.42, 0.50, 0.58, 0.62, 0.60, 0.52, 0.30, 0.18, 0.12,
  ]
  private static let coreSigmas: [Double] = [
    1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.85, 0.75, 0.68, 0.62, 0.58, 0.55, 0.52, 0.50, 0.5, 0.5,
  ]

  /// A value between the anchors of the table above, linearly.
  static func interpolate(_ values: [Double], _ code: Int) -> Double {
    guard let upper = anchors.firstIndex(where: { $0 >= code }) else { return values.last ?? 0 }
    if upper == 0 { return values[0] }
    let low = anchors[upper - 1]
    let fraction = Double(code - low) / Double(anchors[upper] - low)
    return values[upper - 1] + fraction * (values[upper] - values[upper - 1])
  }
}
