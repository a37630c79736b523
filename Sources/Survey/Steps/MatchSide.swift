import Crossmatch
import Foundation
import GRDB
import Tables

/// Reads the two sides of a match.
enum MatchSide {
  /// The spectra of a collection, in the order of their publisher DIDs.
  static func collection(_ name: String, in folder: SurveyFolder) throws(SurveyError) -> Match.Side {
    let collection = try folder.collections(named: [name])[0]
    return try surveyed(.database, "cannot read the positions of \(name)") {
      try folder.database.read { db in
        var side = Match.Side(name: name, isFile: false)
        let rows = try Row.fetchCursor(
          db, sql: "SELECT id, did, ra, dec FROM spectrum WHERE collection = ? AND gone IS NULL ORDER BY did",
          arguments: [collection.id])
        while let row = try rows.next() {
          side.keys.append(row["id"])
          side.labels.append(row["did"])
          side.ra.append(row["ra"] ?? .nan)
          side.dec.append(row["dec"] ?? .nan)
        }
        return side
      }
    }
  }

  /// The rows of a catalogue: positions by utype, UCD or name, or by the columns named.
  static func file(_ path: String, ra raName: String?, dec decName: String?) throws(SurveyError) -> Match.Side
  {
    guard FileManager.default.fileExists(atPath: path) else {
      throw SurveyError(
        .unknownName, "\"\(path)\" is neither a collection of this survey nor a file",
        hint: "`votrawl status` prints the collections")
    }
    let table = try surveyed(.file, "cannot read the catalogue") { try TableFile.read(path: path) }
    let (ra, dec) = try positionColumns(in: table, of: path, ra: raName, dec: decName)
    let positions = try positions(in: table, of: path, ra: raName, dec: decName)
    let label = label(in: table, except: [ra, dec])
    var side = Match.Side(
      name: ((path as NSString).lastPathComponent as NSString).deletingPathExtension, isFile: true,
      ra: positions.ra, dec: positions.dec)
    for row in 0..<table.rowCount {
      side.keys.append(Int64(row))
      side.labels.append(label.flatMap { table.columns[$0].string(row) } ?? "row \(row + 1)")
    }
    return side
  }

  /// The positions of a catalogue, degrees, NaN where there is none; columns in other units are converted.
  ///
  /// - Throws: `SUR-05` where there are no columns of positions, or in a unit that is no angle; `SUR-04` where a named
  ///   one is not there.
  static func positions(
    in table: Tables.Table, of path: String, ra: String?, dec: String?
  ) throws(SurveyError) -> PositionArrays {
    let found = try positionColumns(in: table, of: path, ra: ra, dec: dec)
    let columns = try [found.ra, found.dec].map { index throws(SurveyError) -> [Double] in
      let column = table.columns[index]
      let unit = column.field.unit ?? ""
      let named: Double? = ["h": 15, "hourangle": 15, "": 1][unit]
      guard let size = named ?? AngleText.arcseconds(inUnit: unit).map({ $0 / 3600 }) else {
        throw SurveyError(
          .file, "\(path): column \(column.field.name) is in \(unit), which is no angle",
          hint: "name other columns with --ra and --dec")
      }
      return size == 1 ? column.doubleValues : column.doubleValues.map { $0 * size }
    }
    return try surveyed(.file, "cannot use the positions of \(path)") {
      try PositionArrays(ra: columns[0], dec: columns[1])
    }
  }

  /// The columns of right ascension and declination, degrees: by UCD, then by name, or those named.
  ///
  /// - Throws: `SUR-05` where there are none, `SUR-04` where a named one is not there.
  static func positionColumns(
    in table: Tables.Table, of path: String, ra raName: String?, dec decName: String?
  ) throws(SurveyError) -> (ra: Int, dec: Int) {
    (
      try column(
        raName, "pos.eq.ra", ["ra", "raj2000", "_raj2000", "ra_icrs", "radeg"], in: table, of: path),
      try column(
        decName, "pos.eq.dec",
        ["dec", "de", "dej2000", "_dej2000", "dec_icrs", "de_icrs", "decdeg", "dedeg"], in: table, of: path)
    )
  }

  private static func column(
    _ named: String?, _ ucd: String, _ names: [String], in table: Tables.Table, of path: String
  ) throws(SurveyError) -> Int {
    if let named {
      if let index = table.columnIndex(name: named) { return index }
      throw SurveyError(
        .unknownName, "\(path) has no column \"\(named)\"",
        hint: "it has " + table.columns.map(\.field.name).joined(separator: ", "))
    }
    if let index = table.columnIndex(ucd: ucd + ";meta.main") ?? table.columnIndex(ucd: ucd) { return index }
    for name in names { if let index = table.columnIndex(name: name) { return index } }
    throw SurveyError(
      .file, "\(path): no column is marked \(ucd), nor called \(names[0])",
      hint: "name them with --ra and --dec; it has " + table.columns.map(\.field.name).joined(separator: ", ")
    )
  }

  private static func label(in table: Tables.Table, except taken: [Int]) -> Int? {
    table.columnIndex(ucd: "meta.id;meta.main") ?? table.columnIndex(ucd: "meta.id")
      ?? ["designation", "desig", "name", "main_id", "id", "source_id", "obsid"].lazy
      .compactMap { table.columnIndex(name: $0) }.first { !taken.contains($0) }
  }
}
