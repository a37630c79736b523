import ArgumentParser
import Survey

/// A cone as astronomers write it: `83.63,22.01,2deg` or `05:34:31.9,+22:00:52,30arcmin`.
struct RegionArgument: ExpressibleByArgument, Sendable {
  let region: SkyRegion

  init?(argument: String) {
    let parts = argument.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
    guard parts.count == 3, let radius = AngularRadius(argument: parts[2]), radius.degrees <= 90,
      let ra = Self.angle(parts[0], hours: true), let dec = Self.angle(parts[1], hours: false),
      (0..<360).contains(ra), (-90...90).contains(dec)
    else { return nil }
    region = .cone(ra: ra, dec: dec, radius: radius.degrees)
  }

  /// Degrees, decimal or sexagesimal; right ascension with colons is in hours.
  private static func angle(_ text: String, hours: Bool) -> Double? {
    guard text.contains(":") else { return Double(text) }
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ":", omittingEmptySubsequences: false)
      .map { Double($0) }
    guard (2...3).contains(parts.count), let whole = parts[0], let minutes = parts[1] else { return nil }
    var seconds = 0.0
    if parts.count == 3 {
      guard let given = parts[2] else { return nil }
      seconds = given
    }
    guard (0..<60).contains(minutes), (0..<60).contains(seconds) else { return nil }
    let value = (whole + minutes / 60 + seconds / 3600) * (hours ? 15 : 1)
    return isNegative ? -value : value
  }
}
