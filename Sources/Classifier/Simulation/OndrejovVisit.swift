/// The circumstances of one simulated observation at Ondřejov.
struct OndrejovVisit: Sendable {
  /// Middle of the exposure, MJD (UTC).
  let mjd: Double
  /// Exposure in seconds.
  let exposure: Double
  /// Signal-to-noise ratio per pixel in the continuum.
  let snr: Double
  /// Whether the newer detector took it.
  let isPylon: Bool
  /// Wavelength in air of the first pixel, Å.
  let firstWavelength: Double
  /// Heliocentric correction in km/s.
  let heliocentric: Double
  /// Scale of the telluric lines.
  let humidity: Double
  /// Counts in the continuum.
  let counts: Double
  /// Saturated and dead pixels.
  let defects: SimulatedDefects

  /// The detector.
  var detector: OndrejovSpectrograph.Detector {
    isPylon ? OndrejovSpectrograph.pylon : OndrejovSpectrograph.site
  }

  /// Draws the circumstances of a spectrum.
  init(seed: UInt64, index: Int) {
    var random = SimulationRandom(seed: seed, .visit, index)
    // 1999 to 2013 the SITe chip, 2013 to 2020 the PyLoN camera.
    isPylon = random.chance(0.3)
    let day =
      isPylon ? random.uniform(56450, 59000).rounded(.down) : random.uniform(51200, 56440).rounded(.down)
    mjd = day + (random.uniform(0.72, 1.15))
    exposure = (random.uniform(60, 3600)).rounded()
    snr = min(max(random.logNormal(median: 180, sigma: 0.7), 20), 600)
    let start =
      isPylon ? OndrejovSpectrograph.pylon.firstWavelength : OndrejovSpectrograph.site.firstWavelength
    // Two common settings of the grating, and its play.
    firstWavelength = start + (random.chance(0.2) ? 12 : 0) + random.normal(0, 0.05)
    heliocentric = random.uniform(-28, 28)
    humidity = random.uniform(0.3, 1.4)
    counts = snr * snr * random.uniform(0.6, 1.4)
    defects = SimulatedDefects(
      seed: seed, index: index &+ (1 << 42), isBright: snr > 250, saturating: 0.02, dying: 0.01,
      window: 1000..<1900)
  }
}
