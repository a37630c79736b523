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
  /// Part of the Galaxy it belongs to.
  var population = SimulatedPopulation.disc
  /// Strength of the bands of C₂ and CN, about 1 in a cool carbon star, 0 in others.
  var carbon = 0.0
  /// Equivalent width of Li I 6708 in Å, before veiling.
  var lithium = 0.0
  /// What it is called where that is no type of the main sequence: `C-N`, `CV`, `WN`.
  var designation: String?

  /// Its spectral type, as a catalogue would have it.
  var typeName: String { designation ?? type.name }

  /// Number of the template of its photosphere: carbon stars have no TiO, however cool.
  var template: Int { carbon > 0 ? min(type.code, 44) : type.code }

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
