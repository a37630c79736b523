/// A survey of spectra that were never observed: every one made from the seed when it is asked for.
///
/// A spectrum depends on the seed, its index and the shares below, and on nothing else: not on the order in which
/// spectra are made, nor on `count`. The two kinds look at one sky: the given share of the Ondřejov stars lies in
/// fields of LAMOST (as far as `count` reaches), displaced there by up to 24″ as the fibres are on bright stars.
///
/// The class of a spectrum is given by its noise-free profile after the instrument: a peak must rise 3 % of the
/// continuum (and 2.5 standard deviations of the noise) above its surroundings; two peaks are a double peak if the dip
/// between them is at least 3 % of the lower one (and 1.5 standard deviations). See ``SimulatedRecord/intrinsic`` for
/// the class before the instrument.
public struct SimulatedSurvey: Sendable {
  /// The instrument whose spectra are imitated.
  public enum Kind: String, Sendable, CaseIterable {
    /// Coudé spectrograph at Ondřejov, 700 mm camera: R ≈ 13,000, 6,250–6,770 Å, air.
    case ondrejov
    /// LAMOST low resolution: R ≈ 1,200–2,100, 3,700–9,100 Å, vacuum.
    case lamost
  }

  /// The instrument.
  public let kind: Kind
  /// Number of spectra.
  public let count: Int
  /// Seed of everything.
  public let seed: UInt64
  /// Wanted share of spectra with emission, double peaks included.
  public let emissionFraction: Double
  /// Wanted share of double peaks among those.
  public let doublePeakShare: Double
  /// Share of the Ondřejov stars that lie in fields of LAMOST.
  public let sharedFraction: Double
  /// Share of LAMOST spectra that show a star for the second time.
  public let repeatFraction: Double

  let factory: StarFactory
  let lamostPlan: LamostPlan
  let ondrejovPlan: OndrejovPlan

  /// Plans a survey; no spectrum is made yet.
  ///
  /// Cost: about 0.2 ms for each star with emission of the Ondřejov survey; nothing for those of LAMOST.
  /// - Parameters:
  ///   - emissionFraction: 0…1; by default 0.53 for Ondřejov and 0.01 for LAMOST. Of the LAMOST spectra, those of the
  ///     stars shared with Ondřejov come on top.
  ///   - doublePeakShare: 0…1; by default 0.226 for Ondřejov (12 % of all) and 0.2 for LAMOST.
  ///   - sharedFraction: 0…1; must be the same for both surveys if they shall be matched.
  ///   - repeatFraction: 0…0.5.
  public init(
    kind: Kind, count: Int, seed: UInt64 = 1, emissionFraction: Double? = nil, doublePeakShare: Double? = nil,
    sharedFraction: Double = 0.25, repeatFraction: Double = 0.18
  ) {
    self.kind = kind
    self.count = max(count, 0)
    self.seed = seed
    let emission = min(max(emissionFraction ?? (kind == .ondrejov ? 0.53 : 0.01), 0), 1)
    let double = min(max(doublePeakShare ?? (kind == .ondrejov ? 0.226 : 0.2), 0), 1)
    self.emissionFraction = emission
    self.doublePeakShare = double
    self.sharedFraction = min(max(sharedFraction, 0), 1)
    self.repeatFraction = min(max(repeatFraction, 0), 0.5)
    factory = StarFactory(kind: kind, seed: seed)
    lamostPlan = LamostPlan(seed: seed, repeatFraction: self.repeatFraction)
    var leastStars = 0
    if kind == .lamost, self.sharedFraction > 0 {
      let fields = (self.count / LamostPlan.plateSize) / 2 + 1
      leastStars =
        1
        + (OndrejovPlan.sharedStar(
          field: fields, slot: LamostPlan.sharedSlots - 1, sharedFraction: self.sharedFraction) ?? 0)
    }
    let source = kind == .ondrejov ? (emission, double) : (0.53, 0.226)
    ondrejovPlan = OndrejovPlan(
      seed: seed, spectra: kind == .ondrejov ? self.count : 0, leastStars: leastStars,
      shares: [1 - source.0, source.0 * (1 - source.1), source.0 * source.1],
      sharedFraction: self.sharedFraction, lamost: lamostPlan)
  }

  /// The star of a spectrum, at the position where the spectrograph pointed, and its distance from there (″).
  func star(of index: Int) -> (star: SimulatedStar, offset: Double) {
    if kind == .ondrejov { return (ondrejovPlan.stars[ondrejovPlan.star(of: index)], 0) }
    let place = lamostPlan.place(of: index)
    if let number = OndrejovPlan.sharedStar(
      field: place.field, slot: place.slot, sharedFraction: sharedFraction), number < ondrejovPlan.stars.count
    {
      var star = ondrejovPlan.stars[number]
      let offset = OndrejovPlan.fibreOffset(star: number, seed: seed)
      (star.ra, star.dec) = SimulationMath.offset(
        ra: star.ra, dec: star.dec, distance: offset.distance / 3600, angle: offset.angle)
      return (star, offset.distance)
    }
    let id = LamostPlan.firstStar + place.field * 2 * LamostPlan.plateSize + place.slot
    let position = lamostPlan.position(field: place.field, slot: place.slot)
    var random = SimulationRandom(seed: seed, .circumstellar, id)
    let wanted: SimulatedClass =
      random.chance(emissionFraction)
      ? (random.chance(doublePeakShare) ? .doublePeak : .emission) : .absorption
    return (factory.star(id: id, ra: position.ra, dec: position.dec, class: wanted), 0)
  }

  /// The surroundings of a star at the time of a spectrum: discs breathe and turn from visit to visit.
  func model(of star: SimulatedStar, index: Int) -> CircumstellarModel {
    var model = star.model
    guard model.equivalentWidth != 0 else { return model }
    var random = SimulationRandom(
      seed: seed, .circumstellar, index &+ (kind == .ondrejov ? 1 << 42 : 1 << 43))
    model.equivalentWidth *= random.logNormal(median: 1, sigma: 0.08)
    model.violetToRed *= random.logNormal(median: 1, sigma: 0.05)
    return model
  }

  func ondrejovVisit(_ index: Int) -> OndrejovVisit { OndrejovVisit(seed: seed, index: index) }

  func lamostVisit(_ index: Int) -> LamostVisit {
    let plate = lamostPlan.place(of: index).plate
    return LamostVisit(seed: seed, index: index, plateDate: lamostPlan.date(plate: plate))
  }

  /// What the instrument recorded of a star.
  func observation(of star: SimulatedStar, index: Int) -> SimulatedObservation {
    let model = model(of: star, index: index)
    var noise = SimulationRandom(seed: seed, .noise, index &+ (kind == .ondrejov ? 1 << 42 : 0))
    return switch kind {
    case .ondrejov:
      OndrejovSpectrograph.observe(star, model: model, visit: ondrejovVisit(index), noise: &noise)
    case .lamost:
      LamostSpectrograph.observe(star, model: model, visit: lamostVisit(index), noise: &noise)
    }
  }
}
