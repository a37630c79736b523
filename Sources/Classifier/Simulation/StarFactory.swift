import Glibc

/// Draws stars whose profile has a wanted class for a given instrument.
struct StarFactory: Sendable {
  /// The survey, which decides what kinds of stars it looks at.
  let kind: SimulatedSurvey.Kind
  /// Seed of the simulation.
  let seed: UInt64

  /// Standard deviation of the instrument in km/s by which stars are sorted into classes.
  var referenceInstrument: Double { kind == .ondrejov ? 9.6 : 82 }
  /// Noise per pixel (continuum = 1) by which they are sorted.
  var referenceNoise: Double { kind == .ondrejov ? 1 / 150.0 : 1 / 25.0 }

  /// The star with the given identifier, at a position, whose class is the wanted one.
  ///
  /// Parameters are drawn until the profile has that class, up to 40 times, then set to a plain case of it.
  func star(id: Int, ra: Double, dec: Double, class wanted: SimulatedClass) -> SimulatedStar {
    var random = SimulationRandom(seed: seed, .star, id)
    let nature = nature(of: wanted, &random)
    let type = type(of: nature, &random)
    let velocity = random.normal(0, type.code < 20 ? 20 : 40)
    for attempt in 0..<40 {
      var model = circumstellar(nature, wanted: wanted, &random)
      if attempt == 39 { Self.makePlain(&model, wanted) }
      let rotation = rotation(of: type, model: model, &random)
      let star = SimulatedStar(
        id: id, ra: ra, dec: dec, type: type, rotation: rotation, velocity: velocity, model: model)
      if !model.isActive || nature == .oversubtracted { return star }
      let found = ProfileRule.classify(
        star.profile(instrument: referenceInstrument), noise: referenceNoise)
      if found == wanted || attempt == 39 { return star }
    }
    return SimulatedStar(
      id: id, ra: ra, dec: dec, type: type, rotation: 100, velocity: velocity, model: CircumstellarModel())
  }

  private static func makePlain(_ model: inout CircumstellarModel, _ wanted: SimulatedClass) {
    switch wanted {
    case .absorption:
      model = CircumstellarModel()
    case .emission:
      model = CircumstellarModel(nature: .be, inclination: 8, discRadius: 8, equivalentWidth: 15)
    case .doublePeak:
      model = CircumstellarModel(
        nature: .be, inclination: 65, orbitalVelocity: 480, discRadius: 3, equivalentWidth: 15)
    }
  }

  private func nature(of wanted: SimulatedClass, _ random: inout SimulationRandom) -> SimulatedNature {
    switch (kind, wanted) {
    case (.ondrejov, .absorption):
      [.star, .filledIn][random.choice([0.95, 0.05])]
    case (.ondrejov, .emission):
      [.be, .pCygni, .herbig][random.choice([0.92, 0.04, 0.04])]
    case (.lamost, .absorption):
      [.star, .galaxy, .noise, .oversubtracted, .filledIn][random.choice([0.915, 0.003, 0.06, 0.02, 0.002])]
    case (.lamost, .emission):
      [.be, .nebular, .flareStar, .herbig, .pCygni][random.choice([0.70, 0.12, 0.10, 0.05, 0.03])]
    case (_, .doublePeak):
      [.be, .shell][random.choice([0.75, 0.25])]
    }
  }

  private func type(of nature: SimulatedNature, _ random: inout SimulationRandom) -> SimulatedStellarType {
    switch nature {
    case .be, .shell, .filledIn: SimulatedStellarType(Int(random.uniform(0, 10)))
    case .pCygni: SimulatedStellarType(Int(random.uniform(0, 12)))
    case .herbig: SimulatedStellarType(Int(random.uniform(7, 25)))
    case .flareStar: SimulatedStellarType(Int(random.uniform(50, 57)))
    case .nebular: SimulatedStellarType(Int(random.uniform(0, 45)))
    case .galaxy: SimulatedStellarType(Int(random.uniform(30, 48)))
    case .star, .oversubtracted, .noise:
      // B, A, F, G, K, M
      SimulatedStellarType(
        kind == .ondrejov
          ? [0, 10, 20, 30, 40, 50][random.choice([0.50, 0.26, 0.13, 0.06, 0.04, 0.01])]
            + Int(random.uniform(0, 10))
          : [0, 10, 20, 30, 40, 50][random.choice([0.02, 0.08, 0.27, 0.31, 0.23, 0.09])]
            + Int(random.uniform(0, 10)))
    }
  }

  private func rotation(
    of type: SimulatedStellarType, model: CircumstellarModel, _ random: inout SimulationRandom
  ) -> Double {
    if model.nature == .be || model.nature == .shell {
      // Be stars turn at 0.75–0.85 of the critical velocity (Chauville et al. 2001).
      return model.projectedVelocity * random.uniform(0.75, 0.85)
    }
    return switch type.code {
    case ..<10: min(random.logNormal(median: 90, sigma: 0.8), 350)
    case ..<20: min(random.logNormal(median: 75, sigma: 0.8), 280)
    case ..<25: random.uniform(10, 90)
    case ..<30: random.uniform(5, 30)
    default: random.uniform(2, 8)
    }
  }

  private func circumstellar(
    _ nature: SimulatedNature, wanted: SimulatedClass, _ random: inout SimulationRandom
  ) -> CircumstellarModel {
    var model = CircumstellarModel(nature: nature)
    switch nature {
    case .star, .noise:
      break
    case .galaxy:
      // Broad lines of quasars or narrow ones of galaxies; none where Hα of a star would be taken for it.
      let isBroad = random.chance(0.5)
      model.foreignSigma = isBroad ? random.uniform(600, 2200) : random.uniform(60, 250)
      model.foreignWidth = random.logNormal(median: isBroad ? 25 : 12, sigma: 0.7)
      let offset = random.uniform(22, 165)
      model.foreignWavelength = 6565 + (offset < 43 ? -offset : offset)
    case .filledIn:
      setDisc(&model, wanted: wanted, &random)
      model.equivalentWidth = random.uniform(0.2, 2.5)
    case .be:
      setDisc(&model, wanted: wanted, &random)
    case .shell:
      setDisc(&model, wanted: wanted, &random)
      model.inclination = random.uniform(70, 90)
      model.shellDepth = random.uniform(0.2, 0.9)
      model.shellWidth = random.uniform(30, 150)
    case .pCygni:
      model.gaussianWidth = random.uniform(60, 160)
      model.equivalentWidth = random.logNormal(median: 8, sigma: 0.6)
      model.windDepth = random.uniform(0.15, 0.6)
      model.windVelocity = -random.uniform(150, 400)
    case .herbig:
      model.gaussianWidth = random.uniform(70, 220)
      model.equivalentWidth = random.logNormal(median: 25, sigma: 0.8)
      model.violetToRed = random.logNormal(median: 1, sigma: 0.2)
    case .flareStar:
      model.gaussianWidth = random.uniform(15, 35)
      model.equivalentWidth = random.uniform(1, 10)
    case .nebular, .oversubtracted:
      let width = min(random.logNormal(median: 5, sigma: 1), 80)
      model.nebularWidth = nature == .nebular ? width : -0.4 * width
      let shocked = random.chance(0.15)
      model.nitrogenRatio = shocked ? random.uniform(1, 3) : random.uniform(0.2, 0.6)
      model.sulphurRatio = shocked ? random.uniform(0.3, 1) : random.uniform(0.05, 0.3)
      model.nebularVelocity = random.uniform(-50, 50)
      model.turbulence = 0
    }
    return model
  }

  /// A Keplerian disc of a Be star.
  private func setDisc(
    _ model: inout CircumstellarModel, wanted: SimulatedClass, _ random: inout SimulationRandom
  ) {
    // Isotropic: cos i is even.
    model.inclination = acos(random.uniform()) * 180 / .pi
    model.orbitalVelocity = random.uniform(350, 550)
    let width = min(random.logNormal(median: 13, sigma: 0.8), 60)
    model.equivalentWidth = random.chance(0.15) ? random.uniform(0.5, 4) : width
    // Strong lines come from large discs.
    model.discRadius = min(
      max(random.logNormal(median: 5 * (width / 13).squareRoot(), sigma: 0.45), 1.5), 20)
    model.doubledExponent = Int(random.uniform(2, 7))
    model.fill = wanted == .emission ? random.uniform(0, 0.6) : random.uniform(0, 0.15)
    model.scatteredShare = random.uniform(0.05, 0.2)
    model.scatteringWidth = random.uniform(200, 600)
    model.turbulence = random.uniform(15, 35)
    if random.chance(1.0 / 3) {
      model.violetToRed = random.logNormal(median: 1, sigma: random.uniform(0.15, 0.3))
    }
  }
}
