import ArgumentParser

/// An angle with its unit, without which it would be anybody's guess.
///
/// Examples: `30arcsec`, `2.5arcmin`, `1deg`.
struct AngularRadius: ExpressibleByArgument, Sendable {
  let degrees: Double

  var arcsec: Double { degrees * 3600 }

  init?(argument: String) {
    let units: [(String, Double)] = [
      ("arcsec", 1 / 3600.0), ("arcmin", 1 / 60.0), ("deg", 1), ("mas", 1 / 3_600_000.0), ("\"", 1 / 3600.0),
      ("'", 1 / 60.0),
    ]
    for (unit, size) in units where argument.hasSuffix(unit) {
      guard let value = Double(argument.dropLast(unit.count)), value >= 0, value.isFinite else { return nil }
      degrees = value * size
      return
    }
    return nil
  }
}
