internal import Tables

/// Spectra in the table `ivoa.obscore` of a TAP service (ObsCore 1.1): a second way to them beside SSAP.
public struct ObsCoreService: Sendable {
  /// The TAP service.
  public let tap: TAPService
  /// The table; some services have it under another name too.
  public var table = "ivoa.obscore"

  /// The table of a TAP service at an address; nothing is sent yet.
  public init(url: String, engine: TransferEngine) {
    tap = TAPService(url: url, engine: engine)
  }

  /// Asks for the spectra that satisfy a query.
  ///
  /// ObsCore knows no flux calibration, date of change, redshift, signal-to-noise ratio or class of the object: queries
  /// with such a constraint are refused, for the answer would hold what was not asked for.
  /// - Returns: records as from SSAP; formats may be that of links to the spectrum (``SSAPRecord/isDataLink``).
  /// - Throws: SVC-01 for a constraint that ObsCore lacks, SVC-04 if the query failed.
  public func query(_ query: SSAPQuery) async throws(ServiceError) -> SSAPAnswer {
    let text = try adql(query)
    let document = try await tap.sync(text, maxrec: query.maxrec)
    return try SSAPAnswer(obscore: document, query: query, url: tap.url)
  }

  /// The query in ADQL.
  ///
  /// - Throws: SVC-01 for a query that cannot be sent, or has a constraint that ObsCore lacks.
  public func adql(_ query: SSAPQuery) throws(ServiceError) -> String {
    if let problem = query.problem { throw ServiceError(.badQuery, url: tap.url, message: problem) }
    if let missing = Self.unknown(in: query) {
      throw ServiceError(
        .badQuery, url: tap.url, message: "ObsCore has no \(missing)",
        hint: "leave the constraint out, or ask by SSAP")
    }
    var conditions = ["dataproduct_type = 'spectrum'"]
    if let position = query.position, let size = query.size {
      let numbers = [position.ra, position.dec, size / 2].map(PlainNumber.text).joined(separator: ", ")
      conditions.append("1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', \(numbers)))")
    }
    func overlap(_ range: (lower: Double, upper: Double)?, _ low: String, _ high: String) {
      guard let range else { return }
      // ADQL numbers may have exponents; metres without one would be a row of zeros.
      if range.upper.isFinite { conditions.append("\(low) <= \(range.upper)") }
      if range.lower.isFinite { conditions.append("\(high) >= \(range.lower)") }
    }
    overlap(query.band, "em_min", "em_max")
    overlap(query.time, "t_min", "t_max")
    func equal(_ column: String, _ value: String?) {
      if let value { conditions.append("\(column) = '\(value.replacing("'", with: "''"))'") }
    }
    equal("target_name", query.targetName)
    equal("obs_publisher_did", query.publisherDID)
    equal("obs_creator_did", query.creatorDID)
    equal("obs_collection", query.collection)
    return "SELECT * FROM \(table) WHERE " + conditions.joined(separator: " AND ")
  }

  /// A constraint that the columns of ObsCore cannot express.
  private static func unknown(in query: SSAPQuery) -> String? {
    if query.modifiedSince != nil || query.modifiedUntil != nil { return "date of change" }
    if query.minimumSNR != nil { return "signal-to-noise ratio" }
    if query.fluxCalibration != nil { return "flux calibration" }
    if query.wavelengthCalibration != nil { return "wavelength calibration" }
    if query.redshift != nil { return "redshift" }
    if query.targetClass != nil { return "class of the object" }
    if query.variability != nil { return "variability" }
    return nil
  }
}

extension SSAPAnswer {
  /// Reads rows of `ivoa.obscore` as records of spectra; the columns have fixed names (ObsCore 1.1, table 1).
  init(obscore document: VOTableDocument, query: SSAPQuery, url: String) throws(ServiceError) {
    guard let table = document.results else {
      throw ServiceError(.noTable, url: url, message: "the answer holds no table")
    }
    let columns = ObsCoreColumns(table)
    guard columns.hasReference || table.rowCount == 0 else {
      throw ServiceError(.missingColumn, url: url, message: "the table has no column access_url")
    }
    (records, rejected) = ([], [])
    for row in 0..<table.rowCount {
      let record = columns.record(row)
      if query.accepts(record) { records.append(record) } else { rejected.append(record) }
    }
    status = document.queryStatus ?? .ok
    self.table = table
    descriptors = ServiceDescriptor.all(in: document)
    self.document = document
    self.url = url
    isPartial = document.isPartial
  }
}

/// The columns of ObsCore (ObsCore 1.1, section 4), and the records made from them.
struct ObsCoreColumns {
  private let finders: [String: CellFinder]

  init(_ table: Table) {
    let names = [
      "access_url", "access_format", "access_estsize", "obs_publisher_did", "obs_creator_did", "obs_title",
      "target_name", "target_class", "s_ra", "s_dec", "t_min", "t_max", "t_exptime", "em_min", "em_max",
      "em_xel",
      "instrument_name", "obs_collection", "em_res_power", "s_resolution", "s_fov",
    ]
    finders = Dictionary(uniqueKeysWithValues: names.map { ($0, table.finder(name: $0)) })
  }

  /// Whether the table has addresses.
  var hasReference: Bool { finders["access_url"]?.exists ?? false }

  /// The record of a row.
  func record(_ row: Int) -> SSAPRecord {
    func text(_ name: String) -> String? { finders[name]?.text(row) }
    func number(_ name: String) -> Double? { finders[name]?.measured(row) }
    var record = SSAPRecord(row: row)
    record.accessURL = text("access_url")
    record.format = text("access_format")
    // The unit of access_estsize is fixed: kilobytes of 1000 bytes.
    record.size = number("access_estsize").flatMap { $0 >= 0 && $0 < 1e12 ? Int($0 * 1000) : nil }
    record.publisherDID = text("obs_publisher_did")
    record.creatorDID = text("obs_creator_did")
    record.title = text("obs_title")
    record.targetName = text("target_name")
    record.targetClass = text("target_class")
    if let ra = number("s_ra"), let dec = number("s_dec"), (-360...360).contains(ra), (-90...90).contains(dec)
    {
      let turned = ra < 0 ? ra + 360 : ra
      record.ra = turned == 360 ? 0 : turned
      record.dec = dec
    }
    if let start = number("t_min"), let end = number("t_max") { record.dateObs = (start + end) / 2 }
    record.exposure = number("t_exptime")
    record.spectralStart = number("em_min")
    record.spectralEnd = number("em_max")
    record.length = number("em_xel").flatMap { $0 > 0 && $0 < 1e12 ? Int($0) : nil }
    record.resolvingPower = number("em_res_power")
    record.instrument = text("instrument_name")
    record.collection = text("obs_collection")
    return record
  }
}
