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
    let population = population(of: nature, type, &random)
    let velocity = random.normal(0, dispersion(of: nature, type, population))
    let hasThirdPeak = random.chance(Self.thirdPeakShare) && (kind == .lamost || wanted == .doublePeak)
    for attempt in 0..<40 {
      var model = circumstellar(nature, wanted: wanted, &random)
      if hasThirdPeak, nature == .be { addThirdPeak(to: &model, &random) }
      if attempt == 39 { Self.makePlain(&model, wanted) }
      let rotation = rotation(of: type, model: model, &random)
      var star = SimulatedStar(
        id: id, ra: ra, dec: dec, type: type, rotation: rotation, velocity: velocity, model: model,
        population: population)
      setPeculiarities(of: &star, &random)
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
      Self.choose([(.star, 0.948), (.filledIn, 0.05), (.carbonStar, 0.002)], &random)
    case (.ondrejov, .emission):
      Self.choose(
        [
          (.be, 0.90), (.pCygni, 0.04), (.herbig, 0.04), (.symbiotic, 0.01), (.tTauri, 0.005),
          (.wolfRayet, 0.003), (.cataclysmic, 0.002),
        ], &random)
    case (.ondrejov, .doublePeak):
      Self.choose([(.be, 0.74), (.shell, 0.248), (.symbiotic, 0.01), (.cataclysmic, 0.002)], &random)
    case (.lamost, .absorption):
      // Carbon stars: 2,651 among 7 million spectra of data release 4 (Li et al. 2018).
      Self.choose(
        [
          (.star, 0.9146), (.noise, 0.06), (.oversubtracted, 0.02), (.galaxy, 0.003), (.filledIn, 0.002),
          (.carbonStar, 0.0004),
        ], &random)
    case (.lamost, .emission):
      Self.choose(
        [
          (.be, 0.65), (.nebular, 0.12), (.flareStar, 0.10), (.tTauri, 0.05), (.herbig, 0.03),
          (.pCygni, 0.03),
          (.cataclysmic, 0.013), (.symbiotic, 0.004), (.wolfRayet, 0.003),
        ], &random)
    case (.lamost, .doublePeak):
      Self.choose([(.be, 0.73), (.shell, 0.245), (.cataclysmic, 0.015), (.tTauri, 0.01)], &random)
    }
  }

  private static func choose(
    _ shares: [(nature: SimulatedNature, share: Double)], _ random: inout SimulationRandom
  ) -> SimulatedNature {
    shares[random.choice(shares.map(\.share))].nature
  }

  private func type(of nature: SimulatedNature, _ random: inout SimulationRandom) -> SimulatedStellarType {
    switch nature {
    case .be, .shell, .filledIn: SimulatedStellarType(Int(random.uniform(0, 10)))
    case .pCygni: SimulatedStellarType(Int(random.uniform(0, 12)))
    case .herbig: SimulatedStellarType(Int(random.uniform(7, 25)))
    case .flareStar: SimulatedStellarType(Int(random.uniform(50, 57)))
    case .nebular: SimulatedStellarType(Int(random.uniform(0, 45)))
    case .tTauri: SimulatedStellarType(Int(random.uniform(28, 56)))
    case .cataclysmic: SimulatedStellarType(Int(random.uniform(3, 20)))
    case .symbiotic: SimulatedStellarType(Int(random.uniform(50, 57)))
    case .wolfRayet: SimulatedStellarType(0)
    case .carbonStar: SimulatedStellarType(Int(random.uniform(38, 56)))
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
    if model.nature == .tTauri { return random.uniform(8, 40) }
    return switch type.code {
    case ..<10: min(random.logNormal(median: 90, sigma: 0.8), 350)
    case ..<20: min(random.logNormal(median: 75, sigma: 0.8), 280)
    case ..<25: random.uniform(10, 90)
    case ..<30: random.uniform(5, 30)
    default: random.uniform(2, 8)
    }
  }
}
