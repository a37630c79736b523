extension SpectrumReader {
  /// Reads the table with the spectrum behind a primary header without pixels.
  static func readTables(
    _ file: inout FITSFile, _ primary: FITSFile.Unit, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    let header = primary.header
    let isLAMOST = header.string("TELESCOP") == "LAMOST"
    // An arm without data may be there as a unit without pixels.
    if isLAMOST, let unit = try file.unit(from: 1, where: { $0.name == "COADD_R" && $0.dataCount > 0 }) {
      return try readMediumResolution(file, primary, unit, options)
    }
    guard let first = try file.unit(1) else {
      let end = primary.dataOffset
      throw file.source.count <= end && (isLAMOST || header.logical("EXTEND") == true)
        ? SpectrumError(
          .truncated, "FITS file ends behind its primary header, after \(file.source.count) bytes",
          hint: "fetch the file again")
        : SpectrumError(.unknownLayout, "is FITS without any pixels or table")
    }
    if isLAMOST {
      if first.name == "COADD_B" || first.name == "COADD_R" || first.name.hasPrefix("B-")
        || first.name.hasPrefix("R-")
      {
        return try readExposures(&file, primary, options)
      }
      return try readCoadd(file, primary, first, options)
    }
    if (header.string("TELESCOP") ?? "").hasPrefix("SDSS"),
      let table = try FITSTable(first), table.column("loglam") != nil
    {
      return try readSDSS(&file, primary, table, options)
    }
    var index = 1
    while index < 100, let unit = try file.unit(index) {
      if let table = try FITSTable(unit), SpectralColumns(table).wavelength != nil {
        return try readTable(file, primary, table, options)
      }
      index += 1
    }
    let names = try FITSTable(first)?.columns.map(\.name).joined(separator: ", ")
    throw SpectrumError(
      .unknownLayout,
      "has no table with a wavelength and a flux" + (names.map { "; the first has the columns \($0)" } ?? ""),
      hint: "name the columns `wavelength` and `flux`")
  }

  /// Reads LAMOST DR9 and later: one row of vectors in the table COADD.
  private static func readCoadd(
    _ file: FITSFile, _ primary: FITSFile.Unit, _ unit: FITSFile.Unit, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    var metadata = SpectrumMetadata(layout: .lamostDR9, survey: .lamost)
    metadata.readLAMOST(primary.header)
    guard let table = try FITSTable(unit) else {
      throw SpectrumError(.unknownLayout, "is a LAMOST file whose first extension is not a table")
    }
    let scale = metadata.surveyScale(primary.header, .vacuum)
    return try read(file, table, metadata, scale, options)
  }

  /// Reads the co-added red arm of a LAMOST medium resolution file.
  private static func readMediumResolution(
    _ file: FITSFile, _ primary: FITSFile.Unit, _ unit: FITSFile.Unit, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    var metadata = SpectrumMetadata(layout: .lamostMRS, survey: .lamostMRS)
    metadata.readLAMOST(primary.header)
    metadata.snr = unit.header.double("SNR")
    metadata.note(unit.header, "EXTNAME")
    guard let table = try FITSTable(unit) else {
      throw SpectrumError(.unknownLayout, "is a LAMOST file whose extension \(unit.name) is not a table")
    }
    let scale = metadata.surveyScale(primary.header, .vacuum)
    return try read(file, table, metadata, scale, options)
  }

  /// Reads the best single red exposure of a medium resolution file that has no co-added one.
  private static func readExposures(
    _ file: inout FITSFile, _ primary: FITSFile.Unit, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    var best: FITSFile.Unit?
    var index = 1
    while index < 200, let unit = try file.unit(index) {
      if unit.name.hasPrefix("R-"), unit.dataCount > 0,
        best.map({ ($0.header.double("SNR") ?? 0) < (unit.header.double("SNR") ?? 0) }) ?? true
      {
        best = unit
      }
      index += 1
    }
    guard let best else {
      throw SpectrumError(
        .notCovering, "is a LAMOST medium resolution file without its red arm, where Hα is",
        hint: "the red camera gave no spectrum that night; take another plan or epoch")
    }
    return try readMediumResolution(file, primary, best, options)
  }

  /// Reads an SDSS `spec-` file: COADD, and positions and quality from the table behind it.
  private static func readSDSS(
    _ file: inout FITSFile, _ primary: FITSFile.Unit, _ table: FITSTable, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    // The table behind the spectrum has its quality, and the width of the line profile is sought by wavelength.
    try file.source.demandWhole()
    var metadata = SpectrumMetadata(layout: .sdss, survey: .sdss)
    metadata.readSDSS(primary.header)
    if let unit = try file.unit(2), let catalogue = try FITSTable(unit), catalogue.rows == 1 {
      func value(_ names: String..., at element: Int = 0) throws(SpectrumError) -> Double? {
        for name in names {
          guard let column = catalogue.column(name), column.repeats > element else { continue }
          return try file.values(column, of: catalogue, element..<(element + 1)).first
        }
        return nil
      }
      metadata.ra = try value("PLUG_RA", "RA") ?? metadata.ra
      metadata.dec = try value("PLUG_DEC", "DEC") ?? metadata.dec
      // The median S/N per pixel in u, g, r, i, z.
      metadata.snr = try value("SN_MEDIAN", at: 2)
    }
    // wdisp is the width of the line profile in pixels of 1e-4 in log10 λ.
    if let column = table.column("wdisp"), let loglam = table.column("loglam"), table.rows > 0 {
      let places = try file.values(loglam, of: table, 0..<table.rows)
      if let pixel = places.firstIndex(where: { $0 >= 3.81720 }) {
        let width = try file.values(column, of: table, pixel..<(pixel + 1))[0]
        if width > 0.3, width < 10 { metadata.resolution = width * 6564.61 * 1e-4 * 2.302585092994046 }
      }
    }
    let scale = metadata.surveyScale(primary.header, .vacuum)
    return try read(file, table, metadata, scale, options)
  }

  /// Reads a table of one pixel a row (or one row of vectors): Spectral Data Model, or any with clear names.
  private static func readTable(
    _ file: FITSFile, _ primary: FITSFile.Unit, _ table: FITSTable, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    let header = table.unit.header
    let isSDM = header.has("TUTYP1") || header.has("DS_IDPUB") || header.has("VOSEGT")
    var metadata = SpectrumMetadata(layout: isSDM ? .sdmTable : .table)
    metadata.readSDM(header, primary: primary.header)
    let columns = SpectralColumns(table)
    let number = columns.wavelength?.number ?? 1
    let scale = metadata.scale(
      description: [
        header.comment("TTYPE\(number)"), header.string("TCOMM\(number)"), header.string("TUCD\(number)"),
      ].compactMap(\.self).joined(separator: " "), options)
    if let isVacuum = header.logical("VACUUM") ?? primary.header.logical("VACUUM") {
      metadata.scaleOrigin = .stated
      return try read(file, table, metadata, isVacuum ? .vacuum : .air, options)
    }
    return try read(file, table, metadata, scale, options)
  }

  /// Decodes the columns of a table.
  private static func read(
    _ file: FITSFile, _ table: FITSTable, _ metadata: SpectrumMetadata, _ scale: WavelengthScale,
    _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    let columns = SpectralColumns(table)
    guard let wavelength = columns.wavelength, let flux = columns.flux else {
      throw SpectrumError(
        .unknownLayout,
        "has a table without a wavelength or flux column: \(table.columns.map(\.name).joined(separator: ", "))"
      )
    }
    let count = try file.length(of: wavelength, in: table)
    for column in [flux, columns.inverseVariance, columns.mask].compactMap(\.self)
    where try file.length(of: column, in: table) != count {
      throw SpectrumError(
        .damaged, "has \(count) wavelengths but another number of values in column \(column.name)")
    }
    let unit = table.unit.header.string("TUNIT\(wavelength.number)")
    guard let factor = columns.isLogarithmic ? 1 : unit.map(angstroms(per:)) ?? 1 else {
      throw SpectrumError(.badWavelengths, "has wavelengths in \(unit ?? "?"), not a unit of wavelength")
    }
    func listed(_ part: Range<Int>) throws(SpectrumError) -> [Double] {
      var values = try file.values(wavelength, of: table, part)
      // As numpy raises it: in double precision, from the stored single precision.
      if columns.isLogarithmic { return PixelGrid.powersOfTen(values) }
      if factor != 1 { for index in values.indices { values[index] *= factor } }
      return values
    }
    var part = 0..<count
    var draft = SpectrumDraft(grid: .listed([]), scale: scale, metadata: metadata)
    // Where another file of the collection had the window, this one has it too, or nearly: that is verified.
    if let guess = options.guess?.clamped(to: part), guess.count > 80 {
      draft.grid = .listed(try listed(guess))
      if draft.surroundsWindow(options, at: guess, of: count) { part = guess }
    }
    if part.count == count { draft.grid = .listed(try listed(part)) }
    let range = try draft.pixels(options)
    let pixels = range.moved(by: part.lowerBound)
    return draft.spectrum(
      range, flux: try file.values(flux, of: table, pixels),
      inverseVariance: try columns.inverseVariance.map { (column) throws(SpectrumError) in
        try file.values(column, of: table, pixels)
      },
      mask: try columns.mask.map { (column) throws(SpectrumError) in
        try file.values(column, of: table, pixels)
      })
  }
}

/// Which columns of a table are the spectrum, by the names the archives use.
private struct SpectralColumns {
  let wavelength: FITSTable.Column?
  let isLogarithmic: Bool
  let flux: FITSTable.Column?
  let inverseVariance: FITSTable.Column?
  let mask: FITSTable.Column?

  init(_ table: FITSTable) {
    let numbers = "BIJKEDPQ"
    let header = table.unit.header
    let columns = table.columns.filter { numbers.contains($0.letter) }
    let names = columns.map { $0.name.lowercased() }
    let utypes = columns.map { header.string("TUTYP\($0.number)")?.lowercased() ?? "" }
    func find(utype: String? = nil, _ wanted: String...) -> FITSTable.Column? {
      if let utype, let index = utypes.firstIndex(where: { $0.hasSuffix(utype) }) { return columns[index] }
      for name in wanted {
        if let index = names.firstIndex(of: name) { return columns[index] }
      }
      return nil
    }
    let plain = find(
      utype: "data.spectralaxis.value", "spectral", "wavelength", "wave", "lambda", "lam", "wl", "waveobs")
    wavelength = plain ?? find("loglam", "loglambda", "log_wavelength")
    isLogarithmic = plain == nil
    flux = find(utype: "data.fluxaxis.value", "flux", "intensity", "flux_reduced", "fluxes")
    inverseVariance = find("ivar", "inverse_variance")
    mask = find("ormask", "or_mask", "andmask", "and_mask", "pixmask", "mask")
  }
}
