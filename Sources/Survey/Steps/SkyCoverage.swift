public import Crossmatch
import Foundation
import Tables

/// Coverage and index of catalogues in files.
public enum SkyCoverage {
  /// The cells in which a catalogue has positions.
  ///
  /// - Parameters:
  ///   - ra: column of right ascension, degrees; found by UCD or name where nil.
  ///   - dec: column of declination.
  ///   - order: of the cells, 0…29.
  /// - Throws: `SUR-05` for a catalogue that cannot be read.
  public static func ofCatalogue(_ path: String, ra: String?, dec: String?, order: Int) throws(SurveyError)
    -> MOC
  {
    let positions = try positions(path, ra, dec)
    return MOC(ra: positions.ra, dec: positions.dec, order: order)
  }

  /// The sky index of a catalogue, with its name and checksum.
  ///
  /// - Parameter epoch: of the positions, Julian year.
  public static func index(_ path: String, ra: String?, dec: String?, epoch: Double?) throws(SurveyError)
    -> SkyIndex
  {
    let positions = try positions(path, ra, dec)
    var index = SkyIndex(ra: positions.ra, dec: positions.dec)
    let bytes = try surveyed(.file, "cannot read \(path)") {
      try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    }
    index.provenance = IndexProvenance(
      source: (path as NSString).lastPathComponent, sourceChecksum: Checksum.fnv1a(bytes), epoch: epoch)
    return index
  }

  /// Adds the rows of a catalogue to an index file, numbered from its last row on.
  ///
  /// - Throws: `SUR-05` for a catalogue that cannot be read, or an index that cannot be written.
  public static func add(_ path: String, ra: String?, dec: String?, toIndex index: String)
    throws(SurveyError)
  {
    let positions = try positions(path, ra, dec)
    try surveyed(.file, "cannot add to \(index)") {
      try SkyIndex.append(ra: positions.ra, dec: positions.dec, toPath: index)
    }
  }

  /// Writes the rows of a catalogue that lie in a MOC, or outside it.
  ///
  /// - Returns: rows written, and rows of the catalogue. Rows without a position lie outside.
  public static func filter(
    _ path: String, ra: String?, dec: String?, by moc: MOC, keepsOutside: Bool, to output: String
  ) throws(SurveyError) -> (rows: Int, of: Int) {
    let table = try surveyed(.file, "cannot read the catalogue") { try TableFile.read(path: path) }
    let positions = try MatchSide.positions(in: table, of: path, ra: ra, dec: dec)
    let inside = moc.contains(ra: positions.ra, dec: positions.dec)
    let rows = inside.indices.filter { inside[$0] != keepsOutside }
    try surveyed(.file, "cannot write \(output)") {
      try TableFile.write(table.taking(rows), path: output)
    }
    return (rows.count, table.rowCount)
  }

  private static func positions(_ path: String, _ ra: String?, _ dec: String?) throws(SurveyError)
    -> PositionArrays
  {
    PositionArrays(try MatchInput(path, (ra, dec)).positions)
  }
}
