import Crossmatch
import GRDB

extension SurveyFolder {
  /// The other spectra of a star: within 3 arcsec, or of the same target where there is no position; by date.
  ///
  /// - Parameter limit: at most so many.
  /// - Complexity: O(cells of a cone of 3 arcsec) look-ups in an index.
  public func epochs(ofStarOf record: SpectrumRecord, limit: Int = 50) throws(SurveyError) -> [SpectrumRecord]
  {
    try surveyed(.database, "cannot look up the other spectra of \(record.designation)") {
      try database.read { db in
        if let ra = record.ra, let dec = record.dec {
          return try Self.near(ra: ra, dec: dec, db)
            .filter { $0.id != record.id }
            .sorted { ($0.dateObs ?? .infinity, $0.did) < ($1.dateObs ?? .infinity, $1.did) }
            .prefix(limit).map { $0 }
        }
        guard let target = record.target, !target.isEmpty else { return [] }
        return try Row.fetchAll(
          db,
          sql: """
            SELECT \(SpectrumRecord.columns) FROM \(SpectrumRecord.tables)
            WHERE spectrum.collection = (SELECT collection FROM spectrum WHERE id = ?) AND spectrum.target = ?
              AND spectrum.id <> ? AND spectrum.gone IS NULL ORDER BY spectrum.date_obs, spectrum.did LIMIT ?
            """, arguments: [record.id, target, record.id, limit]
        ).map(SpectrumRecord.init)
      }
    }
  }

  private static func near(ra: Double, dec: Double, _ db: Database) throws -> [SpectrumRecord] {
    // Cells of 3.2 arcsec; spectra are kept by their cell at the deepest order, so that a cell is a range of keys.
    let order = 16
    let radius = StarGroups.radius / 3600
    let collections = try Int64.fetchAll(db, sql: "SELECT id FROM collection")
    let find = try db.makeStatement(
      sql: """
        SELECT \(SpectrumRecord.columns) FROM \(SpectrumRecord.tables)
        WHERE spectrum.collection = ? AND spectrum.cell BETWEEN ? AND ? AND spectrum.gone IS NULL
        """)
    var found: [SpectrumRecord] = []
    for part in HEALPix(order: order).coverage(ra: ra, dec: dec, radius: radius) {
      let shift = UInt64(2 * (29 - order))
      let first = Int64(bitPattern: part.cell << shift)
      let last = Int64(bitPattern: ((part.cell + 1) << shift) - 1)
      for collection in collections {
        found += try Row.fetchAll(find, arguments: [collection, first, last]).map(SpectrumRecord.init)
      }
    }
    return found.filter { other in
      guard let otherRA = other.ra, let otherDec = other.dec else { return false }
      return angularSeparation(ra1: ra, dec1: dec, ra2: otherRA, dec2: otherDec) <= radius
    }
  }
}
