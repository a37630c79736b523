extension SpectrumReader {
  /// Reads a FITS spectrum of any layout, judged by its headers.
  static func readFITS(_ source: SpectrumBytes, _ options: Options) throws(SpectrumError) -> Spectrum {
    var file = FITSFile(source)
    file.usesCFITSIO = options.usesCFITSIO
    guard let primary = try file.unit(0) else {
      throw SpectrumError(.truncated, "FITS file of \(source.count) bytes without a header")
    }
    let header = primary.header
    let axes = primary.axes
    if header.string("CTYPE1") == "MULTISPE" || header.string("WAT0_001") == "system=multispec" {
      throw multispec(header, axes)
    }
    // A primary unit without pixels points to the tables behind it. NAXIS=0 may be followed by NAXIS1
    // and NAXIS2 cards (LAMOST DR9 and later), which mean nothing.
    if axes.isEmpty || axes.contains(0) { return try readTables(&file, primary, options) }
    if axes.count == 2, axes[1] == 5, header.string("TELESCOP") == "LAMOST" || header.has("EXTEN0") {
      return try readLAMOSTImage(file, primary, options)
    }
    if axes.dropFirst().allSatisfy({ $0 == 1 }) { return try readImage(file, primary, options) }
    throw SpectrumError(
      .unknownLayout,
      "is a FITS image of \(axes.map(String.init).joined(separator: " × ")) pixels with axes "
        + "\(header.text("CTYPE1") ?? "without a name"), no known layout of a spectrum",
      hint:
        "convert it to a one-dimensional image with CRVAL1, CDELT1 and CTYPE1, or to a table of wavelength "
        + "and flux")
  }

  private static func multispec(_ header: FITSHeader, _ axes: [Int]) -> SpectrumError {
    let apertures = axes.dropFirst().first ?? 1
    return SpectrumError(
      .multispec,
      "is an IRAF multispec file of \(apertures) aperture\(apertures == 1 ? "" : "s") with its dispersion in "
        + "WAT2 cards, which is not read",
      hint: "merge or extract the order with Hα in IRAF: `scopy in.fits out.fits format=onedspec`")
  }

  /// Reads a one-dimensional image with a linear or log-linear dispersion (IRAF `dispcor`, BeSS).
  static func readImage(
    _ file: FITSFile, _ unit: FITSFile.Unit, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    let header = unit.header
    let type = (header.text("CTYPE1") ?? "").uppercased()
    guard ["", "LINEAR", "LAMBDA"].contains(type) || type.hasPrefix("WAVE") || type.hasPrefix("AWAV") else {
      throw SpectrumError(
        .badWavelengths, "has an axis of type \(type), not a wavelength",
        hint: "only wavelengths are read, linear or log-linear")
    }
    guard let start = header.double("CRVAL1"), let step = header.double("CDELT1") ?? header.double("CD1_1")
    else {
      throw SpectrumError(
        .unknownLayout, "is a one-dimensional FITS image without a dispersion (cards CRVAL1 and CDELT1)",
        hint: "calibrate it in wavelength first")
    }
    let isLogarithmic = header.integer("DC-FLAG") == 1 || type == "WAVE-LOG"
    // Reference pixel −9999 and the like stand for a missing value.
    let reference = header.double("CRPIX1").flatMap { $0 > -9000 ? $0 : nil } ?? 1
    let unitName = header.string("CUNIT1") ?? (type.hasSuffix("[NM]") ? "nm" : "Angstrom")
    guard let factor = angstroms(per: unitName) else {
      throw SpectrumError(.badWavelengths, "has an axis in \(unitName), not a unit of wavelength")
    }
    let count = unit.axes[0]
    let first = start + step * (1 - reference)
    let grid: PixelGrid =
      isLogarithmic
      ? .logarithmic(first: first, step: step, count: count)
      : .linear(first: first * factor, step: step * factor, count: count)

    var metadata = SpectrumMetadata(image: header)
    let scale: WavelengthScale
    if let isVacuum = header.logical("VACUUM") {
      scale = isVacuum ? .vacuum : .air
      metadata.scaleOrigin = .stated
    } else if type.hasPrefix("AWAV") {
      scale = .air
      metadata.scaleOrigin = .stated
    } else if metadata.survey == .ondrejov || metadata.survey == .bess {
      scale = .air
      metadata.scaleOrigin = .survey
    } else {
      scale = options.assumedScale
      metadata.scaleOrigin = .assumed
    }
    let draft = SpectrumDraft(grid: grid, scale: scale, metadata: metadata)
    let range = try draft.pixels(options)
    return draft.spectrum(range, flux: try file.imageRow(unit, range))
  }

  /// Reads a LAMOST image of five rows: flux, inverse variance, row 2, AND mask, OR mask.
  ///
  /// Row 2 is a normalised flux in DR1 and the wavelength from DR2 on; the card EXTEN0 says which.
  static func readLAMOSTImage(
    _ file: FITSFile, _ unit: FITSFile.Unit, _ options: Options
  ) throws(SpectrumError) -> Spectrum {
    let header = unit.header
    let count = unit.axes[0]
    try file.demandData(of: unit)
    let rows = header.string("EXTEN0") ?? header.string("ROW3") ?? ""
    var layout = SpectrumLayout.lamostDR1
    var grid: PixelGrid
    let regular = (header.double("COEFF0") ?? header.double("CRVAL1")).flatMap { first in
      (header.double("COEFF1") ?? header.double("CD1_1")).map { step in
        PixelGrid.logarithmic(first: first, step: step, count: count)
      }
    }
    var part = 0..<count
    if rows.hasPart("Wavelength") || rows.hasPart("WAVELENGTH") {
      layout = header.integer("BITPIX") == -64 ? .lamostDR2 : .lamostDR3
      (grid, part) = try wavelengths(file, unit, regular, options)
    } else {
      guard let regular else {
        throw SpectrumError(.damaged, "is a LAMOST image without its dispersion (COEFF0, COEFF1)")
      }
      grid = regular
    }
    var metadata = SpectrumMetadata(layout: layout, survey: .lamost)
    if !options.checksOnly { metadata.readLAMOST(header) }
    let draft = SpectrumDraft(grid: grid, scale: metadata.surveyScale(header, .vacuum), metadata: metadata)
    let range = try draft.pixels(options)
    let pixels = range.moved(by: part.lowerBound)
    if options.checksOnly {
      // All pixels are there and of one type: where one can be decoded, all can.
      return draft.spectrum(range.prefix(1), flux: try file.imageRow(unit, row: 0, pixels.prefix(1)))
    }
    return draft.spectrum(
      range, flux: try file.imageRow(unit, row: 0, pixels),
      inverseVariance: try file.imageRow(unit, row: 1, pixels), mask: try file.imageRow(unit, row: 4, pixels))
  }

  /// The wavelengths in row 2 of a LAMOST image, and the pixels they belong to.
  ///
  /// Where only the window is wanted, the dispersion of the header tells which pixels to read. It is good to
  /// 0.1 Å, so that a few pixels more hold them for certain; if they turn out not to, all are read.
  private static func wavelengths(
    _ file: FITSFile, _ unit: FITSFile.Unit, _ regular: PixelGrid?, _ options: Options
  ) throws(SpectrumError) -> (PixelGrid, Range<Int>) {
    let whole = 0..<unit.axes[0]
    if options.keepsWindowOnly, let window = options.window, let regular, (try? regular.validate()) != nil {
      let start = min(
        regular.firstPixel(from: window.lowerBound - 12), regular.firstPixel(from: window.lowerBound) - 40)
      let end = max(
        regular.firstPixel(from: window.upperBound + 12), regular.firstPixel(from: window.upperBound) + 40)
      let part = max(0, start - 4)..<min(whole.upperBound, end + 4)
      if part.count > 80 {
        let row = try file.imageRow(unit, row: 2, part)
        let isNear = [0, row.count - 1].allSatisfy {
          abs(row[$0] - regular.wavelength(part.lowerBound + $0)) < 1
        }
        if isNear, row[0] < window.lowerBound - 12, row[row.count - 1] > window.upperBound + 12 {
          return (.listed(row), part)
        }
      }
    }
    return (.listed(try file.imageRow(unit, row: 2, whole)), whole)
  }

  /// How many Å a unit of wavelength has; `nil` for other units.
  static func angstroms(per unit: String) -> Double? {
    switch unit.lowercased().filter({ $0 != "[" && $0 != "]" && $0 != " " && $0 != "'" }) {
    case "angstrom", "angstroms", "a", "aa", "ang", "0.1nm", "å", "1e-10m": 1
    case "nm", "nanometer", "nanometers": 10
    case "um", "micron", "microns", "µm", "micrometer", "micrometers": 1e4
    case "m", "meter", "meters": 1e10
    default: nil
    }
  }
}
