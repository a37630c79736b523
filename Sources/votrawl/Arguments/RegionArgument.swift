import ArgumentParser
import Survey

/// A cone as astronomers write it: `83.63,22.01,2deg` or `05:34:31.9,+22:00:52,30arcmin`.
struct RegionArgument: ExpressibleByArgument, Sendable {
  let region: SkyRegion

  init?(argument: String) {
    guard let comma = argument.lastIndex(of: ","),
      let position = SkyPositionArgument(argument: String(argument[..<comma])),
      let radius = AngularRadius(
        argument: argument[argument.index(after: comma)...].filter { $0 != " " }),
      radius.degrees <= 90
    else { return nil }
    region = .cone(ra: position.ra, dec: position.dec, radius: radius.degrees)
  }
}
