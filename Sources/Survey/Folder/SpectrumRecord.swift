import Foundation
import GRDB

/// A spectrum as an archive lists it.
public struct SpectrumRecord: Sendable {
  /// Its key in the database.
  public let id: Int64
  /// Name of its collection.
  public let collection: String
  /// Publisher DID, or the access URL where the archive gives none.
  public let did: String
  /// Right ascension, degrees, ICRS.
  public let ra: Double?
  /// Declination, degrees, ICRS.
  public let dec: Double?
  /// What the archive calls the spectrum.
  public let title: String?
  /// What the archive calls the star.
  public let target: String?
  /// Mid-observation, MJD.
  public let dateObs: Double?
  /// Signal to noise as the archive has it.
  public let snr: Double?
  /// The best way to its bytes: FITS before VOTable before anything else.
  public let accessURL: String?
  /// Media type behind that address, as the archive states it.
  public let accessFormat: String?

  init(id: Int64, collection: String, did: String) {
    self.id = id
    self.collection = collection
    self.did = did
    (ra, dec, title, target, dateObs, snr, accessURL, accessFormat) = (nil, nil, nil, nil, nil, nil, nil, nil)
  }

  /// Reads the ``columns`` of a row, which are its first.
  init(_ row: Row) {
    // By place: by name each would be looked for.
    id = row[0]
    collection = row[1]
    did = row[2]
    ra = row[3]
    dec = row[4]
    title = row[5]
    target = row[6]
    dateObs = row[7]
    snr = row[8]
    accessURL = row[9]
    accessFormat = row[10]
  }

  /// The columns of a record, from `spectrum` joined with `collection`; further tables may be joined after it.
  static let columns = """
    spectrum.id AS id, collection.name AS collection, spectrum.did AS did, spectrum.ra AS ra, spectrum.dec AS dec,
    spectrum.title AS title, spectrum.target AS target, spectrum.date_obs AS date_obs, spectrum.snr AS snr,
    (SELECT url FROM access WHERE access.spectrum = spectrum.id ORDER BY rank, format, url LIMIT 1) AS access_url,
    (SELECT format FROM access WHERE access.spectrum = spectrum.id ORDER BY rank, format, url LIMIT 1) AS access_format
    """
  static let tables = "spectrum JOIN collection ON collection.id = spectrum.collection"

  /// The designation as an astronomer writes it: the target's name, or the position in the form of an IAU designation.
  public var designation: String {
    if let target, !target.isEmpty { return target }
    if let title, !title.isEmpty { return title }
    guard let ra, let dec else { return did }
    return Self.designation(ra: ra, dec: dec)
  }

  /// A position as `Jhhmmss.ss±ddmmss.s`, truncated as IAU designations are.
  ///
  /// - Parameters:
  ///   - ra: right ascension, degrees, 0 ≤ ra < 360.
  ///   - dec: declination, degrees, −90 ≤ dec ≤ 90.
  public static func designation(ra: Double, dec: Double) -> String {
    let time = Int((ra / 15 * 360_000).rounded(.down))
    let angle = Int((abs(dec) * 36_000).rounded(.down))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "J" + two(time / 360_000) + two(time / 6_000 % 60) + two(time / 100 % 60) + "." + two(time % 100)
      + (dec < 0 ? "-" : "+") + two(angle / 36_000) + two(angle / 600 % 60) + two(angle / 10 % 60)
      + ".\(angle % 10)"
  }
}

extension SurveyFolder {
  /// The spectrum of this publisher DID.
  public func spectrum(collection: String, did: String) throws(SurveyError) -> SpectrumRecord? {
    try surveyed(.database, "cannot look up \(did)") {
      try database.read { db in
        try Row.fetchOne(
          db,
          sql: """
            SELECT \(SpectrumRecord.columns) FROM \(SpectrumRecord.tables)
            WHERE collection.name = ? AND spectrum.did = ?
            """, arguments: [collection, did]
        ).map(SpectrumRecord.init)
      }
    }
  }
}

extension SurveyFolder {
  /// Publisher DIDs of a collection, in order; of what the archive still lists.
  public func publisherDIDs(of collection: String) throws(SurveyError) -> [String] {
    let found = try collections(named: [collection])[0]
    return try surveyed(.database, "cannot list \(collection)") {
      try database.read { db in
        try String.fetchAll(
          db, sql: "SELECT did FROM spectrum WHERE collection = ? AND gone IS NULL ORDER BY did",
          arguments: [found.id])
      }
    }
  }
}

extension SurveyFolder {
  /// The file of a spectrum, where it is kept.
  ///
  /// - Throws: `SUR-03` where the database cannot be read.
  public func keptFile(of record: SpectrumRecord) throws(SurveyError) -> String? {
    let path = try surveyed(.database, "cannot look up the file of \(record.did)") {
      try database.read { db in
        try String.fetchOne(
          db, sql: "SELECT path FROM download WHERE spectrum = ? AND state = 'done'", arguments: [record.id])
      }
    }
    guard let path, FileManager.default.fileExists(atPath: self.path + "/" + path) else { return nil }
    return self.path + "/" + path
  }

  /// The files kept: publisher DID, and path relative to the survey, by DID.
  public func downloads() throws(SurveyError) -> [(did: String, path: String)] {
    try surveyed(.database, "cannot list the files") {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT did, path FROM download JOIN spectrum ON spectrum.id = download.spectrum
            WHERE state = 'done' AND path IS NOT NULL ORDER BY did
            """
        ).map { ($0["did"], $0["path"]) }
      }
    }
  }
}
