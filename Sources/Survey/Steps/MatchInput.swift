import Crossmatch
import Foundation
import Tables

/// One catalogue of a match of files: mapped where it is plain FITS, read otherwise.
struct MatchInput: Sendable {
  let path: String
  let positions: any PositionSource
  /// The mapped table, where the file is plain FITS.
  let fits: FITSPositions?
  private let read: Tables.Table?

  init(_ path: String, _ columns: (ra: String?, dec: String?)) throws(SurveyError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw SurveyError(.file, "there is no file \(path)")
    }
    if let fits = try? FITSPositions(path: path, ra: columns.ra, dec: columns.dec) {
      self.fits = fits
      positions = fits
      read = nil
      return
    }
    fits = nil
    let table = try surveyed(.file, "cannot read the catalogue") { try TableFile.read(path: path) }
    let found = try MatchSide.positionColumns(in: table, of: path, ra: columns.ra, dec: columns.dec)
    let rows = 0..<table.rowCount
    positions = try surveyed(.file, "cannot use the positions of \(path)") {
      try PositionArrays(
        ra: rows.map { table.columns[found.ra].double($0) ?? .nan },
        dec: rows.map { table.columns[found.dec].double($0) ?? .nan })
    }
    read = table
  }

  /// All columns of the catalogue.
  func table() throws(SurveyError) -> Tables.Table {
    if let read { return read }
    return try surveyed(.file, "cannot read the catalogue") { try TableFile.read(path: path) }
  }
}
