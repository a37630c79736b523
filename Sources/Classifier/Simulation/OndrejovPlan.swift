import Glibc

/// What Ondřejov looked at: few stars, many of them many times.
struct OndrejovPlan: Sendable {
  /// The stars in order of their number.
  let stars: [SimulatedStar]
  /// Number of the first spectrum of each star.
  let firstSpectrum: [Int]

  /// Plans until there are enough spectra and enough stars.
  ///
  /// Classes are dealt so that the shares of the spectra follow the wanted ones as closely as whole stars allow.
  /// - Parameters:
  ///   - shares: wanted shares of absorption, emission and double-peak spectra.
  ///   - sharedFraction: share of the stars that lie in fields of LAMOST.
  init(
    seed: UInt64, spectra: Int, leastStars: Int = 0, shares: [Double], sharedFraction: Double,
    lamost: LamostPlan
  ) {
    let factory = StarFactory(kind: .ondrejov, seed: seed)
    var stars: [SimulatedStar] = []
    var first: [Int] = []
    var total = 0
    var dealt = [0.0, 0.0, 0.0]
    while total < spectra || stars.count < leastStars {
      let number = stars.count
      var random = SimulationRandom(seed: seed, .visits, number)
      let visits = min(Int(random.logNormal(median: 8, sigma: 1.3)) + 1, 150)
      let position = Self.position(number, seed: seed, sharedFraction: sharedFraction, lamost: lamost)
      let needs = (0..<3).map { shares[$0] * (Double(total) + Double(visits)) - dealt[$0] }
      let wanted = (0..<3).max { needs[$0] < needs[$1] } ?? 0
      dealt[wanted] += Double(visits)
      stars.append(
        factory.star(
          id: number, ra: position.ra, dec: position.dec,
          class: SimulatedClass(rawValue: wanted) ?? .absorption))
      first.append(total)
      total += visits
    }
    self.stars = stars
    firstSpectrum = first
  }

  /// The number of the star of a spectrum.
  func star(of index: Int) -> Int {
    var low = 0
    var high = firstSpectrum.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstSpectrum[middle] <= index { low = middle } else { high = middle }
    }
    return low
  }

  /// Number of the Ondřejov star in a slot of a LAMOST field, if shared stars lie there.
  static func sharedStar(field: Int, slot: Int, sharedFraction: Double) -> Int? {
    guard sharedFraction > 0, slot < LamostPlan.sharedSlots else { return nil }
    let ordinal = Double(field * LamostPlan.sharedSlots + slot)
    return Int((ordinal + 0.5) / sharedFraction)
  }

  /// Displacement of the fibre from the star, as LAMOST uses for bright stars: median 8″, at most 24″.
  static func fibreOffset(star: Int, seed: UInt64) -> (distance: Double, angle: Double) {
    var random = SimulationRandom(seed: seed, .starPosition, star &+ (1 << 40))
    return (min(random.logNormal(median: 8, sigma: 0.9), 24), random.uniform(0, 360))
  }

  private static func position(
    _ number: Int, seed: UInt64, sharedFraction: Double, lamost: LamostPlan
  ) -> (ra: Double, dec: Double) {
    if sharedFraction > 0 {
      let ordinal = Int(Double(number) * sharedFraction)
      for candidate in [ordinal, ordinal - 1, ordinal + 1] where candidate >= 0 {
        let field = candidate / LamostPlan.sharedSlots
        let slot = candidate % LamostPlan.sharedSlots
        if sharedStar(field: field, slot: slot, sharedFraction: sharedFraction) == number {
          return lamost.position(field: field, slot: slot)
        }
      }
    }
    var random = SimulationRandom(seed: seed, .starPosition, number)
    let sine = random.uniform(-0.25, 0.97)
    return (random.uniform(0, 360), asin(sine) * 180 / .pi)
  }
}
