/// What else is wrong with a LAMOST spectrum: sky residuals, cosmic rays, dead pixels, missing ends.
enum LamostDefects {
  /// Bit of the masks for a pixel without data.
  static let noData: Float = 1
  /// Bit of the masks for a cosmic ray.
  static let cosmicRay: Float = 64
  /// Bit of the masks for a profile that could not be extracted well, as that of a saturated star.
  static let badProfile: Float = 2
  /// Pixels around Hα, 6519–6732 Å, where defects matter.
  static let window = 2459.0..<2599.0
  /// First pixel of the red arm.
  static let redArm = 2060

  /// Adds the defects; `sigma` is the noise at Hα in counts.
  static func add(
    to observation: inout SimulatedObservation, visit: LamostVisit, sigma: Float, skyPixels: [Int],
    _ random: inout SimulationRandom
  ) {
    let curve = LamostSpectrograph.noiseCurve
    for pixel in skyPixels {
      let residual = Float(random.normal(0, visit.skyResidual)) * sigma * curve[pixel]
      observation.flux[pixel - 1] += 0.45 * residual
      observation.flux[pixel] += residual
      observation.flux[pixel + 1] += 0.45 * residual
    }
    if random.chance(0.06) {
      addCosmicRay(
        to: &observation, pixel: Int(random.uniform(window.lowerBound, window.upperBound)),
        level: Float(visit.level), &random)
    }
    for _ in 0..<Int(random.uniform(0, 2.5)) {
      addCosmicRay(
        to: &observation, pixel: Int(random.uniform(300, 3700)), level: Float(visit.level), &random)
    }
    let defects = visit.defects
    let cut = defects.apply(to: &observation.flux, level: Float(visit.level), from: redArm)
    if defects.isFlagged {
      for pixel in cut { observation.orMask[pixel] = badProfile }
    }
    if defects.isPeakRejected { rejectPeak(of: &observation, level: Float(visit.level)) }
    clear(&observation, defects.dead)
    if !defects.dead.isEmpty {
      // Their neighbours have a flux, but no weight.
      for pixel in (defects.dead.lowerBound - 2)..<(defects.dead.upperBound + 2) {
        observation.inverseVariance[pixel] = 0
      }
    }
    if random.chance(0.03) {
      // Between the two arms, as a rule.
      let start = random.chance(0.85) ? random.uniform(2020, 2060) : random.uniform(300, 3400)
      clear(&observation, Int(start)..<Int(start + random.uniform(20, 160)))
    }
    clear(&observation, (LamostSpectrograph.pixels - Int(random.uniform(25, 60)))..<LamostSpectrograph.pixels)
  }

  private static func addCosmicRay(
    to observation: inout SimulatedObservation, pixel: Int, level: Float, _ random: inout SimulationRandom
  ) {
    let height = Float(min(random.logNormal(median: 0.6, sigma: 0.9), 10)) * level
    let isFlagged = random.chance(0.6)
    for offset in 0..<Int(random.uniform(1, 4)) {
      observation.flux[pixel + offset] += height * (offset == 0 ? 1 : 0.4)
      if isFlagged { observation.orMask[pixel + offset] = cosmicRay }
    }
  }

  /// Takes the weight from the pixels of Hα that stand out of the continuum, and leaves their flux.
  private static func rejectPeak(of observation: inout SimulatedObservation, level: Float) {
    let line = LamostSpectrograph.pixel(at: SimulationMath.hAlphaVacuum)
    for pixel in (line - 7)...(line + 7) where observation.flux[pixel] > 1.2 * level {
      observation.inverseVariance[pixel] = 0
    }
  }

  private static func clear(_ observation: inout SimulatedObservation, _ pixels: Range<Int>) {
    for pixel in pixels {
      observation.flux[pixel] = 0
      observation.inverseVariance[pixel] = 0
      observation.andMask[pixel] = noData
      observation.orMask[pixel] = noData
    }
  }
}
