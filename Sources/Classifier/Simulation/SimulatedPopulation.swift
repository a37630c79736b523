/// To which part of the Galaxy a simulated star belongs, which decides its velocity.
public enum SimulatedPopulation: String, Sendable, CaseIterable {
  /// The disc: a dispersion of 20 km/s for hot and young stars, 40 km/s and more for old ones.
  case disc
  /// The halo: a dispersion of 120 km/s.
  case halo
}
