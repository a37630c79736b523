/// What surrounds a simulated star: the parameters of its Hα emission.
///
/// Velocities in km/s.
struct CircumstellarModel: Sendable {
  /// Physical sort of the emission.
  var nature: SimulatedNature = .star
  /// Inclination of the disc in degrees, 0 = pole-on.
  var inclination = 0.0
  /// Orbital velocity at the inner edge of the disc, at the stellar surface.
  var orbitalVelocity = 400.0
  /// Outer radius of the disc in stellar radii, > 1.
  var discRadius = 6.0
  /// Twice the exponent m of the surface emissivity r^−m, 2 … 6.
  var doubledExponent = 4
  /// Standard deviation of a Gaussian line that replaces the disc; 0 for a disc.
  var gaussianWidth = 0.0
  /// Emission equivalent width in Å, positive for emission.
  var equivalentWidth = 0.0
  /// Share of the emission in a central component, which fills the dip of an opaque disc.
  var fill = 0.0
  /// Share of the emission in the wings broadened by electron scattering.
  var scatteredShare = 0.0
  /// Standard deviation of those wings.
  var scatteringWidth = 400.0
  /// Ratio of the violet to the red peak.
  var violetToRed = 1.0
  /// Depth of the shell absorption, a share of the flux at the line centre.
  var shellDepth = 0.0
  /// Full width at half maximum of the shell absorption.
  var shellWidth = 80.0
  /// Depth of the P Cygni absorption, a share of the flux.
  var windDepth = 0.0
  /// Velocity of that absorption, negative towards us.
  var windVelocity = -250.0
  /// Equivalent width in Å of the narrow nebular Hα, negative where it was over-subtracted.
  var nebularWidth = 0.0
  /// Strength of [N II] 6585 relative to nebular Hα.
  var nitrogenRatio = 0.0
  /// Strength of each [S II] line relative to nebular Hα.
  var sulphurRatio = 0.0
  /// Velocity of the nebula relative to the star.
  var nebularVelocity = 0.0
  /// Standard deviation of the local broadening in the disc, thermal and turbulent.
  var turbulence = 20.0

  /// Velocity of the Gaussian line relative to the star.
  var lineVelocity = 0.0
  /// Share of the emission in a third peak between the two of a disc.
  var thirdShare = 0.0
  /// Velocity of the third peak.
  var thirdVelocity = 0.0
  /// Standard deviation of the third peak.
  var thirdWidth = 25.0
  /// Velocity of the shell absorption.
  var shellVelocity = 0.0
  /// Share of the continuum that is not the photosphere's, 0 … 1: it makes absorption lines shallow.
  var veiling = 0.0
  /// Strength of He I 6678 relative to Hα, above the continuum.
  var heliumRatio = 0.0
  /// Strength of Hβ relative to Hα, above the continuum; that of the following lines falls off accordingly.
  var decrement = 0.28
  /// Lines that are not Hα, of a galaxy or a wind; they do not make the star active.
  var lines: [SimulatedLine] = []

  /// Projected orbital velocity at the stellar surface.
  var projectedVelocity: Double { orbitalVelocity * sine }

  /// Separation of the two peaks before any broadening: 2 v sin i / √(R_d/R*) (Huang 1972, Keplerian rotation).
  var peakSeparation: Double { 2 * projectedVelocity / discRadius.squareRoot() }

  /// Full width at half maximum of the emission line before the instrument, without what scatters or fills it; 0 without
  /// emission.
  var lineWidth: Double {
    let toFull = 2.354_820_045
    if equivalentWidth == 0 { return nebularWidth == 0 ? 0 : toFull * Self.nebularSigma }
    return gaussianWidth > 0
      ? toFull * (gaussianWidth * gaussianWidth + turbulence * turbulence).squareRoot()
      : KeplerianDisc(self).fullWidth(blur: turbulence)
  }

  /// Standard deviation of nebular lines.
  static let nebularSigma = 12.0

  /// Whether Hα differs from that of the bare star.
  var isActive: Bool { equivalentWidth != 0 || nebularWidth != 0 || shellDepth != 0 || windDepth != 0 }

  private var sine: Double { SimulationMath.sineDegrees(inclination) }
}
