import Foundation
import GRDB
import VOClient

/// One pass over an archive: from the first question to the comparison with what was known before.
struct Harvest: Sendable {
  let folder: SurveyFolder
  let id: Int64
  let collection: Int64
  let region: SkyRegion
  /// How the archive is asked: `ssap` or `tap`.
  let via: Crawl.Route
  /// Only what changed since then, MJD; nil for a pass over everything, which alone can tell what is gone.
  let since: Double?
  /// Under which name its SSAP cells are kept.
  let plan: String
  /// Whether nothing had been begun before.
  let isNew: Bool
  /// Whether all was asked for already, without a failure.
  let isDone: Bool

  /// What is asked again before the latest change known: services enter rows under the date at which a long import began.
  static let overlapDays = 1.0

  /// Whether ``begin(_:collection:region:via:isRouteFixed:mode:canUpdate:)`` will take up an earlier pass.
  static func isTakenUp(
    _ folder: SurveyFolder, collection: Int64, region: SkyRegion, fixed: Crawl.Route?, mode: Crawl.Mode
  ) throws(SurveyError) -> Bool {
    try surveyed(.database, "cannot read the plan of the crawl") {
      try folder.database.read { db in
        try newest(db, collection, region).map { isTakenUp($0, fixed: fixed, mode: mode) } ?? false
      }
    }
  }

  private static func isTakenUp(_ last: Row, fixed: Crawl.Route?, mode: Crawl.Mode) -> Bool {
    if let fixed, last["via"] != fixed.rawValue { return false }
    return last["ended"] as String? == nil || mode == .goOn
  }

  private static func newest(_ db: Database, _ collection: Int64, _ region: SkyRegion) throws -> Row? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM harvest WHERE collection = ? AND region = ? ORDER BY id DESC LIMIT 1",
      arguments: [collection, region.description])
  }

  /// Takes up the pass that was not finished, or begins one where `mode` says so or there was none.
  static func begin(
    _ folder: SurveyFolder, collection: Int64, region: SkyRegion, via: Crawl.Route, isRouteFixed: Bool,
    mode: Crawl.Mode, canUpdate: Bool
  ) throws(SurveyError) -> Harvest {
    try surveyed(.database, "cannot plan the crawl") {
      try folder.database.write { db in
        func harvest(_ row: Row, isNew: Bool) -> Harvest {
          let ended: String? = row["ended"]
          return Harvest(
            folder: folder, id: row["id"], collection: collection, region: region,
            via: Crawl.Route(rawValue: row["via"]) ?? .ssap, since: row["since"], plan: row["plan"],
            isNew: isNew,
            isDone: ended != nil && (row["failures"] ?? 0) == 0)
        }
        if let last = try newest(db, collection, region),
          isTakenUp(last, fixed: isRouteFixed ? via : nil, mode: mode)
        {
          return harvest(last, isNew: false)
        }
        var since: Double?
        if mode == .update, canUpdate {
          let pass = try Row.fetchOne(
            db,
            sql: """
              SELECT watermark, started FROM harvest WHERE collection = ? AND region = ? AND ended IS NOT NULL
              AND failures = 0 AND watermark IS NOT NULL ORDER BY id DESC LIMIT 1
              """, arguments: [collection, region.description])
          // A date that lies ahead of the pass that found it says nothing of what came after that pass.
          let dates = pass.map { [$0["watermark"], $0["started"]].compactMap { ISODate.mjd($0) } }
          since = dates?.min().map { $0 - overlapDays }
        }
        let plan = region.description + (since.map { " since \($0)" } ?? "")
        try db.execute(
          sql: "DELETE FROM cell WHERE collection = ? AND region = ?", arguments: [collection, plan])
        try db.execute(
          sql: """
            INSERT INTO harvest (collection, region, via, plan, since, started) VALUES (?, ?, ?, ?, ?, datetime('now'))
            """, arguments: [collection, region.description, via.rawValue, plan, since])
        let id = db.lastInsertedRowID
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM harvest WHERE id = ?", arguments: [id])
        else { throw SurveyError(.database, "a harvest that was entered is not there") }
        return harvest(row, isNew: true)
      }
    }
  }

  /// Enters a query, and the rows it gave, in the transaction that says that it was asked.
  ///
  /// - Parameter records: those of the rows that belong to the part of the sky that was asked for.
  func keep(_ db: Database, _ query: LoggedQuery, _ records: [SSAPRecord]) throws {
    var writer = try SpectrumWriter(db, collection: collection, harvest: id)
    for record in records { try writer.write(record) }
    try db.execute(
      sql: """
        INSERT INTO query (collection, harvest, asked, url, adql, service, maxrec, status, listed, seconds, bytes, digest)
        VALUES (?, ?, datetime('now'), ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        collection, id, query.url, query.tap?.adql, query.tap?.service, query.tap?.maxrec, query.status,
        query.rows, query.seconds, query.bytes, query.digest,
      ])
  }

  /// Keeps the services that an answer describes.
  func keep(_ db: Database, _ descriptors: [ServiceDescriptor]) throws {
    guard !descriptors.isEmpty else { return }
    let text = String(decoding: try JSONEncoder().encode(descriptors), as: UTF8.self)
    try db.execute(
      sql: "UPDATE collection SET descriptors = ? WHERE id = ?", arguments: [text, collection])
  }
}

/// A query as it is logged.
struct LoggedQuery: Sendable {
  /// The address asked, of an asynchronous query that of its job.
  var url: String
  /// What a TAP service was asked.
  var tap: TAPQuestion?
  var status: String
  /// Rows of the answer, before any is left out.
  var rows: Int
  /// Digest of these rows.
  var digest: String
  var seconds: Double
  var bytes: Int
}

/// What makes a query by TAP: an address of a job says nothing once the job is gone.
struct TAPQuestion: Sendable {
  /// Base address of the service.
  var service: String
  var adql: String
  var maxrec: Int
}

/// Tells whether two answers list the same, in whatever order.
enum RowDigest {
  static func of(_ records: [SSAPRecord]) -> String {
    let lines = Set(
      records.map { record in
        [
          record.publisherDID ?? "", record.accessURL ?? "", record.format ?? "", record.modified ?? "",
          record.size.map(String.init) ?? "",
        ].joined(separator: "\t")
      })
    return Checksum.fnv1a(lines.sorted().joined(separator: "\n").utf8)
  }
}
