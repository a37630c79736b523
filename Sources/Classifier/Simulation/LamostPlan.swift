/// Where LAMOST looks: plates of 2.5° radius, each with the same number of fibres, half of them second visits.
///
/// Even plates open a field, the odd plate that follows returns to it on another night with some of the same stars.
struct LamostPlan: Sendable {
  /// Spectra on a plate.
  static let plateSize = 500
  /// Radius of a plate in degrees.
  static let radius = 2.5
  /// Fibres of a field kept for stars of the Ondřejov survey.
  static let sharedSlots = 2
  /// Identifiers of stars that only LAMOST sees start here.
  static let firstStar = 1_000_000

  /// Seed of the simulation.
  let seed: UInt64
  /// Share of the spectra that show a star for the second time, 0 … 0.5.
  let repeatFraction: Double

  /// Centre of a field in degrees.
  func centre(field: Int) -> (ra: Double, dec: Double) {
    var random = SimulationRandom(seed: seed, .field, field)
    if random.chance(0.5) {
      // The galactic anticentre, where LAMOST observed most.
      let ra = random.normal(90, 30).truncatingRemainder(dividingBy: 360)
      return (ra < 0 ? ra + 360 : ra, min(max(random.normal(28, 12), -5), 60))
    }
    let dec = random.uniform(-5, 55)
    return (random.uniform(0, 360), dec)
  }

  /// Position of the star in a slot of a field, degrees.
  func position(field: Int, slot: Int) -> (ra: Double, dec: Double) {
    var random = SimulationRandom(seed: seed, .slot, field * 2 * Self.plateSize + slot)
    let centre = centre(field: field)
    return SimulationMath.offset(
      ra: centre.ra, dec: centre.dec, distance: Self.radius * random.uniform().squareRoot(),
      angle: random.uniform(0, 360))
  }

  /// Field and slot of a spectrum: slots of a second visit that show new stars follow those of the first.
  func place(of index: Int) -> (plate: Int, field: Int, slot: Int) {
    let plate = index / Self.plateSize
    let position = index % Self.plateSize
    let repeated = min(Int(Double(2 * Self.plateSize) * repeatFraction), Self.plateSize)
    let isSecond = plate % 2 == 1
    return (plate, plate / 2, isSecond && position >= repeated ? position + Self.plateSize : position)
  }

  /// Middle of the exposure of a plate, MJD (UTC).
  func date(plate: Int) -> Double {
    var random = SimulationRandom(seed: seed, .plate, plate / 2)
    let first = random.uniform(55860, 57600).rounded(.down)
    let night = plate % 2 == 0 ? first : first + random.uniform(20, 700).rounded(.down)
    var time = SimulationRandom(seed: seed, .plate, plate &+ (1 << 40))
    // Dark hours at Xinglong, UTC.
    return night + time.uniform(0.46, 0.9)
  }

  /// Name of a plate's plan.
  func planID(plate: Int) -> String {
    let centre = centre(field: plate / 2)
    let dec = abs(Int(centre.dec.rounded()))
    return "SIM" + SimulationText.padded(Int(centre.ra.rounded()), 3) + (centre.dec < 0 ? "S" : "N")
      + SimulationText.padded(dec, 2) + "P" + SimulationText.padded(plate, 4)
  }
}
