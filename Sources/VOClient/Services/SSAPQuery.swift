/// What a Simple Spectral Access service is asked for (SSA 1.1, section 4.1).
///
/// Services may ignore parameters that they do not know; ``SSAPService/query(_:)`` applies the constraints again to
/// the answer where it has the columns for it.
public struct SSAPQuery: Sendable {
  /// Centre of the region, ICRS, degrees; needs ``size``.
  public var position: (ra: Double, dec: Double)?
  /// Diameter of the region in degrees.
  ///
  /// DaCHS takes the number for the radius and refuses more than 90; what it sends too much is left out here.
  public var size: Double?
  /// Wavelengths in metres in vacuum that the spectra shall have; an infinite end is open.
  public var band: (lower: Double, upper: Double)?
  /// Dates of observation as MJD (UTC); an infinite end is open.
  public var time: (lower: Double, upper: Double)?
  /// A media type, or one of `all`, `compliant`, `native`, `graphic`, `votable`, `fits`, `xml`.
  public var format: String?
  /// The most rows wanted; without it the service's default holds (DaCHS: 10,000).
  public var maxrec: Int?
  /// Name of the object, as the archive writes it.
  public var targetName: String?
  /// Publisher's identifier of one dataset.
  public var publisherDID: String?
  /// Only what was changed since this date (MJD, UTC); for catching up with an archive.
  public var modifiedSince: Double?
  /// The least signal-to-noise ratio.
  public var minimumSNR: Double?
  /// The name of the collection, such as `LAMOST DR2`.
  public var collection: String?
  /// The flux calibration, such as `ABSOLUTE`, `RELATIVE` or `NORMALIZED`.
  public var fluxCalibration: String?
  /// Further parameters, sent as they are; they replace those of the same name.
  public var extra: [(String, String)]
  /// Form of the answer; DaCHS gives TABLEDATA unless told `application/x-votable+xml;serialization=BINARY2`.
  public var responseFormat: String?
  /// Whether the standard's parameter names go out in lower case: names are case-insensitive (DALI 1.1 §2.4), but some
  /// services know only one case.
  public var lowerCaseNames = false

  /// A query without constraints: everything the service has, up to its limit.
  public init(
    position: (ra: Double, dec: Double)? = nil, size: Double? = nil,
    band: (lower: Double, upper: Double)? = nil,
    time: (lower: Double, upper: Double)? = nil, format: String? = nil, maxrec: Int? = nil,
    targetName: String? = nil, publisherDID: String? = nil, modifiedSince: Double? = nil,
    minimumSNR: Double? = nil, collection: String? = nil, fluxCalibration: String? = nil,
    extra: [(String, String)] = [], responseFormat: String? = nil
  ) {
    self.position = position
    self.size = size
    self.band = band
    self.time = time
    self.format = format
    self.maxrec = maxrec
    self.targetName = targetName
    self.publisherDID = publisherDID
    self.modifiedSince = modifiedSince
    self.minimumSNR = minimumSNR
    self.collection = collection
    self.fluxCalibration = fluxCalibration
    self.extra = extra
    self.responseFormat = responseFormat
  }

  /// The address of the query at a service.
  ///
  /// - Parameter base: the access URL; a `?` and parameters of its own are kept.
  /// - Returns: `nil` if `base` is no http or https address.
  public func url(base: String) -> String? {
    WebAddress(base)?.adding(parameters, listSyntax: true).text
  }

  /// Why the query cannot be sent, if so.
  var problem: String? {
    if (position == nil) != (size == nil) {
      return "a position needs a size and a size a position: services ignore one alone and send everything"
    }
    if let position, !(position.ra.isFinite && abs(position.dec) <= 90) {
      return "the position \(position.ra), \(position.dec) is not on the sky"
    }
    if let size, !(size > 0 && size <= 360) { return "the size \(size) is not between 0 and 360 degrees" }
    if let maxrec, maxrec < 0 { return "MAXREC must not be negative" }
    for range in [band, time] {
      if let range, !(range.lower <= range.upper) {
        return "the range \(range.lower)…\(range.upper) is empty"
      }
    }
    return nil
  }

  /// The parameters of the protocol, not encoded.
  var parameters: [(String, String)] {
    var list: [(String, String)] = [("REQUEST", "queryData")]
    if let position {
      let ra = position.ra.truncatingRemainder(dividingBy: 360)
      list.append(("POS", "\(PlainNumber.text(ra < 0 ? ra + 360 : ra)),\(PlainNumber.text(position.dec))"))
    }
    if let size { list.append(("SIZE", PlainNumber.text(size))) }
    if let band { list.append(("BAND", PlainNumber.range(band.lower, band.upper))) }
    if let time {
      let ends = [time.lower, time.upper].map { $0.isFinite ? ISODate.text(mjd: $0) : "" }
      list.append(("TIME", ends.joined(separator: "/")))
    }
    if let format { list.append(("FORMAT", format)) }
    if let targetName { list.append(("TARGETNAME", targetName)) }
    if let publisherDID { list.append(("PUBDID", publisherDID)) }
    if let modifiedSince { list.append(("MTIME", ISODate.text(mjd: modifiedSince) + "/")) }
    if let minimumSNR { list.append(("SNR", PlainNumber.text(minimumSNR) + "/")) }
    if let collection { list.append(("COLLECTION", collection)) }
    if let fluxCalibration { list.append(("FLUXCALIB", fluxCalibration)) }
    if let maxrec { list.append(("MAXREC", String(maxrec))) }
    if let responseFormat { list.append(("RESPONSEFORMAT", responseFormat)) }
    let replaced = Set(extra.map { $0.0.uppercased() })
    let kept = list.filter { !replaced.contains($0.0) }
    return (lowerCaseNames ? kept.map { ($0.0.lowercased(), $0.1) } : kept) + extra
  }
}
