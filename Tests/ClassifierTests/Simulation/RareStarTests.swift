import Foundation
import Testing

@testable import Classifier

/// Stars of one nature, drawn as a survey draws them, and what LAMOST sees of them in a good night.
private enum RareStars {
  static let factory = StarFactory(kind: .lamost, seed: 5)

  /// `count` stars whose profile LAMOST sees as the wanted class.
  static func stars(
    _ nature: SimulatedNature, type: Int, as wanted: SimulatedClass, count: Int
  ) -> [SimulatedStar] {
    var random = SimulationRandom(seed: 77, .star, type)
    var found: [SimulatedStar] = []
    for id in 0..<(count * 40) where found.count < count {
      let model = factory.circumstellar(nature, wanted: wanted, &random)
      var star = SimulatedStar(
        id: id, ra: 0, dec: 0, type: SimulatedStellarType(type), rotation: 10, velocity: 0, model: model)
      factory.setPeculiarities(of: &star, &random)
      let seen = ProfileRule.classify(star.profile(instrument: 82), noise: 0.02)
      if !model.isActive || seen == wanted { found.append(star) }
    }
    return found
  }

  /// The first visit with a high S/N, an even response and no defects.
  static let goodNight: LamostVisit? = {
    for index in 0..<20_000 {
      let visit = LamostVisit(seed: 3, index: index, plateDate: 56000)
      let isWhole = visit.defects.ceiling == nil && visit.defects.dead.isEmpty
      if visit.snr > 150, abs(visit.tilt) < 0.1, isWhole { return visit }
    }
    return nil
  }()

  /// A LAMOST spectrum of S/N above 150 divided by its continuum at Hα.
  static func observed(_ star: SimulatedStar) throws -> (wavelengths: [Double], flux: [Double]) {
    let visit = try #require(goodNight)
    var noise = SimulationRandom(seed: 9, .noise, star.id)
    let made = LamostSpectrograph.observe(star, model: star.model, visit: visit, noise: &noise)
    return (made.wavelengths, made.flux.map { Double($0) / visit.level })
  }

  /// Median flux in a range of wavelengths.
  static func level(
    _ spectrum: (wavelengths: [Double], flux: [Double]), _ range: ClosedRange<Double>
  ) -> Double {
    median(
      spectrum.wavelengths.indices.filter { range.contains(spectrum.wavelengths[$0]) }.map {
        spectrum.flux[$0]
      })
  }

  /// Full width at half maximum above the photosphere in km/s, and the velocity of its middle.
  static func width(_ profile: HAlphaProfile) -> (width: Double, middle: Double) {
    let excess = zip(profile.flux, profile.photosphere).map { $0 - $1 }
    let half = (excess.max() ?? 0) / 2
    let first = excess.firstIndex { $0 > half } ?? 0
    let last = excess.lastIndex { $0 > half } ?? 0
    let (low, high) = (HAlphaProfile.velocity(first), HAlphaProfile.velocity(last))
    return (high - low, (low + high) / 2)
  }
}

@Suite struct RareStarTests {
  @Test(arguments: [SimulatedClass.emission, .doublePeak])
  func cataclysmicVariablesAre700To1500KilometresASecondWide(wanted: SimulatedClass) {
    let stars = RareStars.stars(.cataclysmic, type: 10, as: wanted, count: 60)
    #expect(stars.count == 60)
    for star in stars {
      let (width, _) = RareStars.width(star.profile(instrument: 5))
      // A grid step is 5 km/s; a peak of a disc that the hot spot makes the higher one narrows the measured width.
      #expect((650.0...1510.0).contains(width))
      #expect(abs(width - star.model.lineWidth) < 0.1 * width + 20)
      #expect(star.model.veiling >= 0.9 && star.typeName == "CV")
      #expect((8.0...200.0).contains(star.model.equivalentWidth))
      if wanted == .doublePeak { #expect(star.model.peakSeparation > 200) }
    }
  }

  /// The width of a disc found by bisection is that of the profile on a fine grid.
  @Test(arguments: [1.5, 6, 20], [2, 4, 6])
  func discsAreAsWideAsTheyAreSaidToBe(radius: Double, exponent: Int) {
    let disc = KeplerianDisc(
      CircumstellarModel(
        nature: .be, inclination: 60, orbitalVelocity: 450, discRadius: radius, doubledExponent: exponent))
    let grid = (-6000...6000).map { Double($0) / 10 }
    let blur = 20.0
    let kernel = (-800...800).map { exp(-0.5 * (Double($0) / 10 / blur) * (Double($0) / 10 / blur)) }
    let total = kernel.reduce(0, +)
    let fluxes = grid.map(disc.flux(at:))
    // Every fifth point is enough for the blurred profile.
    let blurred = stride(from: 800, to: fluxes.count - 800, by: 5).map { place -> Double in
      var sum = 0.0
      for (offset, weight) in kernel.enumerated() { sum += weight * fluxes[place + offset - 800] }
      return sum / total
    }
    let half = (blurred.max() ?? 0) / 2
    let inside = blurred.count { $0 > half } + holes(blurred, below: half)
    #expect(abs(disc.fullWidth(blur: blur) - 0.5 * Double(inside)) < 0.02 * 0.5 * Double(inside))
  }

  /// Points between the outermost ones above a level that lie below it.
  private func holes(_ values: [Double], below level: Double) -> Int {
    guard let first = values.firstIndex(where: { $0 > level }),
      let last = values.lastIndex(where: { $0 > level })
    else { return 0 }
    return values[first...last].count { $0 <= level }
  }

  @Test func carbonStarsHaveTheBandsOfCarbonAndNotThoseOfTitaniumOxide() throws {
    let star = try #require(RareStars.stars(.carbonStar, type: 52, as: .absorption, count: 1).first)
    let spectrum = try RareStars.observed(star)
    #expect(star.typeName == "C-N")
    // Heads in vacuum: C₂ absorbs to the blue of them, CN to the red.
    for (head, isCarbon) in [
      (5166.6, true), (5637.1, true), (6193.0, true), (6601.0, true), (6632.8, false), (7090.0, false),
      (7874.2, false),
    ] {
      let blue = RareStars.level(spectrum, (head - 9)...(head - 4))
      let red = RareStars.level(spectrum, (head + 4)...(head + 9))
      let depth = isCarbon ? 1 - blue / red : 1 - red / blue
      #expect(depth > 0.05, "\(head)")
    }
    var giant = star
    giant.carbon = 0
    let titanium = try RareStars.observed(giant)
    func drop(_ spectrum: (wavelengths: [Double], flux: [Double])) -> Double {
      1 - RareStars.level(spectrum, 7060...7070) / RareStars.level(spectrum, 7040...7050)
    }
    #expect(drop(titanium) > 0.2)
    #expect(abs(drop(spectrum)) < 0.05)
  }

  @Test func carbonStarsShowNoEmission() throws {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 40_000, seed: 13, emissionFraction: 0, sharedFraction: 0)
    let stars = (0..<40_000).map(survey.record).filter { $0.nature == .carbonStar }
    // One in 2,500.
    #expect((5...32).contains(stars.count))
    for star in stars {
      #expect(star.truth == .absorption && star.carbon > 0 && star.spectralType.hasPrefix("C-"))
      #expect(star.lineWidth == 0 && star.veiling == 0)
    }
  }

  @Test func symbioticStarsHaveTheBandsOfAnMGiantAndNarrowLinesOfHydrogenAndHelium() throws {
    let stars = RareStars.stars(.symbiotic, type: 54, as: .emission, count: 25)
    for star in stars {
      #expect((100.0...230.0).contains(star.model.lineWidth))
      #expect(star.model.equivalentWidth >= 10)
    }
    let star = try #require(
      stars.max {
        $0.model.heliumRatio * $0.model.equivalentWidth < $1.model.heliumRatio * $1.model.equivalentWidth
      })
    let spectrum = try RareStars.observed(star)
    #expect(star.typeName == "M4")
    // The head of TiO at 7054 Å, beyond He I 7065.
    #expect(RareStars.level(spectrum, 7085...7095) < 0.85 * RareStars.level(spectrum, 7035...7045))
    #expect(RareStars.level(spectrum, 6563...6566) > 3)
    var bare = star
    bare = SimulatedStar(
      id: star.id, ra: 0, dec: 0, type: star.type, rotation: 10, velocity: 0, model: CircumstellarModel())
    let giant = try RareStars.observed(bare)
    // He I 6678 is 6680.0 Å in vacuum.
    let excess = RareStars.level(spectrum, 6679...6681) - RareStars.level(giant, 6679...6681)
    #expect(excess > 0.1)
  }

  @Test func wolfRayetLinesAreAThousandKilometresASecondAndMoreWideAndToTheBlueOfHydrogen() {
    let stars = RareStars.stars(.wolfRayet, type: 0, as: .emission, count: 40)
    #expect(stars.count == 40)
    for star in stars {
      let (width, middle) = RareStars.width(star.profile(instrument: 5))
      #expect((985.0...2615.0).contains(width))
      #expect((-130.0 ... -35.0).contains(middle))
      // Nothing is left of the star's own absorption.
      #expect(star.profile(instrument: 5).photosphere.allSatisfy { abs($0 - 1) < 1e-4 })
      #expect(["WN", "WC"].contains(star.typeName))
    }
    #expect(Set(stars.map(\.typeName)).count == 2)
    #expect(stars.allSatisfy { ($0.typeName == "WC") == $0.model.lines.contains { $0.wavelength == 6742 } })
  }

  @Test func youngStarsHaveLithiumOfTheStatedEquivalentWidth() {
    let stars = RareStars.stars(.tTauri, type: 44, as: .emission, count: 40)
    let wavelengths = (0..<600).map { 6680 + Double($0) * 0.1 }
    let templates = PhotosphereTemplates(wavelengths: wavelengths, inVacuum: true, sigma: 1.2)
    for star in stars {
      var without = star
      without.lithium = 0
      let pairs = zip(templates.flux(of: star), templates.flux(of: without))
      // What lithium takes away: weighted by the other absorption at its place, which is some per cent.
      let width = pairs.reduce(0.0) { $0 + Double($1.1 - $1.0) } * 0.1
      let stated = star.lithium * (1 - star.model.veiling)
      #expect(stated > 0.05 && width > 0.8 * stated && width <= 1.01 * stated)
      #expect((1.0...100.0).contains(star.model.equivalentWidth))
      // It lies at 6707.8 Å in air, 6709.7 in vacuum.
      let deepest = zip(templates.flux(of: without), templates.flux(of: star)).map { $0 - $1 }
      let place = deepest.indices.max { deepest[$0] < deepest[$1] } ?? 0
      #expect(abs(wavelengths[place] - 6709.69) < 0.15)
    }
    #expect(stars.contains { $0.model.windVelocity > 0 && $0.model.windDepth > 0 })
  }

  @Test func flareStarsHaveNarrowLinesOfAFewAngstroms() {
    for star in RareStars.stars(.flareStar, type: 53, as: .emission, count: 40) {
      #expect((1.0...10.0).contains(star.model.equivalentWidth))
      #expect(star.model.lineWidth < 96)
    }
  }

  @Test func everyNatureIsThereInItsShare() {
    let survey = SimulatedSurvey(
      kind: .lamost, count: 4000, seed: 6, emissionFraction: 1, doublePeakShare: 0.2, sharedFraction: 0)
    let records = (0..<4000).map(survey.record)
    func share(_ nature: SimulatedNature) -> Double {
      Double(records.count { $0.nature == nature }) / 4000
    }
    // 0.8 of emission and 0.2 of double peaks; repeats of a star make the scatter half as large again as Poisson's.
    #expect(abs(share(.cataclysmic) - 0.0134) < 0.007)
    #expect(abs(share(.tTauri) - 0.042) < 0.012)
    #expect(abs(share(.symbiotic) - 0.0032) < 0.0030)
    #expect(abs(share(.wolfRayet) - 0.0024) < 0.0024)
    #expect(abs(share(.flareStar) - 0.08) < 0.016)
    #expect(
      records.filter { $0.nature == .cataclysmic }.allSatisfy { $0.lineWidth >= 699 && $0.lineWidth <= 1501 })
    #expect(records.filter { $0.nature == .tTauri }.allSatisfy { $0.lithiumWidth > 0 && $0.lineWidth < 450 })
  }
}
