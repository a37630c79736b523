/// Kinds of absorption whose strength follows the spectral type together.
enum SpectralLineGroup: Int, CaseIterable, Sendable {
  case helium, carbon, silicon, ironIons, neutralMetals, calciumIons, molecules, interstellar

  /// Strength in stars of a type, relative to that of the line list.
  func strength(in type: SimulatedStellarType) -> Double {
    SimulatedStellarType.interpolate(Self.strengths[rawValue], type.code)
  }

  // At B0 B3 B5 B8 A0 A3 A5 F0 F5 F8 G0 G5 K0 K5 M0 M3 M6.
  private static let strengths: [[Double]] = [
    [1, 1, 0.8, 0.35, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0.8, 1, 0.5, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0.15, 0.35, 0.55, 0.8, 1, 1, 0.9, 0.7, 0.5, 0.35, 0.25, 0.15, 0.08, 0, 0, 0, 0],
    [0, 0.05, 0.1, 0.4, 0.8, 1, 1, 0.9, 0.7, 0.5, 0.4, 0.35, 0.3, 0.2, 0.1, 0.05, 0],
    [0, 0, 0, 0.01, 0.04, 0.1, 0.16, 0.33, 0.55, 0.75, 0.9, 1.1, 1.4, 1.8, 2.0, 2.0, 2.0],
    [0.02, 0.03, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.5, 1.4, 1.3],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.04, 0.35, 0.8, 1.4],
    [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ]
}
