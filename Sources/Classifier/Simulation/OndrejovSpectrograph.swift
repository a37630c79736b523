import Glibc

/// The coudé spectrograph of the 2 m Perek telescope at Ondřejov, 700 mm camera, set to Hα.
struct OndrejovSpectrograph: Sendable {
  /// A detector: its number of pixels and their size in Å.
  struct Detector: Sendable {
    let pixels: Int
    let dispersion: Double
    /// Wavelength in air of the first pixel in the blue setting.
    let firstWavelength: Double
    /// Template grid: `firstWavelength − margin · dispersion / 2`, two points a pixel.
    let templates: PhotosphereTemplates
    let telluric: [Float]

    init(pixels: Int, dispersion: Double, firstWavelength: Double) {
      self.pixels = pixels
      self.dispersion = dispersion
      self.firstWavelength = firstWavelength
      let count = pixels * 2 + 2 * OndrejovSpectrograph.margin + 100
      let start = firstWavelength - Double(OndrejovSpectrograph.margin) * dispersion / 2
      let grid = (0..<count).map { start + Double($0) * dispersion / 2 }
      templates = PhotosphereTemplates(wavelengths: grid, inVacuum: false, sigma: 0)
      telluric = OndrejovSpectrograph.telluric(grid)
    }
  }

  /// SITe005, until 2013.
  static let site = Detector(pixels: 1997, dispersion: 0.25668, firstWavelength: 6252.9)
  /// E2V 42-10 in the PyLoN camera, from 2013.
  static let pylon = Detector(pixels: 2047, dispersion: 0.230918, firstWavelength: 6261.7)
  /// Standard deviation of the line spread function in Å: R ≈ 13,000.
  static let sigma = 0.21
  /// Template points on both sides of the detector.
  static let margin = 240

  /// The observation of a star.
  static func observe(
    _ star: SimulatedStar, model: CircumstellarModel, visit: OndrejovVisit, noise: inout SimulationRandom
  ) -> SimulatedObservation {
    let detector = visit.detector
    let step = detector.dispersion / 2
    let start = visit.firstWavelength
    let wavelengths = (0..<detector.pixels).map { start + Double($0) * detector.dispersion }
    let shift = (start - detector.firstWavelength) / step
    // Spectra are in the observer's frame: the header gives the correction to the Sun.
    let velocity = star.velocity - visit.heliocentric
    let doppler = velocity / SimulationMath.lightSpeed * SimulationMath.hAlphaAir / step
    let rotation = star.rotation / SimulationMath.lightSpeed * SimulationMath.hAlphaAir / step
    let kernel = SimulationKernel.rotation(
      width: max(rotation, 0.5), sigma: sigma / step, shift: doppler - shift)
    var flux = kernel.applied(
      to: detector.templates.flux(of: star), from: margin, step: 2, count: detector.pixels)
    for line in model.lines {
      line.add(to: &flux, wavelengths, isVacuum: false, velocity: velocity, instrument: sigma)
    }
    if model.isActive {
      let profile = star.profile(instrument: 9.6, model: model)
      for (rest, share) in [(SimulationMath.hAlphaAir, 1), (6678.15, Float(model.heliumRatio))]
      where share > 0 {
        for i in flux.indices {
          let v = SimulationMath.lightSpeed * (wavelengths[i] / rest - 1) - velocity
          flux[i] = max(flux[i] + share * profile.excess(at: v), 0.01)
        }
      }
    }
    let air = SimulationKernel.gaussian(sigma: sigma / step, shift: -shift)
      .applied(to: detector.telluric, from: margin, step: 2, count: detector.pixels)
    let random = SimulationVectors.normals(count: detector.pixels, from: &noise)
    // Flat-fielded: what is left is a slope to the red and a slight bend.
    let tilt = noise.normal(-0.18, 0.06)
    let bend = noise.normal(0.02, 0.03)
    let ripple = noise.uniform(0, 0.004)
    let phase = noise.uniform(0, 2 * .pi)
    for i in flux.indices {
      let x = 2 * Double(i) / Double(detector.pixels) - 1
      let blaze = 1 - bend * (x - 0.1) * (x - 0.1) + tilt * x + ripple * sin(phase + 9 * x)
      let counts = Double(flux[i] * exp(-Float(visit.humidity) * air[i])) * blaze
      // Photon noise: S/N goes with the root of the counts.
      let error = max(counts, 0.02).squareRoot() / visit.snr
      flux[i] = Float((counts + error * Double(random[i])) * visit.counts)
    }
    addDefects(to: &flux, visit: visit, &noise)
    visit.defects.apply(to: &flux, level: Float(visit.counts))
    return SimulatedObservation(wavelengths: wavelengths, flux: flux)
  }

  private static func addDefects(
    to flux: inout [Float], visit: OndrejovVisit, _ random: inout SimulationRandom
  ) {
    guard random.chance(0.08) else { return }
    let pixel = Int(random.uniform(2, Double(flux.count - 3)))
    let height = Float(min(random.logNormal(median: 0.8, sigma: 0.9), 10) * visit.counts)
    for offset in 0..<Int(random.uniform(1, 4)) {
      flux[pixel + offset] += height * (offset == 0 ? 1 : 0.4)
    }
  }

  private static func telluric(_ grid: [Double]) -> [Float] {
    var depth = [Float](repeating: 0, count: grid.count)
    for line in SpectralLineList.telluric {
      let first = PhotosphereTemplates.lowerBound(grid, line.wavelength - 0.6)
      let last = PhotosphereTemplates.lowerBound(grid, line.wavelength + 0.6)
      for i in first..<max(last, first) {
        let t = (grid[i] - line.wavelength) / 0.1
        // Narrower than the instrument: the depth is that after blurring.
        depth[i] += Float(line.depth * 1.7 * exp(-0.5 * t * t))
      }
    }
    return depth
  }
}
