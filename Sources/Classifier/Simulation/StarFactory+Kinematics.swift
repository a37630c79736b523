/// Where stars belong and how fast they move.
extension StarFactory {
  /// Share of the discs of Be stars that have a third peak; at Ondřejov, of those with peaks that can be told apart.
  static let thirdPeakShare = 0.02

  /// The part of the Galaxy a star is of: one star in 33 of a deep survey is of the halo, one in 200 of the bright ones; of the
  /// carbon stars a third, the CH stars.
  func population(
    of nature: SimulatedNature, _ type: SimulatedStellarType, _ random: inout SimulationRandom
  ) -> SimulatedPopulation {
    let share =
      switch nature {
      case .carbonStar: 1.0 / 3
      case .symbiotic: 0.1
      case .star where type.code >= 10: kind == .lamost ? 0.03 : 0.005
      default: 0.0
      }
    return random.chance(share) ? .halo : .disc
  }

  /// Standard deviation of the radial velocity in km/s.
  func dispersion(
    of nature: SimulatedNature, _ type: SimulatedStellarType, _ population: SimulatedPopulation
  ) -> Double {
    if population == .halo { return 120 }
    return switch nature {
    case .cataclysmic: 80
    case .symbiotic: 60
    case .tTauri: 15
    case .wolfRayet: 30
    default: type.code < 20 ? 20 : 40
    }
  }
}
