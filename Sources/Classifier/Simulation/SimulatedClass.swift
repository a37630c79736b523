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
