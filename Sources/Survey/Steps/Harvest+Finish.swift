import Foundation
import GRDB

extension Harvest {
  /// What a finished pass found different from what was known.
  struct Differences: Sendable {
    var new = 0
    var changed = 0
    var gone = 0
    var back = 0
  }

  /// Compares with what was known, once everything has been asked for, in one transaction.
  ///
  /// Spectra that a whole pass did not list are marked as gone, not deleted, and come back when they are listed again.
  /// Where the archive says that a file is another than it was, its download, features and scores are dropped, so that
  /// the next steps make them anew. What lies in a part that failed is left as it is.
  ///
  /// - Parameter isOpen: whether a spectrum of this position and time lies in a part that failed.
  /// - Throws: `SUR-06` where an archive that had spectra lists none at all: that is taken for its fault.
  func finish(
    failures: Int, isOpen: (_ ra: Double?, _ dec: Double?, _ dateObs: Double?) -> Bool
  ) throws(SurveyError) -> Differences {
    var stale: [String] = []
    let found = try surveyed(.database, "cannot compare with what was known") {
      try folder.database.write { db in
        var differences = Differences()
        let unseen = try Row.fetchAll(
          db,
          sql:
            "SELECT id, ra, dec, date_obs, gone FROM spectrum WHERE collection = ? AND seen < ? AND gone IS NULL",
          arguments: [collection, id]
        ).filter { region.contains(ra: $0["ra"], dec: $0["dec"]) }
        let seen = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM spectrum WHERE collection = ? AND seen = ?",
          arguments: [collection, id])
        if since == nil {
          if seen == 0, !unseen.isEmpty, failures == 0 {
            throw SurveyError(
              .service,
              "the archive lists none of the \(unseen.count) spectra it had; nothing is marked as gone",
              hint: "look at the service; a new survey starts without them")
          }
          for row in unseen where !isOpen(row["ra"], row["dec"], row["date_obs"]) {
            try db.execute(
              sql: "UPDATE spectrum SET gone = ? WHERE id = ?", arguments: [id, row["id"] as Int64])
            differences.gone += 1
          }
        }
        let listed = try Row.fetchAll(
          db,
          sql: """
            SELECT id, ra, dec, date_obs, spectral_start, spectral_end, pixels, modified, title, target, first_seen,
              gone, withdrawn, fingerprint FROM spectrum WHERE collection = ? AND seen = ? ORDER BY id
            """, arguments: [collection, id])
        let store = try db.makeStatement(
          sql: "UPDATE spectrum SET fingerprint = ?, gone = ? WHERE id = ?")
        let prune = try db.makeStatement(sql: "DELETE FROM access WHERE spectrum = ? AND seen < ?")
        let sizes = try db.makeStatement(
          sql: "SELECT DISTINCT format, size FROM access WHERE spectrum = ? ORDER BY format, size")
        for row in listed where !isOpen(row["ra"], row["dec"], row["date_obs"]) {
          let key: Int64 = row["id"]
          if since == nil { try prune.execute(arguments: [key, id]) }
          let print = Fingerprint(row, try Row.fetchAll(sizes, arguments: [key]), via: via)
          let before = (row["fingerprint"] as String?).flatMap(Fingerprint.init(text:))
          let wasGone = (row["gone"] as Int64?) != nil
          let isWithdrawn = (row["withdrawn"] as String?) != nil
          if row["first_seen"] == id {
            differences.new += 1
          } else if let before, before.via == print.via, before != print {
            differences.changed += 1
            if before.content != print.content { stale += try Self.invalidate(key, db) }
          }
          if wasGone, !isWithdrawn { differences.back += 1 }
          if isWithdrawn, !wasGone { differences.gone += 1 }
          try store.execute(arguments: [print.text, isWithdrawn ? (row["gone"] ?? id) : nil, key])
        }
        try db.execute(
          sql: """
            UPDATE harvest SET ended = datetime('now'), failures = ?, new = ?, changed = ?, gone = ?, back = ?,
              watermark = (SELECT max(modified) FROM spectrum WHERE collection = ?) WHERE id = ?
            """,
          arguments: [
            failures, differences.new, differences.changed, differences.gone, differences.back, collection,
            id,
          ])
        return differences
      }
    }
    // After the transaction: a file that stays behind is only overwritten by the next fetch.
    for path in stale { try? FileManager.default.removeItem(atPath: folder.path + "/" + path) }
    return found
  }

  /// Drops what was made of a file that is no longer the archive's; returns the path of the file.
  private static func invalidate(_ spectrum: Int64, _ db: Database) throws -> [String] {
    let path = try String.fetchOne(
      db, sql: "SELECT path FROM download WHERE spectrum = ?", arguments: [spectrum])
    for table in ["score", "feature", "download"] {
      try db.execute(sql: "DELETE FROM \(table) WHERE spectrum = ?", arguments: [spectrum])
    }
    return path.map { [$0] } ?? []
  }
}

/// What an archive says of a spectrum, in short: the part that its bytes depend on, and the rest.
private struct Fingerprint: Equatable {
  var via: String
  var content: String
  var entry: String

  var text: String { "\(via) \(content) \(entry)" }

  init?(text: String) {
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 3 else { return nil }
    (via, content, entry) = (parts[0], parts[1], parts[2])
  }

  init(_ row: Row, _ sizes: [Row], via: Crawl.Route) {
    self.via = via.rawValue
    // Archives give limits as 32-bit floats here and 64-bit ones there.
    func short(_ name: String) -> String { (row[name] as Double?).map { "\(Float($0))" } ?? "" }
    let forms = sizes.map { "\($0["format"] as String)=\(($0["size"] as Int?) ?? -1)" }
    let pixels = (row["pixels"] as Int?).map(String.init) ?? ""
    let modified: String = row["modified"] ?? ""
    content = Checksum.fnv1a(
      ([modified, short("spectral_start"), short("spectral_end"), pixels] + forms).joined(separator: "|").utf8
    )
    let title: String = row["title"] ?? ""
    let target: String = row["target"] ?? ""
    entry = Checksum.fnv1a(
      [title, target, short("ra"), short("dec"), short("date_obs")].joined(separator: "|").utf8)
  }
}
