/// Surroundings of the rarer stars with emission.
extension StarFactory {
  /// A young star of late type: weak and narrow lines of active ones, broad ones of those that accrete.
  func setTTauri(
    _ model: inout CircumstellarModel, wanted: SimulatedClass, _ random: inout SimulationRandom
  ) {
    if random.chance(0.3), wanted == .emission {
      model.gaussianWidth = random.uniform(25, 60)
      model.equivalentWidth = min(max(random.logNormal(median: 4, sigma: 0.6), 1), 10)
      return
    }
    model.gaussianWidth = random.uniform(85, 190)
    model.equivalentWidth = min(max(random.logNormal(median: 30, sigma: 0.8), 5), 100)
    model.veiling = random.uniform(0, 0.6)
    model.heliumRatio = random.uniform(0.005, 0.03)
    if wanted == .doublePeak || random.chance(1.0 / 3) {
      // A wind absorbs in the blue half of the line (types II and III of Reipurth et al. 1996).
      model.shellDepth = random.uniform(0.3, 0.8)
      model.shellWidth = random.uniform(50, 180)
      model.shellVelocity = random.uniform(-120, 20)
    } else if random.chance(0.15) {
      // Gas that falls in absorbs in the red: an inverse P Cygni profile.
      model.windDepth = random.uniform(0.1, 0.4)
      model.windVelocity = random.uniform(120, 300)
    }
  }

  /// The accretion disc of a white dwarf: 700–1500 km/s at half maximum, one peak where a wind fills the dip.
  func setCataclysmic(
    _ model: inout CircumstellarModel, wanted: SimulatedClass, _ random: inout SimulationRandom
  ) {
    let width = random.uniform(700, 1500)
    model.equivalentWidth = min(max(random.logNormal(median: 45, sigma: 0.7), 8), 200)
    model.veiling = random.uniform(0.9, 1)
    model.heliumRatio = random.uniform(0.06, 0.18)
    // Optically thin in part: the series hardly falls off.
    model.decrement = random.uniform(0.6, 0.95)
    let turbulence = random.uniform(0.04, 0.08)
    guard wanted == .doublePeak else {
      let sigma = width / 2.354_820_045
      model.turbulence = turbulence * width
      model.gaussianWidth = (sigma * sigma - model.turbulence * model.turbulence).squareRoot()
      return
    }
    model.inclination = random.uniform(40, 85)
    model.discRadius = random.uniform(8, 25)
    model.doubledExponent = Int(random.uniform(3, 5))
    // The hot spot where the stream from the companion hits the disc.
    model.violetToRed = random.logNormal(median: 1, sigma: 0.15)
    // The width goes with the velocities, so that a disc of any size is brought to the one wanted.
    model.orbitalVelocity = 1000
    model.turbulence = 1000 * turbulence
    let factor = width / model.lineWidth
    model.orbitalVelocity *= factor
    model.turbulence *= factor
  }

  /// Gas of an M giant ionised by its hot companion: narrow, with wings of scattering, often cut by the giant's own wind.
  func setSymbiotic(
    _ model: inout CircumstellarModel, wanted: SimulatedClass, _ random: inout SimulationRandom
  ) {
    model.gaussianWidth = random.uniform(40, 95)
    model.equivalentWidth = min(max(random.logNormal(median: 60, sigma: 0.7), 10), 300)
    model.scatteredShare = random.uniform(0.08, 0.25)
    model.scatteringWidth = random.uniform(250, 900)
    model.heliumRatio = random.uniform(0.02, 0.10)
    model.veiling = random.uniform(0, 0.2)
    if wanted == .doublePeak || random.chance(0.5) {
      model.shellDepth = random.uniform(0.3, 0.8)
      model.shellWidth = random.uniform(25, 60)
      model.shellVelocity = random.uniform(-40, -5)
    }
    if random.chance(0.5) {
      // O VI 1032 Å, scattered by neutral hydrogen (Raman).
      model.lines = [
        SimulatedLine(wavelength: 6825, width: model.equivalentWidth * random.uniform(0.03, 0.12), sigma: 350)
      ]
    }
  }

  /// A wind of helium and nitrogen (WN) or carbon (WC) that hides the star: He II 6560 in the place of Hα.
  func setWolfRayet(_ model: inout CircumstellarModel, _ random: inout SimulationRandom) {
    let sigma = random.uniform(1000, 2600) / 2.354_820_045
    let width = random.logNormal(median: 45, sigma: 0.5)
    model.gaussianWidth = sigma
    model.equivalentWidth = width
    // He II 6560.1 lies 2.7 Å to the blue of Hα; hydrogen that is left pulls the blend back.
    model.lineVelocity = random.uniform(-125, -40)
    model.veiling = 1
    model.turbulence = 0
    func add(_ wavelength: Double, _ low: Double, _ high: Double) {
      model.lines.append(
        SimulatedLine(wavelength: wavelength, width: width * random.uniform(low, high), sigma: sigma))
    }
    add(4685.7, 1, 3)
    add(5411.5, 0.2, 0.5)
    if random.chance(0.4) {
      // C II 6578, C III 6742, C III 5696, C IV 5806.
      add(6578.0, 0.1, 0.5)
      add(6742.0, 0.3, 1.2)
      add(5696.0, 0.3, 2)
      add(5806.0, 1, 5)
    } else {
      add(6678.15, 0.05, 0.5)
      add(4640, 0.3, 1)
    }
  }

  /// A third peak between the two of a disc, which is made small enough for three to be told apart.
  func addThirdPeak(to model: inout CircumstellarModel, _ random: inout SimulationRandom) {
    model.inclination = random.uniform(45, 85)
    let separation = random.uniform(220, 560)
    let ratio = 2 * model.projectedVelocity / separation
    model.discRadius = min(max(ratio * ratio, 1.5), 20)
    model.fill = 0
    let half = model.peakSeparation / 2
    model.thirdShare = random.uniform(0.06, 0.14)
    model.thirdVelocity = random.uniform(-0.2, 0.2) * half
    model.thirdWidth = max(0.15 * half, 12)
  }

  /// Lithium of young stars, bands of carbon, and names that are no types of the main sequence.
  func setPeculiarities(of star: inout SimulatedStar, _ random: inout SimulationRandom) {
    switch star.model.nature {
    case .tTauri:
      star.lithium = random.uniform(0.2, 0.65)
    case .carbonStar:
      // The cooler, the stronger.
      let coolness = Double(star.type.code - 38) / 18
      star.carbon = (0.35 + 1.1 * coolness) * random.logNormal(median: 1, sigma: 0.25)
      star.designation = star.type.code >= 48 ? "C-N" : star.population == .halo ? "C-H" : "C-R"
    case .cataclysmic:
      star.designation = "CV"
    case .wolfRayet:
      star.designation = star.model.lines.contains { $0.wavelength == 6742 } ? "WC" : "WN"
    default:
      break
    }
  }
}
