import Glibc

/// The noise-free Hα profile of a star on a grid of velocities, continuum = 1, as an instrument shows it.
struct HAlphaProfile: Sendable {
  /// Step of the velocity grid in km/s.
  static let step = 5.0
  /// Half the width of the grid in km/s.
  static let reach = 3600.0
  /// Number of points; the middle one is at rest.
  static let count = Int(2 * reach / step) + 1

  /// The profile after the instrument.
  private(set) var flux: [Float]
  /// The photosphere alone after the instrument.
  let photosphere: [Float]

  /// Builds the profile of a star as seen with a Gaussian instrument of the given standard deviation (km/s).
  init(type: SimulatedStellarType, rotation: Double, model: CircumstellarModel, instrument: Double) {
    let bare = Self.photosphere(type: type, rotation: rotation, veiling: model.veiling)
    let blur = SimulationKernel.gaussian(
      sigma: (instrument * instrument + model.turbulence * model.turbulence).squareRoot() / Self.step)
    photosphere = blur.applied(to: bare)
    guard model.isActive else {
      flux = photosphere
      return
    }
    flux = blur.applied(to: Self.unblurred(photosphere: bare, model: model))
  }

  /// Difference between star and bare photosphere at a velocity, 0 outside the grid.
  func excess(at velocity: Double) -> Float {
    let position = (velocity + Self.reach) / Self.step
    guard position >= 0, position < Double(Self.count - 1) else { return 0 }
    let index = Int(position)
    let fraction = Float(position - Double(index))
    let low = flux[index] - photosphere[index]
    let high = flux[index + 1] - photosphere[index + 1]
    return low + fraction * (high - low)
  }

  /// The profile as a detector shows it that counts no further than `ceiling` (continuum = 1): flat tops.
  func clipped(at ceiling: Double) -> HAlphaProfile {
    var copy = self
    copy.flux = flux.map { min($0, Float(ceiling)) }
    return copy
  }

  /// Velocity of a point of the grid in km/s.
  static func velocity(_ index: Int) -> Double { Double(index) * step - reach }

  private static func photosphere(
    type: SimulatedStellarType, rotation: Double, veiling: Double
  ) -> [Float] {
    let scale = SimulationMath.hAlphaVacuum / SimulationMath.lightSpeed
    let share = 1 - veiling
    let absorption = (0..<count).map {
      Float(1 - share * type.balmerAbsorption(offset: velocity($0) * scale))
    }
    guard rotation > step else { return absorption }
    return SimulationKernel.rotation(width: rotation / step, sigma: 0.5, shift: 0).applied(to: absorption)
  }

  private static func unblurred(photosphere: [Float], model: CircumstellarModel) -> [Float] {
    let emission = emission(model)
    let shellSigma = model.shellWidth / 2.3548
    let nebularSigma = CircumstellarModel.nebularSigma
    let angstrom = SimulationMath.hAlphaVacuum * step / SimulationMath.lightSpeed
    let nebularPeak = model.nebularWidth * step / (angstrom * nebularSigma * 2.506628)
    return (0..<count).map { index in
      let v = velocity(index)
      var flux = Double(photosphere[index]) + emission[index]
      if model.shellDepth > 0 { flux *= 1 - model.shellDepth * gaussian(v - model.shellVelocity, shellSigma) }
      if model.windDepth > 0 {
        flux *= 1 - model.windDepth * gaussian(v - model.windVelocity, abs(model.windVelocity) * 0.35)
      }
      if model.nebularWidth != 0 {
        flux += nebularPeak * gaussian(v - model.nebularVelocity, nebularSigma)
      }
      return Float(max(flux, 0.02))
    }
  }

  /// Emission of disc, centre, third peak and scattering wings; its integral is the equivalent width.
  private static func emission(_ model: CircumstellarModel) -> [Double] {
    guard model.equivalentWidth != 0 else { return [Double](repeating: 0, count: count) }
    let peak = max(model.peakSeparation / 2, 20)
    let asymmetry = (model.violetToRed - 1) / (model.violetToRed + 1)
    let centre = max(0.7 * peak, 25)
    let scattered = (model.scatteringWidth * model.scatteringWidth + peak * peak).squareRoot()
    let disc = KeplerianDisc(model)
    var shape = [Double](repeating: 0, count: count)
    var filled = shape
    var wings = shape
    var third = shape
    for index in 0..<count {
      let v = velocity(index)
      let line =
        model.gaussianWidth > 0 ? gaussian(v - model.lineVelocity, model.gaussianWidth) : disc.flux(at: v)
      shape[index] = line * (1 - asymmetry * min(max(v / peak, -1), 1))
      filled[index] = gaussian(v, centre)
      wings[index] = gaussian(v, scattered)
      if model.thirdShare > 0 { third[index] = gaussian(v - model.thirdVelocity, model.thirdWidth) }
    }
    let angstrom = SimulationMath.hAlphaVacuum * step / SimulationMath.lightSpeed
    let total = model.equivalentWidth / angstrom
    let shares = [
      1 - model.fill - model.scatteredShare - model.thirdShare, model.fill, model.scatteredShare,
      model.thirdShare,
    ]
    let parts = [shape, filled, wings, third]
    let factors = zip(shares, parts).map { total * $0 / max($1.reduce(0, +), 1e-9) }
    return (0..<count).map {
      shape[$0] * factors[0] + filled[$0] * factors[1] + wings[$0] * factors[2] + third[$0] * factors[3]
    }
  }

  private static func gaussian(_ x: Double, _ sigma: Double) -> Double {
    let t = x / sigma
    return t * t < 70 ? exp(-0.5 * t * t) : 0
  }
}
