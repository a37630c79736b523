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

  /// - Parameter needsTable: whether other columns than the positions are wanted, so that mapping gains nothing.
  init(
    _ path: String, _ columns: (ra: String?, dec: String?), needsTable: Bool = false
  ) throws(SurveyError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw SurveyError(.file, "there is no file \(path)")
    }
    if !needsTable, let fits = try? FITSPositions(path: path, ra: columns.ra, dec: columns.dec) {
      self.fits = fits
      positions = fits
      read = nil
      return
    }
    fits = nil
    let table = try surveyed(.file, "cannot read the catalogue") { try TableFile.read(path: path) }
    positions = try MatchSide.positions(in: table, of: path, ra: columns.ra, dec: columns.dec)
    read = table
  }

  /// All columns of the catalogue.
  func table() throws(SurveyError) -> Tables.Table {
    if let read { return read }
    return try surveyed(.file, "cannot read the catalogue") { try TableFile.read(path: path) }
  }
}
