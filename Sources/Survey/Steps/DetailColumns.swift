import Crossmatch
import Foundation
import Tables
import VOClient

/// Reads what is known about the rows of a catalogue into the units the match works in.
struct DetailColumns {
  let table: Tables.Table
  let path: String

  /// The catalogue's rows with the details asked for.
  ///
  /// - Throws: `SUR-04` for a column that is not there, `SUR-05` for one in a unit that says nothing.
  func matchTable(_ positions: PositionArrays, _ details: MatchDetails) throws(SurveyError) -> MatchTable {
    var rows = MatchTable(ra: positions.ra, dec: positions.dec)
    if let radius = details.radius { rows.radii = try angles(radius) }
    switch details.ellipse.count {
    case 0: break
    case 1: rows.ellipses = ErrorEllipses(circular: try angles(details.ellipse[0]))
    case 3:
      rows.ellipses = ErrorEllipses(
        major: try angles(details.ellipse[0]), minor: try angles(details.ellipse[1]),
        positionAngle: try positionAngles(details.ellipse[2]))
    default:
      throw SurveyError(
        .configuration, "errors of \(path): \(details.ellipse.count) columns",
        hint: "give MAJOR:MINOR:ANGLE, or one column for errors the same in every direction")
    }
    switch details.motion.count {
    case 0: break
    case 2, 3:
      rows.motions = ProperMotions(
        ra: try motions(details.motion[0]), dec: try motions(details.motion[1]),
        errors: details.motion.count == 3 ? try motions(details.motion[2]) : nil)
    default:
      throw SurveyError(
        .configuration, "proper motions of \(path): \(details.motion.count) column",
        hint: "give PMRA:PMDEC, or PMRA:PMDEC:ERROR")
    }
    if let epoch = details.epoch { rows.epochs = try epochs(epoch) }
    return rows
  }

  /// Angles in arcsec.
  private func angles(_ text: String) throws(SurveyError) -> [Double] {
    guard let column = table.columnIndex(name: text).map({ table.columns[$0] }) else {
      if let value = AngleText(text) { return [Double](repeating: value.arcsec, count: table.rowCount) }
      throw missing(text, "an angle such as 0.5arcsec")
    }
    return try scaled(column, AngleText.arcseconds(inUnit:), unmarked: 1, "an angle")
  }

  /// Position angles in degrees.
  private func positionAngles(_ text: String) throws(SurveyError) -> [Double] {
    guard let column = table.columnIndex(name: text).map({ table.columns[$0] }) else {
      throw missing(text, nil)
    }
    return try scaled(
      column, { AngleText.arcseconds(inUnit: $0).map { $0 / 3600 } }, unmarked: 1, "an angle")
  }

  /// Proper motions in mas a year.
  private func motions(_ text: String) throws(SurveyError) -> [Double] {
    guard let column = table.columnIndex(name: text).map({ table.columns[$0] }) else {
      throw missing(text, nil)
    }
    return try scaled(column, Self.milliarcsecondsPerYear, unmarked: 1, "an angle a year, such as mas/yr")
  }

  /// Milliarcseconds a year in a unit; nil for what is no angle a year.
  static func milliarcsecondsPerYear(inUnit name: String) -> Double? {
    let compact = name.filter { $0 != " " }
    for ending in ["/yr", "/a", "/year", ".yr-1", ".a-1", ".yr**-1", ".yr^-1", "yr-1", "yr**-1"]
    where compact.hasSuffix(ending) {
      return AngleText.arcseconds(inUnit: String(compact.dropLast(ending.count))).map { 1000 * $0 }
    }
    return nil
  }

  /// Epochs in Julian years: one for all rows, or one each.
  private func epochs(_ text: String) throws(SurveyError) -> [Double] {
    guard let column = table.columnIndex(name: text).map({ table.columns[$0] }) else {
      let number = text.hasPrefix("J") ? String(text.dropFirst()) : text
      if let year = Double(number), year.isFinite { return [year] }
      throw missing(text, "a year such as 2016.0")
    }
    if column.field.datatype.isText {
      return (0..<table.rowCount).map { row in
        if let date = column.string(row).flatMap(ISODate.mjd) { return Self.julianYear(days: date) }
        return column.double(row).map { Self.julianYear($0) } ?? .nan
      }
    }
    switch column.field.unit ?? "" {
    case "": return column.doubleValues.map { Self.julianYear($0) }
    case "d": return column.doubleValues.map { Self.julianYear(days: $0) }
    case "yr", "a", "year": return column.doubleValues
    case let unit:
      throw SurveyError(
        .file, "\(path): column \(column.field.name) is in \(unit), which is no epoch",
        hint: "epochs are read in years (yr), days (d, a Julian date) and as dates")
    }
  }

  /// The Julian year of a year, or, from 3000 on, of a modified Julian date, from 10⁶ on of a Julian date.
  private static func julianYear(_ value: Double) -> Double { value < 3000 ? value : julianYear(days: value) }

  private static func julianYear(days: Double) -> Double {
    2000 + ((days >= 1e6 ? days - 2_400_000.5 : days) - 51_544.5) / 365.25
  }

  private func scaled(
    _ column: Column, _ size: (String) -> Double?, unmarked: Double, _ what: String
  ) throws(SurveyError) -> [Double] {
    let unit = column.field.unit?.trimmingCharacters(in: .whitespaces) ?? ""
    guard let factor = unit.isEmpty ? unmarked : size(unit) else {
      throw SurveyError(.file, "\(path): column \(column.field.name) is in \(unit), not \(what)")
    }
    return factor == 1 ? column.doubleValues : column.doubleValues.map { $0 * factor }
  }

  private func missing(_ text: String, _ value: String?) -> SurveyError {
    SurveyError(
      .unknownName,
      "\(path) has no column \"\(text)\"" + (value.map { ", nor is that \($0)" } ?? ""),
      hint: "it has " + table.columns.map(\.field.name).joined(separator: ", "))
  }
}
