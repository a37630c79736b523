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
  /// A carbon star: bands of C2 and CN instead of TiO, no emission.
  case carbonStar = "carbon"
  /// A young star of late type: Hα of an equivalent width up to 100 Å, Li I 6708 in absorption, often veiled.
  case tTauri = "T Tauri"
  /// A cataclysmic variable: the accretion disc of a white dwarf, Hα 700–1500 km/s wide, often with two peaks.
  case cataclysmic = "CV"
  /// A symbiotic star: the TiO bands of an M giant, and strong narrow Hα with broad wings and He I.
  case symbiotic
  /// A Wolf-Rayet star: a wind of 1000–2600 km/s in He II (and Hα), He I, or carbon.
  case wolfRayet = "Wolf-Rayet"
  /// No light in the fibre: noise about zero.
  case noise
}
