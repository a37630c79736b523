/// The circumstances of one simulated LAMOST spectrum.
struct LamostVisit: Sendable {
  /// Middle of the exposure, MJD (UTC).
  let mjd: Double
  /// Exposure in seconds.
  let exposure: Double
  /// Signal-to-noise ratio per pixel in the continuum at Hα.
  let snr: Double
  /// Standard deviation of the line spread function at Hα, Å.
  let sigma: Double
  /// Error of the wavelength scale, km/s.
  let zeroPoint: Double
  /// Counts in the continuum at Hα.
  let level: Double
  /// Linear and quadratic error of the response (and reddening) over 3,000 Å.
  let tilt: Double
  /// Quadratic part of it.
  let bend: Double
  /// Share of the telluric bands that is left.
  let telluric: Double
  /// Noise that the file claims, relative to the true one.
  let reportedNoise: Double
  /// Standard deviation of sky residuals in units of the noise.
  let skyResidual: Double
  /// Saturated and dead pixels.
  let defects: SimulatedDefects

  /// Draws the circumstances of a spectrum of the plate observed at a date.
  init(seed: UInt64, index: Int, plateDate: Double) {
    var random = SimulationRandom(seed: seed, .visit, index &+ (1 << 40))
    mjd = plateDate
    exposure = 1800
    snr = min(max(random.logNormal(median: 32, sigma: 0.85), 3), 250)
    sigma = random.uniform(1.3, 2.3)
    zeroPoint = random.normal(0, 7)
    level = snr * snr * random.uniform(0.5, 2) + 5 * snr
    let tilted = random.normal(-0.08, 0.2)
    tilt = min(max(tilted, -0.7), 0.9)
    bend = random.normal(0, 0.08)
    telluric = random.uniform(-0.1, 0.8)
    reportedNoise = random.uniform(0.8, 1.3)
    skyResidual = random.uniform(0.3, 2.2)
    // 15 of 440 real spectra lack pixels there.
    defects = SimulatedDefects(
      seed: seed, index: index, isBright: snr > 60, saturating: 0.04, dying: 15.0 / 440,
      window: LamostDefects.window)
  }
}
