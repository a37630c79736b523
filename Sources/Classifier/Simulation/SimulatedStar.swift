/// A star of the simulation: what stays the same from one spectrum to the next.
struct SimulatedStar: Sendable {
  /// Identifier, the same in both surveys.
  let id: Int
  /// Right ascension and declination in degrees, ICRS.
  var ra: Double
  /// Declination in degrees, ICRS.
  var dec: Double
  /// Spectral type.
  let type: SimulatedStellarType
  /// v sin i in km/s.
  let rotation: Double
  /// Radial velocity in km/s.
  let velocity: Double
  /// Surroundings.
  let model: CircumstellarModel

  /// The profile as an instrument of the given standard deviation (km/s) shows it.
  func profile(instrument: Double, model: CircumstellarModel? = nil) -> HAlphaProfile {
    HAlphaProfile(type: type, rotation: rotation, model: model ?? self.model, instrument: instrument)
  }

  /// The class of the profile with hardly any instrument and no noise.
  var intrinsicClass: SimulatedClass {
    guard model.isActive else { return .absorption }
    return ProfileRule.classify(profile(instrument: 5), noise: 0)
  }
}
