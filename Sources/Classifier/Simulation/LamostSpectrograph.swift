import Glibc

/// The low-resolution spectrographs of LAMOST, 3,700–9,100 Å on a grid of 10⁻⁴ in log₁₀ λ (vacuum).
enum LamostSpectrograph {
  /// Number of pixels.
  static let pixels = 3909
  /// log₁₀ of the wavelength (Å) of the first pixel.
  static let firstLogarithm = 3.5682
  /// Step of log₁₀ λ.
  static let logarithmStep = 0.0001
  /// Standard deviation (Å at Hα) of the templates; no instrument is sharper.
  static let templateSigma = 1.2
  /// Kilometres a second in a pixel.
  static let pixelVelocity = SimulationMath.lightSpeed * 2.302585093 * logarithmStep
  /// Template pixels on both sides of the spectrum.
  static let margin = 24

  /// Wavelengths of the pixels in Å.
  static let wavelengths = grid(margin: 0)
  /// The same in the precision of the files.
  static let singleWavelengths = wavelengths.map { Float($0) }
  private static let templates = PhotosphereTemplates(
    wavelengths: grid(margin: margin), inVacuum: true, sigma: templateSigma)
  private static let continua = (0..<SimulatedStellarType.count).map { continuum(SimulatedStellarType($0)) }
  /// Noise of a pixel relative to that at Hα.
  static let noiseCurve = wavelengths.map(relativeNoise)
  private static let slope = wavelengths.map { Float(($0 - SimulationMath.hAlphaVacuum) / 3000) }
  private static let telluric = wavelengths.map(bandDepth)
  private static let skyPixels = skyLines.map { pixel(at: SimulationMath.vacuum(air: $0)) }
  private static let hAlphaPixel = pixel(at: SimulationMath.hAlphaVacuum)

  /// The observation of a star.
  static func observe(
    _ star: SimulatedStar, model: CircumstellarModel, visit: LamostVisit, noise: inout SimulationRandom
  ) -> SimulatedObservation {
    let level = Float(visit.level)
    var flux: [Float]
    if model.nature == .noise {
      let pedestal = Float(noise.normal(0, 0.6)) * level / Float(visit.snr)
      flux = [Float](repeating: pedestal, count: pixels)
    } else {
      flux = normalised(star, model: model, visit: visit)
      let continuum = continua[star.type.code]
      let tilt = Float(visit.tilt)
      let bend = Float(visit.bend)
      let air = Float(visit.telluric)
      for i in 0..<pixels {
        let x = slope[i]
        let response = max(1 + tilt * x + bend * x * x, 0.05)
        flux[i] *= level * continuum[i] * response * (1 - air * telluric[i])
      }
    }
    let random = SimulationVectors.normals(count: pixels + 1, from: &noise)
    let sigma = level / Float(visit.snr)
    let reported = Float(visit.reportedNoise)
    var variance = [Float](repeating: 0, count: pixels)
    for i in 0..<pixels {
      let error = sigma * noiseCurve[i] * max(flux[i] / level, 0.3).squareRoot()
      // Rebinning correlates neighbours.
      flux[i] += error * (0.94 * random[i] + 0.34 * random[i + 1])
      let claimed = error * reported
      variance[i] = 1 / (claimed * claimed)
    }
    var observation = SimulatedObservation(
      wavelengths: wavelengths, flux: flux, inverseVariance: variance,
      andMask: [Float](repeating: 0, count: pixels), orMask: [Float](repeating: 0, count: pixels))
    LamostDefects.add(to: &observation, visit: visit, sigma: sigma, skyPixels: skyPixels, &noise)
    return observation
  }

  /// The spectrum divided by the continuum, at the star's velocity, through the instrument.
  private static func normalised(
    _ star: SimulatedStar, model: CircumstellarModel, visit: LamostVisit
  ) -> [Float] {
    let velocity = star.velocity + visit.zeroPoint
    let extra = max(visit.sigma * visit.sigma - templateSigma * templateSigma, 0.05).squareRoot()
    let blur = extra / SimulationMath.hAlphaVacuum * SimulationMath.lightSpeed / pixelVelocity
    // At this resolution a Gaussian of half v sin i is as good as the true rotation profile.
    let turning = 0.5 * star.rotation / pixelVelocity
    let kernel = SimulationKernel.gaussian(
      sigma: (blur * blur + turning * turning).squareRoot(), shift: velocity / pixelVelocity)
    var flux = kernel.applied(
      to: templates.flux(of: star), from: margin, step: 1, count: pixels)
    for line in model.lines {
      line.add(to: &flux, wavelengths, isVacuum: true, velocity: velocity, instrument: visit.sigma)
    }
    guard model.isActive else { return flux }
    let instrument = visit.sigma / SimulationMath.hAlphaVacuum * SimulationMath.lightSpeed
    let profile = star.profile(instrument: instrument, model: model)
    let half = Int(HAlphaProfile.reach / pixelVelocity)
    for (rest, share) in followers(of: model) {
      let middle = pixel(at: rest)
      for i in max(middle - half, 0)..<min(middle + half, pixels) {
        let v = (log10(wavelengths[i] / rest)) / logarithmStep * pixelVelocity - velocity
        flux[i] = max(flux[i] + Float(share) * profile.excess(at: v), 0.01)
      }
    }
    addForbiddenLines(to: &flux, model: model, velocity: velocity, instrument: instrument)
    return flux
  }

  /// Hα and the lines that have its profile, with their wavelengths in vacuum and strengths relative to it.
  ///
  /// Higher lines of the series follow by the decrement: 1, 0.28, 0.10, 0.04 for that of an opaque disc.
  private static func followers(of model: CircumstellarModel) -> [(rest: Double, share: Double)] {
    let exponents = [0, 1, 1.8, 2.5]
    var lines = exponents.enumerated().map { line, exponent in
      (rest: SimulationMath.vacuum(air: SpectralLineList.balmer[line]), share: pow(model.decrement, exponent))
    }
    if model.heliumRatio > 0 {
      lines += SpectralLineList.helium.map {
        (rest: SimulationMath.vacuum(air: $0.wavelength), share: model.heliumRatio * $0.ratio)
      }
    }
    return lines
  }

  private static func addForbiddenLines(
    to flux: inout [Float], model: CircumstellarModel, velocity: Double, instrument: Double
  ) {
    guard model.nebularWidth != 0 else { return }
    let lines = [
      (6549.86, model.nitrogenRatio / 3), (6585.27, model.nitrogenRatio),
      (6718.29, model.sulphurRatio), (6732.67, model.sulphurRatio * 0.8),
    ]
    for (rest, ratio) in lines {
      let angstroms = instrument / SimulationMath.lightSpeed * rest
      let peak = model.nebularWidth * ratio / (angstroms * 2.506628)
      let middle = pixel(at: rest)
      for i in (middle - 15)...(middle + 15) {
        let v =
          log10(wavelengths[i] / rest) / logarithmStep * pixelVelocity - velocity - model.nebularVelocity
        let t = v / instrument
        flux[i] = max(flux[i] + Float(peak * exp(-0.5 * t * t)), 0.01)
      }
    }
  }

  /// The pixel nearest to a wavelength in Å.
  static func pixel(at wavelength: Double) -> Int {
    Int(((log10(wavelength) - firstLogarithm) / logarithmStep).rounded())
  }

  private static func grid(margin: Int) -> [Double] {
    (-margin..<(pixels + margin)).map { pow(10, firstLogarithm + Double($0) * logarithmStep) }
  }

  /// A black body, 1 at Hα.
  private static func continuum(_ type: SimulatedStellarType) -> [Float] {
    let planck: (Double) -> Double = { wavelength in
      pow(wavelength / 6600, -5) / (exp(1.438777e8 / (wavelength * type.temperature)) - 1)
    }
    let reference = planck(SimulationMath.hAlphaVacuum)
    return wavelengths.map { Float(planck($0) / reference) }
  }

  /// Noise between the anchors, and more of it in the lines of the sky.
  private static func relativeNoise(_ wavelength: Double) -> Float {
    let upper = noiseAnchors.firstIndex { $0.wavelength >= wavelength } ?? noiseAnchors.count - 1
    let (low, high) = (noiseAnchors[max(upper - 1, 0)], noiseAnchors[upper])
    let span = max(high.wavelength - low.wavelength, 1)
    var noise = low.noise + (high.noise - low.noise) * (wavelength - low.wavelength) / span
    for line in skyLines {
      let t = (wavelength - SimulationMath.vacuum(air: line)) / 3
      noise += (line == 5577.3 ? 6 : line < 6400 ? 2 : 0.4) * exp(-0.5 * t * t)
    }
    return Float(noise)
  }

  private static func bandDepth(_ wavelength: Double) -> Float {
    var depth = 0.0
    for band in SpectralLineList.telluricBands where wavelength > band.from && wavelength < band.to {
      let x = (wavelength - band.from) / (band.to - band.from)
      depth += band.depth * (0.6 + 0.4 * cos(40 * x)) * exp(-1.2 * x)
    }
    // The narrow lines that Ondřejov resolves, blurred to 1.8 Å.
    for line in SpectralLineList.telluric {
      let t = (wavelength - SimulationMath.vacuum(air: line.wavelength)) / 1.8
      if abs(t) < 4 { depth += line.depth * OndrejovSpectrograph.sigma / 1.8 * exp(-0.5 * t * t) }
    }
    return Float(depth)
  }

  /// Typical noise (at Hα 1) as measured in real spectra: high at the blue end and where the two arms join.
  private static let noiseAnchors: [(wavelength: Double, noise: Double)] = [
    (3690, 9), (3800, 5.5), (3900, 4), (4050, 3), (4300, 2.5), (4700, 2.1), (5200, 1.8), (5600, 1.6),
    (5850, 1.8),
    (5950, 1.5), (6100, 1.2), (6500, 1), (7000, 0.82), (8000, 0.76), (8600, 0.8), (8900, 1.2), (9110, 1.8),
  ]

  /// Sky emission lines (air, Å): oxygen and the OH lines near Hα and in the red.
  private static let skyLines = [
    5577.3, 6300.3, 6363.8, 6498.7, 6533.0, 6553.6, 6577.2, 6596.6, 6863.9, 6923.2, 7276.4, 7316.3, 7340.9,
    7750.6,
    7794.1, 7821.5, 7913.7, 7964.6, 7993.3, 8025.8, 8344.6, 8399.2, 8430.2, 8465.4, 8493.4, 8761.3, 8778.3,
    8827.1,
    8885.9, 8919.6, 8943.4,
  ]
}
