/// The parameters of an SSAP query, read and checked (SSA 1.1, §4).
struct SSAPRequest: Sendable {
  /// Centre in degrees and radius in degrees.
  var cone: (ra: Double, dec: Double, radius: Double)?
  /// Wavelengths in metres; a spectrum must overlap one of them.
  var bands: [ValueRange] = []
  /// Names of bands that were given instead.
  var bandNames: [String] = []
  /// Times as MJD.
  var times: [ValueRange] = []
  /// Media types and keywords, in lower case; empty for all.
  var formats: [String] = []
  /// Names of objects, in lower case.
  var targets: [String] = []
  /// Publisher dataset identifiers.
  var identifiers: [String] = []
  /// Most rows wanted.
  var maxrec: Int?
  /// Encoding of the table.
  var encoding = TableEncoding.tabledata

  /// Whether only the description of the service is wanted.
  var wantsMetadata: Bool { formats == ["metadata"] || maxrec == 0 }

  /// Reads the parameters.
  init(_ parameters: Parameters, sizeIsRadius: Bool) throws(RequestError) {
    guard let request = parameters["REQUEST"], request.lowercased() == "querydata" else {
      throw RequestError("REQUEST", "missing or not queryData, the only request there is")
    }
    if let version = parameters["VERSION"], !version.hasPrefix("1.") {
      throw RequestError("VERSION", "'\(version)' is not spoken here; 1.1 is")
    }
    if let position = parameters["POS"] {
      cone = try Self.cone(position, size: parameters["SIZE"], sizeIsRadius: sizeIsRadius)
    }
    if let band = parameters["BAND"] {
      if band.contains(where: \.isLetter), !band.contains("e-"), !band.contains("E-") {
        bandNames = band.split(separator: ",").map { $0.lowercased() }
      } else {
        bands = try ValueRange.list(band, parameter: "BAND") { text throws(RequestError) in
          try ValueRange.number(text, parameter: "BAND")
        }
      }
    }
    if let time = parameters["TIME"] {
      times = try ValueRange.list(time, parameter: "TIME") { text throws(RequestError) in
        guard let span = CalendarDate.span(String(text)) else {
          throw RequestError("TIME", "'\(text)' is not an ISO 8601 date")
        }
        return span
      }
    }
    let list: (String) -> [String] = { name in
      (parameters[name] ?? "").split(separator: ",").map { $0.lowercased() }
    }
    formats = list("FORMAT")
    if formats.contains("all") { formats = [] }
    targets = list("TARGETNAME")
    identifiers = (parameters["PUBDID"] ?? "").split(separator: ",").map(String.init)
    for name in ["MAXREC", "TOP"] {
      guard let text = parameters[name] else { continue }
      guard let number = Int(text), number >= 0 else {
        throw RequestError(name, "'\(text)' is not a number of rows")
      }
      maxrec = min(maxrec ?? number, number)
    }
    if let format = parameters["RESPONSEFORMAT"] {
      encoding = try TableEncoding(responseFormat: format)
    }
  }

  private static func cone(
    _ position: String, size: String?, sizeIsRadius: Bool
  ) throws(RequestError) -> (ra: Double, dec: Double, radius: Double) {
    let parts = position.split(separator: ";", maxSplits: 1)
    if parts.count == 2, !["icrs", "fk5"].contains(parts[1].lowercased()) {
      throw RequestError("POS", "the frame '\(parts[1])' is not known here; ICRS is")
    }
    let numbers = (parts.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard numbers.count == 2, let ra = numbers[0], let dec = numbers[1], (0...360).contains(ra),
      (-90...90).contains(dec)
    else { throw RequestError("POS", "'\(position)' is not 'ra,dec' in degrees") }
    // Without SIZE the service decides (§4.1.1.2).
    guard let size else { return (ra, dec, 0.05) }
    guard let number = Double(size), number >= 0, number <= 360 else {
      throw RequestError("SIZE", "'\(size)' is not a diameter in degrees")
    }
    return (ra, dec, sizeIsRadius ? min(number, 180) : number / 2)
  }

  /// Whether a file of the given media type is wanted.
  func wants(_ type: String) -> Bool {
    if formats.isEmpty { return true }
    let bare = type.split(separator: ";").first.map(String.init) ?? type
    return formats.contains { format in
      switch format {
      case "native": bare == "image/fits"
      case "compliant", "votable", "xml", "text/xml": bare == "application/x-votable+xml"
      case "fits", "application/fits": bare == "image/fits" || bare == "application/fits"
      default: format == bare
      }
    }
  }

  /// Whether wavelengths (m) match.
  func matches(wavelengths: (Double, Double)) -> Bool {
    if !bandNames.isEmpty { return !Set(bandNames).isDisjoint(with: ["optical", "visible", "v", "r"]) }
    return bands.isEmpty || bands.contains { $0.overlaps(wavelengths.0, wavelengths.1) }
  }

  /// Whether a span of time (MJD) matches.
  func matches(time: (Double, Double)) -> Bool {
    times.isEmpty || times.contains { $0.overlaps(time.0, time.1) }
  }
}
