internal import Tables

/// The columns of an SSAP answer, found once, and the records made from them.
struct SSAPColumns {
  private let table: Table
  private let base: WebAddress?

  private let publisherDID, creatorDID, reference, format, size, title: CellFinder
  private let targetName, targetClass, exposure, start, end, middle, extent: CellFinder
  private let length, snr, calibration, instrument, collection, redshift, modified, deleted: CellFinder
  private let preview, wavelengthCalibration, resolvingPower, resolution, aperture, variability: CellFinder
  private let associationID, associationType: CellFinder
  private let dates: [CellFinder]
  private let positions: [PositionFinder]

  /// - Parameter base: the address of the answer, for relative access references.
  init(_ table: Table, base: WebAddress?) {
    self.table = table
    self.base = base
    func find(_ utype: String, ucd: String? = nil, _ names: String...) -> CellFinder {
      var found = table.finder(utype: utype, ucd: ucd, name: names.first)
      for name in names.dropFirst() where !found.exists { found = table.finder(name: name) }
      return found
    }
    publisherDID = find("Curation.PublisherDID", "ssa_pubDID", "obs_publisher_did")
    creatorDID = find("DataID.CreatorDID", "ssa_creatorDID")
    reference = find("Access.Reference", ucd: "meta.ref.url;meta.dataset", "accref", "access_url", "acref")
    format = find("Access.Format", ucd: "VOX:Image_Format", "mime", "access_format")
    size = find("Access.Size", ucd: "VOX:Image_FileSize", "accsize")
    title = find("DataID.Title", ucd: "meta.title;meta.dataset", "ssa_dstitle")
    targetName = find("Target.Name", ucd: "meta.id;src", "ssa_targname", "designation")
    targetClass = find("Target.Class", ucd: "src.class", "ssa_targclass", "class")
    exposure = find("Char.TimeAxis.Coverage.Bounds.Extent", ucd: "time.duration", "ssa_timeExt")
    start = find("Char.SpectralAxis.Coverage.Bounds.Start", ucd: "em.wl;stat.min", "ssa_specstart")
    end = find("Char.SpectralAxis.Coverage.Bounds.Stop", ucd: "em.wl;stat.max", "ssa_specend")
    middle = find("Char.SpectralAxis.Coverage.Location.Value", ucd: "em.wl;instr.bandpass", "ssa_specmid")
    extent = find("Char.SpectralAxis.Coverage.Bounds.Extent", ucd: "em.wl;instr.bandwidth", "ssa_specext")
    length = find("Dataset.Length", "ssa_length")
    snr = find("Derived.SNR", ucd: "stat.snr", "ssa_snr", "snrr")
    calibration = find("Char.FluxAxis.Calibration", "ssa_fluxcalib")
    instrument = find("DataID.Instrument", ucd: "meta.id;instr", "ssa_instrument", "instrument")
    collection = find("DataID.Collection", "ssa_collection")
    redshift = find("Target.Redshift", ucd: "src.redshift", "ssa_redshift", "z")
    modified = find("Curation.Date", "ssa_pdate")
    deleted = table.finder(utype: "Dataset.Deleted")
    preview = find("Access.Preview", ucd: "meta.ref.url;meta.preview", "preview")
    wavelengthCalibration = find("Char.SpectralAxis.Calibration", "ssa_speccalib")
    resolvingPower = find("Char.SpectralAxis.ResPower", ucd: "spect.resolution", "ssa_specrp")
    resolution = find("Char.SpectralAxis.Resolution", ucd: "spect.resolution;em.wl", "ssa_specres")
    aperture = find("Char.SpatialAxis.Coverage.Bounds.Extent", ucd: "instr.fov", "ssa_aperture")
    variability = table.finder(utype: "Target.VarAmpl")
    associationID = table.finder(utype: "Association.ID")
    associationType = table.finder(utype: "Association.Type")
    let date = find("Char.TimeAxis.Coverage.Location.Value", ucd: "time.epoch", "ssa_dateObs")
    dates = [date, table.finder(name: "mjd")]
    positions = PositionFinder.all(in: table)
  }

  /// Whether the answer has addresses, without which it is of no use.
  var hasReference: Bool { reference.exists }

  func record(_ row: Int) -> SSAPRecord {
    var record = SSAPRecord(row: row)
    record.publisherDID = publisherDID.text(row)
    record.creatorDID = creatorDID.text(row)
    record.accessURL = reference.text(row).map(absolute)
    record.format = format.text(row)
    record.size = size.measured(row).flatMap { Self.bytes($0, unit: size.unit) }
    record.title = title.text(row)
    record.targetName = targetName.text(row)
    record.targetClass = targetClass.text(row)
    for finder in positions {
      guard let position = finder.position(row) else { continue }
      record.ra = position.ra
      record.dec = position.dec
      break
    }
    record.dateObs = dates.lazy.compactMap { Self.mjd($0, row) }.first
    record.exposure = exposure.measured(row)
    record.spectralStart = metres(start, row)
    record.spectralEnd = metres(end, row)
    if record.spectralStart == nil, let middle = metres(middle, row), let extent = metres(extent, row) {
      record.spectralStart = middle - extent / 2
      record.spectralEnd = middle + extent / 2
    }
    record.length = length.integer(row).flatMap { $0 > 0 ? $0 : nil }
    record.snr = snr.measured(row)
    record.fluxCalibration = calibration.text(row)
    record.instrument = instrument.text(row)
    record.collection = collection.text(row)
    record.redshift = redshift.measured(row)
    record.modified = modified.text(row)
    record.deleted = deleted.text(row)
    record.preview = preview.text(row).map(absolute)
    record.wavelengthCalibration = wavelengthCalibration.text(row)
    record.resolvingPower = power(row, record)
    record.aperture = aperture.measured(row)
    record.variability = variability.measured(row)
    record.associationID = associationID.text(row)
    record.associationType = associationType.text(row)
    return record
  }

  /// The resolving power as given, or the middle wavelength by the resolution.
  private func power(_ row: Int, _ record: SSAPRecord) -> Double? {
    if resolvingPower.exists, let power = resolvingPower.measured(row), power > 1 { return power }
    guard let width = metres(resolution, row), width > 0, let start = record.spectralStart,
      let end = record.spectralEnd
    else { return nil }
    return (start + end) / 2 / width
  }

  private func absolute(_ reference: String) -> String {
    // An address with another scheme stays as it is; fetching it is refused.
    guard let base, let resolved = base.resolving(reference) else { return reference }
    return resolved.text
  }

  private func metres(_ finder: CellFinder, _ row: Int) -> Double? {
    guard let value = finder.measured(row), let factor = SpectralUnit.metres(finder.unit) else { return nil }
    return value * factor
  }

  /// A date in any of its forms: MJD, JD, or a text.
  private static func mjd(_ finder: CellFinder, _ row: Int) -> Double? {
    if let number = finder.measured(row), number > 0 {
      // 2,400,000 as MJD would be in the year 8429.
      return number > 2_400_000 ? number - 2_400_000.5 : number
    }
    return finder.text(row).flatMap(ISODate.mjd)
  }

  /// A size in bytes.
  ///
  /// The standard says kilobytes (SSA 1.1, section 4.2.5.7), DaCHS says `byte` in the unit.
  private static func bytes(_ size: Double, unit: String?) -> Int? {
    guard size >= 0, size < 1e15 else { return nil }
    switch unit?.lowercased().filter({ !$0.isWhitespace }) {
    case "byte", "bytes", "b": return Int(size)
    case "kibyte", "kib": return Int(size * 1024)
    case "mb", "mbyte", "megabyte", "megabytes": return Int(size * 1e6)
    default: return Int(size * 1000)
    }
  }
}

extension CellFinder {
  /// The cell as text without blanks at its ends; `nil` if nothing is left.
  func text(_ row: Int) -> String? {
    guard let text = string(row)?.trimmed, !text.isEmpty else { return nil }
    return text
  }

  /// The cell as a finite number that is not one of the codes for a missing value (−9999, −999).
  func measured(_ row: Int) -> Double? {
    guard let number = double(row), number.isFinite, number > -999 else { return nil }
    return number
  }
}

/// Units of wavelength.
enum SpectralUnit {
  /// Metres in one of a unit; without a unit metres, as SSA and SODA have it.
  ///
  /// `nil` for anything else.
  static func metres(_ unit: String?) -> Double? {
    switch unit?.trimmed {
    case nil, "", "m": 1
    case "um", "micron", "mum": 1e-6
    case "nm": 1e-9
    case "Angstrom", "angstrom", "A", "Å", "0.1nm", "10**-10m": 1e-10
    case "cm": 1e-2
    case "mm": 1e-3
    default: nil
    }
  }
}
