/// The messages that this program sends, with the parameters that their recipients need.
extension SAMPMessage {
  /// Asks for a VOTable to be loaded.
  ///
  /// - Parameters:
  ///   - url: where it can be fetched for as long as the table is looked at.
  ///   - tableID: what later messages about its rows and selections name it by.
  ///   - name: what people call it.
  public static func loadVOTable(url: String, tableID: String, name: String) -> SAMPMessage {
    SAMPMessage(
      "table.load.votable", ["url": .text(url), "table-id": .text(tableID), "name": .text(name)])
  }

  /// Points at a row of a table.
  ///
  /// - Parameter row: counted from 0 in the table as it was loaded.
  public static func highlightRow(_ row: Int, tableID: String, url: String) -> SAMPMessage {
    SAMPMessage(
      "table.highlight.row", ["table-id": .text(tableID), "url": .text(url), "row": .text(String(row))])
  }

  /// Selects rows of a table.
  ///
  /// - Parameter rows: counted from 0 in the table as it was loaded.
  public static func selectRows(_ rows: [Int], tableID: String, url: String) -> SAMPMessage {
    SAMPMessage(
      "table.select.rowList",
      ["table-id": .text(tableID), "url": .text(url), "row-list": .list(rows.map { .text(String($0)) })])
  }

  /// Asks for a spectrum to be loaded.
  ///
  /// - Parameters:
  ///   - url: where it can be fetched.
  ///   - meta: what is known of it, by SSA utype (`Access.Format`, `Target.Name`, …); the message demands this map.
  public static func loadSpectrum(
    url: String, meta: [String: String], spectrumID: String, name: String
  ) -> SAMPMessage {
    SAMPMessage(
      "spectrum.load.ssa-generic",
      [
        "url": .text(url), "meta": .map(meta.mapValues { .text($0) }), "spectrum-id": .text(spectrumID),
        "name": .text(name),
      ])
  }

  /// Asks for a sky coverage (MOC in FITS) to be shown.
  public static func loadCoverage(url: String, coverageID: String, name: String) -> SAMPMessage {
    SAMPMessage(
      "coverage.load.moc.fits",
      ["url": .text(url), "coverage-id": .text(coverageID), "name": .text(name)])
  }

  /// Points at a place of the sky.
  ///
  /// - Parameters:
  ///   - ra: right ascension in degrees, ICRS.
  ///   - dec: declination in degrees.
  public static func pointAt(ra: Double, dec: Double) -> SAMPMessage {
    SAMPMessage("coord.pointAt.sky", ["ra": .text(String(ra)), "dec": .text(String(dec))])
  }
}
