import Crossmatch
import GRDB
import VOClient

/// Enters spectra into the survey, one row a publisher DID, with every way to its bytes.
///
/// Services list a spectrum once for each format it comes in, in no order; the publisher DID says that it is one. Of what
/// the rows of one harvest say differently, the least is kept (of dates of change the latest), whatever the order.
struct SpectrumWriter {
  private let insert: Statement
  private let find: Statement
  private let access: Statement
  private let collection: Int64
  private let harvest: Int64
  private let deepest = HEALPix(order: 29)

  private static let fields = [
    "title", "target", "date_obs", "exposure", "spectral_start", "spectral_end", "pixels", "snr",
    "flux_calibration", "instrument",
  ]

  init(_ db: Database, collection: Int64, harvest: Int64) throws {
    self.collection = collection
    self.harvest = harvest
    let merged = Self.fields.map { name in
      """
      \(name) = CASE WHEN seen = excluded.seen THEN coalesce(min(\(name), excluded.\(name)), \(name), excluded.\(name))
        ELSE coalesce(excluded.\(name), \(name)) END
      """
    }
    let position = ["ra", "dec", "cell"].map { name in
      """
      \(name) = CASE WHEN seen = excluded.seen THEN coalesce(\(name), excluded.\(name))
        ELSE coalesce(excluded.\(name), \(name)) END
      """
    }
    insert = try db.makeStatement(
      sql: """
        INSERT INTO spectrum (collection, did, ra, dec, cell, \(Self.fields.joined(separator: ", ")), modified,
          withdrawn, first_seen, seen)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (collection, did) DO UPDATE SET
          \((position + merged).joined(separator: ", ")),
          modified = CASE WHEN seen = excluded.seen
            THEN coalesce(max(modified, excluded.modified), modified, excluded.modified)
            ELSE coalesce(excluded.modified, modified) END,
          withdrawn = CASE WHEN seen = excluded.seen THEN coalesce(withdrawn, excluded.withdrawn)
            ELSE excluded.withdrawn END,
          seen = excluded.seen
        """)
    find = try db.makeStatement(sql: "SELECT id FROM spectrum WHERE collection = ? AND did = ?")
    access = try db.makeStatement(
      sql: """
        INSERT INTO access (spectrum, rank, format, url, size, seen) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (spectrum, rank, format, url) DO UPDATE SET size = excluded.size, seen = excluded.seen
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
      record.fluxCalibration, record.instrument, record.modified, record.deleted, harvest, harvest,
    ])
    guard let url = record.accessURL, !url.isEmpty,
      let id = try Int64.fetchOne(find, arguments: [collection, did])
    else { return }
    let format = record.format ?? ""
    try access.execute(arguments: [id, Self.rank(of: format), format, url, record.size, harvest])
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
