import Crossmatch
import GRDB
import VOClient

/// Enters spectra into the survey, one row a publisher DID, with every way to its bytes.
///
/// Services list a spectrum once for each format it comes in; the publisher DID says that it is one.
struct SpectrumWriter {
  private let insert: Statement
  private let find: Statement
  private let access: Statement
  private let collection: Int64
  private let deepest = HEALPix(order: 29)

  init(_ db: Database, collection: Int64) throws {
    self.collection = collection
    insert = try db.makeStatement(
      sql: """
        INSERT INTO spectrum (collection, did, ra, dec, cell, title, target, date_obs, exposure, spectral_start,
          spectral_end, pixels, snr, flux_calibration, instrument, modified)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (collection, did) DO UPDATE SET
          ra = coalesce(excluded.ra, ra), dec = coalesce(excluded.dec, dec), cell = coalesce(excluded.cell, cell),
          title = coalesce(excluded.title, title), target = coalesce(excluded.target, target),
          date_obs = coalesce(excluded.date_obs, date_obs), snr = coalesce(excluded.snr, snr),
          modified = coalesce(excluded.modified, modified)
        """)
    find = try db.makeStatement(sql: "SELECT id FROM spectrum WHERE collection = ? AND did = ?")
    access = try db.makeStatement(
      sql: """
        INSERT INTO access (spectrum, rank, format, url, size) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (spectrum, rank, format, url) DO UPDATE SET size = excluded.size
        """)
  }

  /// Enters one row of an answer; a row that names no spectrum, neither by DID nor by address, is skipped.
  mutating func write(_ record: SSAPRecord) throws {
    guard let did = record.publisherDID ?? record.accessURL, !did.isEmpty else { return }
    let cell = record.ra.flatMap { ra in
      record.dec.map { dec in Int64(bitPattern: deepest.cell(ra: ra, dec: dec)) }
    }
    try insert.execute(arguments: [
      collection, did, record.ra, record.dec, cell, record.title, record.targetName, record.dateObs,
      record.exposure, record.spectralStart, record.spectralEnd, record.length, record.snr,
      record.fluxCalibration, record.instrument, record.modified,
    ])
    guard let url = record.accessURL, !url.isEmpty,
      let id = try Int64.fetchOne(find, arguments: [collection, did])
    else { return }
    let format = record.format ?? ""
    try access.execute(arguments: [id, Self.rank(of: format), format, url, record.size])
  }

  /// Which of several formats to fetch: FITS first, for it is the original; VOTable; a links document; pictures last.
  static func rank(of format: String) -> Int {
    let type = format.lowercased()
    if type.contains("datalink") { return 2 }
    if type.contains("fits") { return 0 }
    if type.contains("votable") { return 1 }
    return type.hasPrefix("image/") || type.hasPrefix("text/html") ? 9 : 3
  }
}
