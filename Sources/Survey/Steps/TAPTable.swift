import Foundation
import Tables
import VOClient

/// The columns of a TAP table that lists spectra: one in the manner of SSA, or ObsCore (ObsCore 1.1, table 1).
struct TAPTable: Sendable {
  let name: String
  /// The publisher DID.
  let did: String
  /// Right ascension and declination, degrees.
  let ra: String
  let dec: String
  private let columns: [Role: String]
  /// Conditions that every row must fulfil, whatever its place.
  private var filters: [String] = []

  /// What a column is for.
  private enum Role: String, CaseIterable {
    case did, url, format, size, ra, dec, title, target, date, dateEnd, exposure, start, end, length, snr
    case calibration, instrument, modified

    /// Names in lower case, those of SSA tables before those of ObsCore.
    var names: [String] {
      switch self {
      case .did: ["ssa_pubdid", "obs_publisher_did"]
      case .url: ["accref", "access_url"]
      case .format: ["mime", "access_format"]
      case .size: ["accsize", "access_estsize"]
      case .ra: ["raj2000", "s_ra", "ra"]
      case .dec: ["dej2000", "s_dec", "dec"]
      case .title: ["ssa_dstitle", "obs_title"]
      case .target: ["ssa_targname", "target_name"]
      case .date: ["ssa_dateobs", "t_min"]
      case .dateEnd: ["t_max"]
      case .exposure: ["ssa_timeext", "t_exptime"]
      case .start: ["ssa_specstart", "em_min"]
      case .end: ["ssa_specend", "em_max"]
      case .length: ["ssa_length", "em_xel"]
      case .snr: ["ssa_snr"]
      case .calibration: ["ssa_fluxcalib"]
      case .instrument: ["ssa_instrument", "instrument_name", "instrument"]
      case .modified: ["ssa_pdate", "obs_release_date"]
      }
    }

    /// The UCD by which a position is found before its name.
    var ucd: String? {
      switch self {
      case .ra: "pos.eq.ra;meta.main"
      case .dec: "pos.eq.dec;meta.main"
      default: nil
      }
    }
  }

  /// Finds the columns in the answer of ``query(table:)``.
  ///
  /// - Throws: `SUR-06` where the table is not there or lists no spectra.
  init(name: String, schema: Tables.Table) throws(SurveyError) {
    var columns: [Role: String] = [:]
    let rows = (0..<schema.rowCount).map { row in
      (
        name: schema.column("column_name")?.string(row) ?? "",
        ucd: schema.column("ucd")?.string(row)?.lowercased() ?? "",
        isNumber: ["double", "float", "real"].contains {
          (schema.column("datatype")?.string(row)?.lowercased() ?? "").hasPrefix($0)
        }
      )
    }
    for role in Role.allCases {
      if let ucd = role.ucd, let row = rows.first(where: { $0.ucd == ucd && $0.isNumber }) {
        columns[role] = row.name
        continue
      }
      for name in role.names where columns[role] == nil {
        columns[role] =
          rows.first { $0.name.lowercased() == name && (role.ucd == nil || $0.isNumber) }?.name
      }
    }
    if columns[.ra] == nil, let point = rows.first(where: { $0.name.lowercased() == "ssa_location" })?.name {
      columns[.ra] = "COORD1(\(point))"
      columns[.dec] = "COORD2(\(point))"
    }
    guard let did = columns[.did], let ra = columns[.ra], let dec = columns[.dec], columns[.url] != nil else {
      throw SurveyError(
        .service,
        rows.isEmpty
          ? "the TAP service has no table \(name)"
          : "the table \(name) lists no spectra: it lacks a publisher DID, an address or a position",
        hint: "--table names another, such as ivoa.obscore")
    }
    self.name = name
    self.did = did
    self.ra = ra
    self.dec = dec
    self.columns = columns
    if isObsCore { filters.append("dataproduct_type = 'spectrum'") }
  }

  /// Asks a service for the columns of a table.
  ///
  /// - Throws: `SUR-06` where there is no such service or table, or the table lists no spectra.
  static func find(_ name: String, at service: TAPService) async throws(SurveyError) -> TAPTable {
    try await surveyed(.service, "cannot use the table \(name) of \(service.url)") {
      guard let columns = try await service.sync(query(table: name)).results else {
        throw SurveyError(.service, "\(service.url) does not describe \(name)")
      }
      return try TAPTable(name: name, schema: columns)
    }
  }

  /// The table, of which only what was changed since a date and what touches a spectral window counts.
  ///
  /// - Parameters:
  ///   - since: MJD; nil for any date.
  ///   - band: metres, low and high; nil for any. Rows that do not say theirs do not count, as with BAND of SSAP.
  /// - Throws: `SUR-06` where the table has no columns for that.
  func limited(since: Double?, band: [Double]?) throws(SurveyError) -> TAPTable {
    var limited = self
    if let since {
      guard let changed else { throw SurveyError(.service, "\(name) does not tell what changed since") }
      limited.filters.append("\(changed) >= '\(ISODate.text(mjd: since))'")
    }
    if let band, band.count == 2 {
      guard let start = columns[.start], let end = columns[.end] else {
        throw SurveyError(
          .service, "\(name) does not tell the wavelengths of its spectra, of which a band is wanted",
          hint: "--via ssap asks the service itself for the band")
      }
      // Limits are given as 32-bit floats.
      limited.filters.append("\(end) >= \(band[0] * (1 - 1e-6)) AND \(start) <= \(band[1] * (1 + 1e-6))")
    }
    return limited
  }

  /// What is asked to know the columns of a table.
  static func query(table: String) -> String {
    "SELECT column_name, datatype, ucd FROM TAP_SCHEMA.columns WHERE table_name = '\(quoted(table))'"
  }

  static func quoted(_ text: String) -> String { text.replacing("'", with: "''") }

  /// The column of the date at which a row was last changed, where there is one; ObsCore knows only that of a release,
  /// which may lie ahead.
  var changed: String? { isObsCore ? nil : columns[.modified] }

  private var selected: [(Role, String)] {
    Role.allCases.compactMap { role in columns[role].map { (role, $0) } }
  }

  private var isObsCore: Bool { did.lowercased().hasPrefix("obs_") }

  /// The rows that fulfil a condition.
  ///
  /// - Parameter sorted: whether by publisher DID, so that an answer that overflows can be gone on with.
  func rows(where condition: String, sorted: Bool) -> String {
    "\(selection) WHERE \(whole(condition))" + (sorted ? " ORDER BY \(did)" : "")
  }

  /// How every query for rows begins: whether an earlier one asked for the same columns.
  var selection: String {
    let list = selected.map { role, name in name.contains("(") ? "\(name) AS \(role.rawValue)_deg" : name }
    return "SELECT \(list.joined(separator: ", ")) FROM \(name)"
  }

  private func whole(_ condition: String) -> String {
    (["(\(condition))"] + filters).joined(separator: " AND ")
  }

  /// How many rows fulfil a condition.
  func count(where condition: String) -> String {
    "SELECT COUNT(*) AS n FROM \(name) WHERE \(whole(condition))"
  }

  /// How many rows lie in each of `bins` parts of a range of an expression.
  func histogram(of expression: String, from low: Double, step: Double, where condition: String) -> String {
    """
    SELECT bin, COUNT(*) AS n FROM (SELECT FLOOR((\(expression) - (\(low))) / \(step)) AS bin FROM \(name) \
    WHERE \(whole(condition))) AS q GROUP BY bin
    """
  }

  /// The records of an answer to ``rows(where:sorted:)``, whose columns come in the order asked for.
  func records(_ table: Tables.Table) throws(SurveyError) -> [SSAPRecord] {
    let roles = selected.map(\.0)
    guard table.columns.count == roles.count else {
      throw SurveyError(
        .service, "\(name): \(roles.count) columns were asked for, \(table.columns.count) came")
    }
    let column = Dictionary(uniqueKeysWithValues: zip(roles, table.columns))
    return (0..<table.rowCount).map { row in
      func text(_ role: Role) -> String? {
        (column[role]?.string(row)).flatMap { $0.isEmpty ? nil : $0 }
      }
      func number(_ role: Role) -> Double? {
        (column[role]?.double(row)).flatMap { $0.isFinite && $0 > -999 ? $0 : nil }
      }
      var record = SSAPRecord(row: row)
      record.publisherDID = text(.did)
      record.accessURL = text(.url)
      record.format = text(.format)
      record.size = number(.size).map { Int($0 * (isObsCore ? 1000 : 1)) }
      record.ra = number(.ra)
      record.dec = number(.dec)
      record.title = text(.title)
      record.targetName = text(.target)
      record.dateObs =
        number(.dateEnd).flatMap { end in number(.date).map { ($0 + end) / 2 } } ?? number(.date)
      record.exposure = number(.exposure)
      record.spectralStart = number(.start)
      record.spectralEnd = number(.end)
      record.length = number(.length).flatMap { $0 > 0 ? Int($0) : nil }
      record.snr = number(.snr)
      record.fluxCalibration = text(.calibration)
      record.instrument = text(.instrument)
      record.modified = text(.modified)
      return record
    }
  }
}
