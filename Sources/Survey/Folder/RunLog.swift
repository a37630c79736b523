import Foundation
import GRDB

extension SurveyFolder {
  /// Enters that a command has begun.
  ///
  /// - Returns: the key under which `endRun` enters how it ended.
  public func beginRun() throws(SurveyError) -> Int64 {
    try surveyed(.database, "cannot enter the run") {
      try database.write { db in
        try db.execute(
          sql: "INSERT INTO run (command, version, started) VALUES (?, ?, datetime('now'))",
          arguments: [Provenance.command, Provenance.version])
        return db.lastInsertedRowID
      }
    }
  }

  /// Enters how a command has ended; a run without an end was killed.
  public func endRun(_ key: Int64, outcome: String) throws(SurveyError) {
    try surveyed(.database, "cannot enter the end of the run") {
      try database.write { db in
        try db.execute(
          sql: "UPDATE run SET ended = datetime('now'), outcome = ? WHERE id = ?", arguments: [outcome, key])
      }
    }
  }
}
