import ArgumentParser
import Survey

/// An angle with its unit, without which it would be anybody's guess.
///
/// Examples: `30arcsec`, `2.5arcmin`, `1deg`.
struct AngularRadius: ExpressibleByArgument, Sendable {
  let degrees: Double
  let arcsec: Double

  init?(argument: String) {
    guard let angle = AngleText(argument) else { return nil }
    degrees = angle.degrees
    arcsec = angle.arcsec
  }
}
