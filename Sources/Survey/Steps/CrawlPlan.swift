import Crossmatch
import Foundation
import GRDB
import VOClient

/// Which cells of a region are still to be asked for, and the rows they gave: the durable half of a crawl.
struct CrawlPlan: Sendable {
  let harvest: Harvest

  private var folder: SurveyFolder { harvest.folder }
  private var region: SkyRegion { harvest.region }
  private var key: StatementArguments { [harvest.collection, harvest.plan] }

  /// Enters the region's first cells, and makes cells that failed in an earlier run pending again.
  func begin() throws(SurveyError) {
    try surveyed(.database, "cannot plan the crawl") {
      try folder.database.write { db in
        try db.execute(
          sql: """
            UPDATE cell SET state = 'pending', problem = NULL
            WHERE collection = ? AND region = ? AND state = 'failed'
            """, arguments: key)
        let known = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM cell WHERE collection = ? AND region = ?", arguments: key)
        if known == 0 { for cell in region.roots { try enter(cell, db) } }
      }
    }
  }

  /// The cells in a state (`pending`, `failed`), coarse ones first.
  func cells(inState state: String) throws(SurveyError) -> [SkyCell] {
    try surveyed(.database, "cannot read the plan of the crawl") {
      try folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT cell_order, cell, day_start, day_end FROM cell
            WHERE collection = ? AND region = ? AND state = ? ORDER BY cell_order, cell, day_start, day_end
            """, arguments: key + [state]
        ).map { row in
          let end: Double = row["day_end"]
          return SkyCell(
            order: row["cell_order"], cell: UInt64(bitPattern: row["cell"] as Int64),
            days: end > 0 ? SkyCell.Days(start: row["day_start"], end: end) : nil)
        }
      }
    }
  }

  /// Keeps the rows of a cell whose answer was whole.
  func complete(_ cell: SkyCell, _ answer: SSAPAnswer, _ log: LoggedQuery, _ records: [SSAPRecord])
    throws(SurveyError)
  {
    try keep(cell, answer, log, records, state: "done", problem: nil)
  }

  /// Keeps the rows of an answer that overflowed, and enters the cell's children.
  func split(_ cell: SkyCell, _ answer: SSAPAnswer, _ log: LoggedQuery, _ records: [SSAPRecord])
    throws(SurveyError)
  {
    try keep(cell, answer, log, records, state: "split", problem: nil) { db in
      for child in cell.children where isWithinRegion(child) { try enter(child, db) }
    }
  }

  /// Marks a cell that gave no answer, or not a whole one; what it gave is kept.
  func fail(
    _ cell: SkyCell, problem: String, _ answer: SSAPAnswer? = nil, _ log: LoggedQuery? = nil,
    _ records: [SSAPRecord] = []
  )
    throws(SurveyError)
  {
    try keep(cell, answer, log, records, state: "failed", problem: problem)
  }

  private func isWithinRegion(_ cell: SkyCell) -> Bool {
    guard case .cone(let ra, let dec, let radius) = region else { return true }
    let cone = cell.healpix.boundingCone(of: cell.cell)
    return angularSeparation(ra1: ra, dec1: dec, ra2: cone.ra, dec2: cone.dec) <= radius + cone.radius
  }

  private func enter(_ cell: SkyCell, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT OR IGNORE INTO cell (collection, region, cell_order, cell, day_start, day_end, state)
        VALUES (?, ?, ?, ?, ?, ?, 'pending')
        """,
      arguments: [
        harvest.collection, harvest.plan, cell.order, Int64(cell.cell), cell.days?.start ?? 0,
        cell.days?.end ?? 0,
      ])
  }

  private func keep(
    _ cell: SkyCell, _ answer: SSAPAnswer?, _ log: LoggedQuery?, _ records: [SSAPRecord], state: String,
    problem: String?, also: (Database) throws -> Void = { _ in }
  ) throws(SurveyError) {
    try surveyed(.database, "cannot keep what \(cell) gave") {
      try folder.database.write { db in
        // An answer cut by OVERFLOW lists what the service came upon first: only a whole one has a count worth keeping.
        try db.execute(
          sql: """
            UPDATE cell SET state = ?, listed = ?, problem = ?
            WHERE collection = ? AND region = ? AND cell_order = ? AND cell = ? AND day_start = ? AND day_end = ?
            """,
          arguments: [
            state, state == "done" ? records.count : nil, problem, harvest.collection, harvest.plan,
            cell.order,
            Int64(cell.cell), cell.days?.start ?? 0, cell.days?.end ?? 0,
          ])
        try also(db)
        if let answer { try harvest.keep(db, answer.descriptors) }
        if let log { try harvest.keep(db, log, records) }
      }
    }
  }
}
