import Glibc

extension StarFactory {
  /// What surrounds a star of some nature.
  func circumstellar(
    _ nature: SimulatedNature, wanted: SimulatedClass, _ random: inout SimulationRandom
  ) -> CircumstellarModel {
    var model = CircumstellarModel(nature: nature)
    switch nature {
    case .star, .noise, .carbonStar:
      break
    case .galaxy:
      // Broad lines of quasars or narrow ones of galaxies; none where Hα of a star would be taken for it.
      let isBroad = random.chance(0.5)
      let sigma = isBroad ? random.uniform(600, 2200) : random.uniform(60, 250)
      let width = random.logNormal(median: isBroad ? 25 : 12, sigma: 0.7)
      let offset = random.uniform(22, 165)
      model.lines = [
        SimulatedLine(wavelength: 6563 + (offset < 43 ? -offset : offset), width: width, sigma: sigma)
      ]
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
      model.equivalentWidth = min(random.logNormal(median: 25, sigma: 0.8), 100)
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
    case .tTauri:
      setTTauri(&model, wanted: wanted, &random)
    case .cataclysmic:
      setCataclysmic(&model, wanted: wanted, &random)
    case .symbiotic:
      setSymbiotic(&model, wanted: wanted, &random)
    case .wolfRayet:
      setWolfRayet(&model, &random)
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
