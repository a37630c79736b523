import Foundation
import GRDB
import VOClient

/// Which slices of a TAP table are still to be fetched: the durable half of a crawl by TAP.
struct TAPPlan: Sendable {
  let harvest: Harvest

  /// A slice as it is kept.
  struct Entry: Sendable {
    var id: Int64
    var slice: TAPSlice
    /// Rows counted in it; nil where none were.
    var expected: Int?
    /// Address of its job, where one was made.
    var job: String?
  }

  private var database: DatabasePool { harvest.folder.database }

  /// Enters the region's first slices, and makes those that failed in an earlier run pending again.
  func begin() throws(SurveyError) {
    try surveyed(.database, "cannot plan the crawl") {
      try database.write { db in
        try db.execute(
          sql: "UPDATE slice SET state = 'pending', problem = NULL WHERE harvest = ? AND state = 'failed'",
          arguments: [harvest.id])
        let known = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM slice WHERE harvest = ?", arguments: [harvest.id])
        if known == 0 { for slice in harvest.region.slices { try enter(slice, nil, db) } }
      }
    }
  }

  func slices(inState state: String) throws(SurveyError) -> [Entry] {
    try surveyed(.database, "cannot read the plan of the crawl") {
      try database.read { db in
        try Row.fetchAll(
          db, sql: "SELECT id, slice, expected, job FROM slice WHERE harvest = ? AND state = ? ORDER BY id",
          arguments: [harvest.id, state]
        ).map { row in
          let text: String = row["slice"]
          return Entry(
            id: row["id"], slice: try JSONDecoder().decode(TAPSlice.self, from: Data(text.utf8)),
            expected: row["expected"], job: row["job"])
        }
      }
    }
  }

  /// Keeps the address of a slice's job, before the job runs.
  func note(_ job: String, of entry: Entry) throws(SurveyError) {
    try surveyed(.database, "cannot keep the address of a job") {
      try database.write { db in
        try db.execute(sql: "UPDATE slice SET job = ? WHERE id = ?", arguments: [job, entry.id])
      }
    }
  }

  func fail(_ entry: Entry, problem: String) throws(SurveyError) {
    try surveyed(.database, "cannot keep what a slice gave") {
      try database.write { db in
        try db.execute(
          sql: "UPDATE slice SET state = 'failed', job = NULL, problem = ? WHERE id = ?",
          arguments: [problem, entry.id])
      }
    }
  }

  /// Enters other slices for one that holds too much, or was not counted; one of them may be the same, counted.
  func replace(_ entry: Entry, by slices: [(TAPSlice, Int?)]) throws(SurveyError) {
    try surveyed(.database, "cannot divide a slice") {
      try database.write { db in
        try db.execute(
          sql: "UPDATE slice SET state = 'split', job = NULL WHERE id = ?", arguments: [entry.id])
        for (slice, expected) in slices where expected != 0 {
          if slice == entry.slice {
            try db.execute(
              sql: "UPDATE slice SET state = 'pending', expected = ? WHERE id = ?",
              arguments: [expected, entry.id])
          } else {
            try enter(slice, expected, db)
          }
        }
      }
    }
  }

  /// Keeps the rows of a slice, and enters what is to be fetched after it.
  ///
  /// - Parameter split: whether the slice is about to be divided, and so stays pending.
  func complete(
    _ entry: Entry, _ log: LoggedQuery, _ records: [SSAPRecord], _ descriptors: [ServiceDescriptor],
    next: [(TAPSlice, Int?)], split: Bool = false
  ) throws(SurveyError) {
    try surveyed(.database, "cannot keep what a slice gave") {
      try database.write { db in
        try db.execute(
          sql: "UPDATE slice SET state = ?, listed = ?, expected = ?, job = NULL WHERE id = ?",
          arguments: [split ? "pending" : "done", log.rows, split ? Int.max : entry.expected, entry.id])
        try harvest.keep(db, descriptors)
        try harvest.keep(db, log, records)
        for (slice, expected) in next { try enter(slice, expected, db) }
      }
    }
  }

  private func enter(_ slice: TAPSlice, _ expected: Int?, _ db: Database) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try db.execute(
      sql: "INSERT OR IGNORE INTO slice (harvest, slice, expected, state) VALUES (?, ?, ?, 'pending')",
      arguments: [harvest.id, String(decoding: try encoder.encode(slice), as: UTF8.self), expected])
  }
}
