#if canImport(Glibc)
  import Glibc
#endif

/// How far a spectrum is brought to what the survey searched would have made of it: one step after the other.
public struct AdaptationStep: Codable, Sendable {
  /// What the last step is, in words.
  public var name: String
  /// Whether each vector is scaled from −1 to 1, not by one number a survey.
  var isScaled = false
  /// Whether wavelengths in air are converted to vacuum.
  var isInVacuum = false
  /// Whether fluxes are interpolated between pixels, not taken from the nearest.
  var isInterpolated = false
  /// Whether the resolution is brought to LAMOST's, σ = 1.94 Å.
  var isBlurred = false
  /// Whether that resolution is drawn anew for each spectrum learned from, σ from 1.3 to 2.3 Å.
  var isRandomised = false
  /// Whether vectors are shifted, tilted and made noisy as they are shown.
  var isAugmented = false
  /// Whether the last hidden layer's covariance is aligned.
  var isAligned = false
  /// Whether simulated spectra of the survey searched are learned from, too.
  var hasTarget = false

  /// The steps, each with all before it; the last two stand beside each other.
  public static let all: [AdaptationStep] = {
    var step = AdaptationStep(
      name: "as they come: own wavelengths, resolution, nearest pixels, one scale a survey")
    var steps = [step]
    func add(_ name: String, _ change: (inout AdaptationStep) -> Void) {
      step.name = name
      change(&step)
      steps.append(step)
    }
    add("+ scaling of each to −1…1") { $0.isScaled = true }
    add("+ air to vacuum") { $0.isInVacuum = true }
    add("+ rebinning by interpolation") { $0.isInterpolated = true }
    add("+ resolution to σ = 1.94 Å") { $0.isBlurred = true }
    add("+ resolution drawn from σ = 1.3…2.3 Å") { $0.isRandomised = true }
    add("+ shift, slope and noise") { $0.isAugmented = true }
    let augmented = step
    add("+ CORAL on the last hidden layer") { $0.isAligned = true }
    step = augmented
    add("or, without CORAL, + simulated spectra of the survey") { $0.hasTarget = true }
    return steps
  }()

  /// The vector of a spectrum; nil where there is none.
  ///
  /// - Parameters:
  ///   - constant: the number that fluxes are divided by where vectors are not scaled
  ///   - draw: 0…1, decides the resolution where it is drawn; nil for the middle one
  func vector(of spectrum: Spectrum, constant: Double, draw: Double?) -> [Float]? {
    var spectrum = spectrum
    if !isInVacuum { spectrum.scale = .vacuum }
    if !isInterpolated { spectrum = Self.nearest(spectrum) }
    let sigma = isRandomised && draw != nil ? 1.3 + (draw ?? 0) : 1.94
    let preset = FeaturePreset(
      name: "step", blur: isBlurred ? .resolution(sigma) : .none, scaling: isScaled ? .minMax : .none,
      edges: .clamp)
    let vector = try? FeatureExtractor(preset).vector(of: spectrum)
    return isScaled ? vector : vector?.map { $0 / Float(constant) }
  }

  /// The fluxes of the pixels nearest to the grid.
  private static func nearest(_ spectrum: Spectrum) -> Spectrum {
    let wavelengths = spectrum.vacuumWavelength
    var place = 0
    let flux = FeaturePreset.grid.map { wanted -> Double in
      while place + 1 < wavelengths.count,
        abs(wavelengths[place + 1] - wanted) <= abs(wavelengths[place] - wanted)
      {
        place += 1
      }
      return spectrum.flux.isEmpty ? 0 : spectrum.flux[place]
    }
    return Spectrum(wavelength: FeaturePreset.grid, scale: .vacuum, flux: flux, metadata: spectrum.metadata)
  }
}
