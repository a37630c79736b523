/// The three classes of Hα profiles, in the order of every vector of probabilities.
public enum SimulatedClass: Int, Sendable, CaseIterable, CustomStringConvertible {
  /// No visible emission: an absorption line, a flat spectrum, noise.
  case absorption = 0
  /// Emission with one visible peak.
  case emission = 1
  /// Emission with two (or more) peaks and a visible dip between them.
  case doublePeak = 2

  /// The name used in class sets: `absorption`, `emission`, `double-peak`.
  public var description: String {
    switch self {
    case .absorption: "absorption"
    case .emission: "emission"
    case .doublePeak: "double-peak"
    }
  }
}

/// What a simulated spectrum is physically, finer than its class.
public enum SimulatedNature: String, Sendable, CaseIterable {
  /// A star without circumstellar emission.
  case star
  /// A B star whose weak emission only fills in the core of its absorption.
  case filledIn = "filled-in"
  /// A Be star: a Keplerian disc.
  case be = "Be"
  /// A Be star seen through its disc: a Keplerian disc with a central absorption.
  case shell
  /// A wind: emission with a blue-shifted absorption.
  case pCygni = "P Cygni"
  /// A young star with broad emission.
  case herbig = "Herbig"
  /// A flare star: an M dwarf with narrow emission.
  case flareStar = "dMe"
  /// A star in a nebula: narrow Hα, [N II] and [S II].
  case nebular
  /// Sky taken from a nebula was subtracted: the nebular lines are negative.
  case oversubtracted
  /// A galaxy or quasar whose redshift brings some other line into the window: Hβ, [O III], Mg II, Lyα.
  case galaxy
  /// No light in the fibre: noise about zero.
  case noise
}
