import Glibc

extension SSAPQuery {
  /// Slack in degrees: archives give positions as 32-bit floats, good to 1.5e-5 degrees near RA 360.
  static let positionSlack = 2e-5

  /// Whether a row is what was asked for, as far as its columns tell.
  ///
  /// Names of objects are not compared: services resolve them in their own ways. What a row does not say counts
  /// as fulfilled.
  public func accepts(_ record: SSAPRecord) -> Bool {
    if let position, let size, let ra = record.ra, let dec = record.dec {
      let separation = Self.separation(position.ra, position.dec, ra, dec)
      if separation > size / 2 + Self.positionSlack { return false }
    }
    // At rest with the source wavelengths are others; the redshift is the service's business.
    if let band, bandFrame != .source, let start = record.spectralStart, let end = record.spectralEnd {
      // Limits are given as 32-bit floats.
      let slack = 1e-6 * abs(end)
      if end < band.lower - slack || start > band.upper + slack { return false }
    }
    if let time, let date = record.dateObs {
      let half = (record.exposure ?? 0) / 2 / 86400 + 1.0 / 86400
      if date + half < time.lower || date - half > time.upper { return false }
    }
    if let modifiedSince, let modified = record.modified.flatMap(ISODate.mjd) {
      if modified < modifiedSince - 1.0 / 86400 { return false }
    }
    if let modifiedUntil, let modified = record.modified.flatMap(ISODate.mjd) {
      if modified > modifiedUntil + 1.0 / 86400 { return false }
    }
    return acceptsLabels(record) && acceptsNumbers(record) && acceptsFormat(record.format)
  }

  private func acceptsNumbers(_ record: SSAPRecord) -> Bool {
    if let minimumSNR, let snr = record.snr, snr < minimumSNR * (1 - 1e-6) { return false }
    if let minimumResolvingPower, let power = record.resolvingPower,
      power < minimumResolvingPower * (1 - 1e-3)
    {
      return false
    }
    for (range, value) in [(redshift, record.redshift), (variability, record.variability)] {
      guard let range, let value else { continue }
      if value < range.lower - 1e-6 * abs(value) || value > range.upper + 1e-6 * abs(value) { return false }
    }
    return true
  }

  private func acceptsLabels(_ record: SSAPRecord) -> Bool {
    if let creatorDID, let did = record.creatorDID, did != creatorDID { return false }
    func differs(_ wanted: String?, _ own: String?) -> Bool {
      guard let wanted, let own else { return false }
      return wanted.lowercased() != own.lowercased()
    }
    if differs(wavelengthCalibration, record.wavelengthCalibration) { return false }
    if differs(targetClass, record.targetClass) { return false }
    if let publisherDID, let did = record.publisherDID, did != publisherDID { return false }
    return !differs(collection, record.collection) && !differs(fluxCalibration, record.fluxCalibration)
  }

  private func acceptsFormat(_ own: String?) -> Bool {
    guard let format, let own else { return true }
    let type = MediaType(own)
    return format.split(separator: ",").contains { item in
      switch item.trimmed.lowercased() {
      case "votable": type.isVOTable
      case "fits": type.isFITS
      case let word where word.contains("/"): type.satisfies(MediaType(word))
      default: true
      }
    }
  }

  /// Angular separation in degrees of two positions in degrees (Vincenty's formula, exact at all distances).
  private static func separation(_ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Double {
    let degree = Double.pi / 180
    let difference = (ra2 - ra1) * degree
    let (sin1, cos1) = (sin(dec1 * degree), cos(dec1 * degree))
    let (sin2, cos2) = (sin(dec2 * degree), cos(dec2 * degree))
    let x = cos2 * sin(difference)
    let y = cos1 * sin2 - sin1 * cos2 * cos(difference)
    return atan2((x * x + y * y).squareRoot(), sin1 * sin2 + cos1 * cos2 * cos(difference)) / degree
  }
}
