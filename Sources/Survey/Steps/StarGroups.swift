import Crossmatch

/// Tells which spectra are of one star: positions within 3 arcsec, else the target's name.
///
/// Spectra are split by star, never by spectrum: a network that has seen a star recognises it again.
enum StarGroups {
  /// Largest separation of two spectra of one star, arcsec.
  static let radius = 3.0

  /// Numbers the stars of some spectra.
  ///
  /// - Returns: a number a spectrum, in their order; equal numbers mean one star.
  static func number(_ records: [SpectrumRecord]) throws(SurveyError) -> [Int] {
    try number(
      ra: records.map { $0.ra ?? .nan }, dec: records.map { $0.dec ?? .nan }, targets: records.map(\.target))
  }

  /// The same for positions (degrees, NaN where unknown) and names.
  static func number(ra: [Double], dec: [Double], targets: [String?]) throws(SurveyError) -> [Int] {
    let groups = try surveyed(.service, "cannot group the spectra by star") {
      try SkyGroups(ra: ra, dec: dec, linkingArcsec: radius)
    }
    // Spectra without a position come after the groups on the sky: by name, or each for itself.
    var next = groups.groups.count
    var named: [String: Int] = [:]
    return ra.indices.map { row in
      if let group = groups.groupOfRow[row] { return group }
      if let target = targets[row], !target.isEmpty {
        if let known = named[target] { return known }
        named[target] = next
      }
      defer { next += 1 }
      return next
    }
  }
}
