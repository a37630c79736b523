public import Crossmatch
import Foundation
import GRDB

/// Which part of the sky a crawl has asked for, and where what it found lies.
public enum CrawlCoverage {
  /// Cells that a cone is made of, 3.4′ wide.
  static let coneOrder = 10
  /// Cells that a box of right ascension and declination is made of, 27′ wide.
  static let sliceOrder = 7

  /// The part of the sky that has been asked for, over all passes that were over everything.
  ///
  /// What is still to be asked for, or failed, is left out, by TAP some 27′ about it, too. At the border of a cone the cells
  /// of 3.4′ count that lie in it only in part.
  ///
  /// - Parameter collections: names; all where empty.
  /// - Throws: `SUR-04` for a name that no collection has.
  public static func searched(_ folder: SurveyFolder, collections names: [String] = []) throws(SurveyError)
    -> MOC
  {
    var whole = MOC()
    for collection in try folder.collections(named: names) {
      let found = try surveyed(.database, "cannot read the passes over \(collection.name)") {
        try folder.database.read { db in try Self.passes(db, collection.id) }
      }
      for pass in found { whole.formUnion(pass) }
    }
    return whole
  }

  /// The cells in which spectra lie that archives still list.
  ///
  /// - Parameters:
  ///   - collections: names; all where empty.
  ///   - order: of the cells, 0…29.
  /// - Throws: `SUR-04` for a name that no collection has.
  /// - Complexity: O(spectra).
  public static func spectra(
    _ folder: SurveyFolder, collections names: [String] = [], order: Int
  ) throws(SurveyError) -> MOC {
    let keys = try folder.collections(named: names).map(\.id)
    return try surveyed(.database, "cannot read the cells of the spectra") {
      try folder.database.read { db in
        // A spectrum is kept with its cell at the deepest order.
        let shift = 2 * (HEALPix.maximumOrder - order)
        let cells = try Int64.fetchAll(
          db,
          sql: """
            SELECT DISTINCT cell >> \(shift) FROM spectrum WHERE cell IS NOT NULL AND gone IS NULL
              AND collection IN (\(keys.map(String.init).joined(separator: ",")))
            """)
        return MOC(cells: cells.map { UInt64(bitPattern: $0) }, order: order)
      }
    }
  }

  /// What each pass over a region has asked for.
  private static func passes(_ db: Database, _ collection: Int64) throws -> [MOC] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, region, via, plan, ended, failures,
          id = (SELECT max(id) FROM harvest AS h WHERE h.collection = harvest.collection AND h.plan = harvest.plan) AS last
        FROM harvest WHERE collection = ? AND since IS NULL ORDER BY id
        """, arguments: [collection])
    return try rows.compactMap { row in
      guard let region = SkyRegion(description: row["region"]) else { return nil }
      let isWhole = row["ended"] as String? != nil && row["failures"] as Int? == 0
      if isWhole { return region.coverage }
      // The cells of an earlier pass have been replaced by those of the next one.
      guard row["last"] else { return nil }
      let open =
        row["via"] == Crawl.Route.tap.rawValue
        ? try openSlices(db, row["id"]) : try openCells(db, collection, row["plan"])
      return open.map { region.coverage.subtracting($0) }
    }
  }

  /// The cells of a plan that are still to be asked for, or failed; nil where nothing was planned yet.
  private static func openCells(_ db: Database, _ collection: Int64, _ plan: String) throws -> MOC? {
    let rows = try Row.fetchAll(
      db, sql: "SELECT cell_order, cell, state FROM cell WHERE collection = ? AND region = ?",
      arguments: [collection, plan])
    if rows.isEmpty { return nil }
    var open = MOC()
    let waiting = rows.filter { ["pending", "failed"].contains($0["state"] as String) }
    for (order, cells) in Dictionary(grouping: waiting, by: { $0["cell_order"] as Int }) {
      if order < 0 { return .fullSky }
      open.formUnion(MOC(cells: cells.map { UInt64(bitPattern: $0["cell"] as Int64) }, order: order))
    }
    return open
  }

  /// The same of a crawl by TAP.
  private static func openSlices(_ db: Database, _ harvest: Int64) throws -> MOC? {
    let rows = try Row.fetchAll(
      db, sql: "SELECT slice, state FROM slice WHERE harvest = ?", arguments: [harvest])
    if rows.isEmpty { return nil }
    var open = MOC()
    for row in rows where ["pending", "failed"].contains(row["state"] as String) {
      let text: String = row["slice"]
      let slice = try JSONDecoder().decode(TAPSlice.self, from: Data(text.utf8))
      if !slice.isUnplaced { open.formUnion(slice.coverage) }
    }
    return open
  }
}

extension SkyRegion {
  /// The region as it was kept in the survey; nil for what ``description`` never gives.
  init?(description: String) {
    if description == "all" {
      self = .all
      return
    }
    let words = description.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Double($0) }
    guard words.first == "cone", words.count == 4, numbers.count == 3 else { return nil }
    self = .cone(ra: numbers[0], dec: numbers[1], radius: numbers[2])
  }

  /// The cells of the region; of a cone also those that lie in it only in part.
  var coverage: MOC {
    switch self {
    case .all: .fullSky
    case .cone(let ra, let dec, let radius):
      MOC(coneAt: SkyPosition(ra: ra, dec: dec), radius: radius, order: CrawlCoverage.coneOrder)
    }
  }
}

extension TAPSlice {
  /// The cells of the slice's box, of 27′ or wider: a cell more on each side rather than one less.
  var coverage: MOC {
    var cells: [Int: [UInt64]] = [:]
    var waiting = (0..<12).map { (order: 0, cell: UInt64($0)) }
    while let (order, cell) = waiting.popLast() {
      let cone = HEALPix(order: order).boundingCone(of: cell)
      switch overlap(ra: cone.ra, dec: cone.dec, radius: cone.radius) {
      case .none: continue
      case .whole: cells[order, default: []].append(cell)
      case .part where order == CrawlCoverage.sliceOrder: cells[order, default: []].append(cell)
      case .part: waiting += HEALPix.children(of: cell).map { (order + 1, $0) }
      }
    }
    return cells.reduce(into: MOC()) { $0.formUnion(MOC(cells: $1.value, order: $1.key)) }
  }

  private enum Overlap { case none, part, whole }

  /// How much of a circle lies in the box, never less than it is; degrees.
  private func overlap(ra: Double, dec: Double, radius: Double) -> Overlap {
    let (low, high) = span(.dec)
    let (left, right) = span(.ra)
    if dec + radius < low || dec - radius > high { return .none }
    let isBetween = (low <= -90 || dec - radius >= low) && (high >= 90 || dec + radius <= high)
    let degree = Double.pi / 180
    guard abs(dec) + radius < 90 else {
      return left <= 0 && right >= 360 && isBetween ? .whole : .part
    }
    let width = asin(min(1, sin(radius * degree) / cos(dec * degree))) / degree
    // A circle across the meridian of 0 is looked at on both sides of it.
    let (first, last) = (ra - width, ra + width)
    let turns: [Double] = [-360, 0, 360]
    let reaches = turns.contains { last + $0 >= left && first + $0 <= right }
    if !reaches { return .none }
    let isWithin = (left <= 0 && right >= 360) || (first >= left && last <= right)
    return isWithin && isBetween ? .whole : .part
  }
}
