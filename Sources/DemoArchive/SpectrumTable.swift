import Classifier
import Tables

/// A spectrum, or a part of it, as a table by the Spectral Data Model, as DaCHS writes it.
struct SpectrumTable: Sendable {
  /// Media type of the VOTables.
  static let votableType = "application/x-votable+xml"

  /// The collection.
  let collection: DemoCollection

  private var isOndrejov: Bool { collection.survey.kind == .ondrejov }

  /// Whether nothing of a spectrum lies in a band (metres); does not make the spectrum.
  func isEmpty(_ record: SimulatedRecord, band: (low: Double, high: Double)?) -> Bool {
    guard let band else { return false }
    return band.low > band.high || band.high * 1e10 < record.firstWavelength
      || band.low * 1e10 > record.lastWavelength
  }

  /// The columns: wavelength in Å, flux; for LAMOST also the inverse variance and the mask.
  private func columns(_ record: SimulatedRecord, band: (low: Double, high: Double)?) -> [[Double]] {
    let all = collection.survey.columns(record.index)
    var pixels = all.wavelengths.indices
    if let band {
      let first = all.wavelengths.firstIndex { $0 >= band.low * 1e10 } ?? pixels.upperBound
      let last = all.wavelengths.lastIndex { $0 <= band.high * 1e10 } ?? -1
      pixels = first..<max(last + 1, first)
    }
    let kept =
      isOndrejov ? [all.wavelengths, all.flux] : [all.wavelengths, all.flux, all.inverseVariance, all.mask]
    return kept.map { Array($0[pixels]) }
  }

  /// A VOTable with the metadata of the spectrum as PARAMs.
  func votable(_ record: SimulatedRecord, band: (low: Double, high: Double)?, binary: Bool) -> [UInt8] {
    let columns = columns(record, band: band)
    let names = ["spectral", "flux", "ivar", "ormask"]
    let fields = [
      Field(
        name: names[0], datatype: .double, unit: "Angstrom", ucd: isOndrejov ? "em.wl;obs.atmos" : "em.wl",
        utype: "spec:Spectrum.Data.SpectralAxis.Value", id: names[0],
        description: isOndrejov ? "Wavelength in air" : "Wavelength in vacuum"),
      Field(
        name: names[1], datatype: .double, unit: "ct", ucd: "phot.flux.density;em.wl",
        utype: "spec:Spectrum.Data.FluxAxis.Value", id: names[1], description: "Relative flux"),
      Field(
        name: names[2], datatype: .double, unit: "ct**-2", ucd: "stat.weight", id: names[2],
        description: "Inverse variance of the flux"),
      Field(
        name: names[3], datatype: .double, ucd: "meta.code.qual", id: names[3],
        description: "Bits of what was wrong in any exposure"),
    ]
    let table = Table(
      columns: zip(fields, columns).map { Column($0, doubles: $1) }, name: "instance", utype: "spec:Spectrum",
      description: "A simulated spectrum", parameters: parameters(record))
    let document = VOTableDocument(
      resources: [
        Resource(
          utype: "spec:Spectrum",
          infos: [
            Info(
              name: "simulated", value: "true",
              text: "This spectrum was never observed: VOTrawl simulated it.")
          ],
          tables: [table])
      ], description: "Simulated by VOTrawl: seed \(collection.survey.seed), spectrum \(record.index)")
    return (binary ? TableEncoding.binary2 : .tabledata).bytes(of: document) ?? []
  }

  private func parameters(_ record: SimulatedRecord) -> [Parameter] {
    let text: (String, String, String) -> Parameter = { name, utype, value in
      Parameter(field: .text(name, utype: utype.isEmpty ? nil : "spec:Spectrum." + utype), value: value)
    }
    let number: (String, String, String?, Double) -> Parameter = { name, utype, unit, value in
      Parameter(
        field: Field(name: name, datatype: .double, unit: unit, utype: "spec:Spectrum." + utype),
        value: String(value))
    }
    let metres = 1e-10
    return [
      Parameter(field: Field(name: "simulated", datatype: .boolean), value: "true"),
      text("ssa_pubDID", "Curation.PublisherDID", collection.publisherDID(record)),
      text("ssa_targname", "Target.Name", record.objectName),
      text("ssa_targclass", "Target.Class", "star"),
      Parameter(
        field: Field(
          name: "ssa_location", datatype: .double, arraysize: .fixed(2), unit: "deg",
          utype: "spec:Spectrum.Char.SpatialAxis.Coverage.Location.Value"),
        value: "\(record.ra) \(record.dec)"),
      number("ssa_dateObs", "Char.TimeAxis.Coverage.Location.Value", "d", record.mjd),
      number("ssa_timeExt", "Char.TimeAxis.Coverage.Bounds.Extent", "s", record.exposure),
      number(
        "ssa_specstart", "Char.SpectralAxis.Coverage.Bounds.Start", "m", record.firstWavelength * metres),
      number("ssa_specend", "Char.SpectralAxis.Coverage.Bounds.Stop", "m", record.lastWavelength * metres),
      number("ssa_snr", "Derived.SNR", nil, record.snr),
      text("ssa_instrument", "DataID.Instrument", isOndrejov ? "COUDE700" : "LAMOST"),
      text("ssa_collection", "DataID.Collection", isOndrejov ? "simulated CCD700" : "simulated LAMOST DR5"),
      text("ssa_spectralucd", "Char.SpectralAxis.Ucd", isOndrejov ? "em.wl;obs.atmos" : "em.wl"),
      text("ssa_fluxcalib", "Char.FluxAxis.Calibration", isOndrejov ? "UNCALIBRATED" : "RELATIVE"),
    ]
  }

  /// A FITS file: an empty primary HDU and a binary table of doubles.
  func fits(_ record: SimulatedRecord, band: (low: Double, high: Double)?) -> [UInt8] {
    let columns = columns(record, band: band)
    let rows = columns[0].count
    var file = FITSBytes(capacity: 8_640 + rows * columns.count * 8 + FITSBytes.block)
    file.card("SIMPLE", true, "conforms to FITS standard")
    file.card("BITPIX", 8, "array data type")
    file.card("NAXIS", 0, "number of array dimensions")
    file.card("EXTEND", true, "More exts following")
    file.card("SIMULATD", true, "Simulated data")
    file.endHeader()
    file.card("XTENSION", "BINTABLE", "binary table extension")
    file.card("BITPIX", 8, "array data type")
    file.card("NAXIS", 2, "number of array dimensions")
    file.card("NAXIS1", columns.count * 8, "length of dimension 1")
    file.card("NAXIS2", rows, "length of dimension 2")
    file.card("PCOUNT", 0, "number of group parameters")
    file.card("GCOUNT", 1, "number of groups")
    file.card("TFIELDS", columns.count, "number of table fields")
    addColumns(to: &file, count: columns.count)
    addMetadata(to: &file, record)
    file.endHeader()
    file.append(rows: columns)
    file.endData()
    return file.bytes
  }

  private func addColumns(to file: inout FITSBytes, count: Int) {
    let names = [
      ("spectral", isOndrejov ? "Air wavelength" : "Vacuum wavelength"), ("flux", "Relative flux"),
      ("ivar", "Inverse variance"), ("ormask", "Bits of what was wrong"),
    ]
    for (number, name) in names.prefix(count).enumerated() {
      file.card("TTYPE\(number + 1)", name.0, name.1)
      file.card("TFORM\(number + 1)", "D")
      if number == 0 { file.card("TUNIT1", "Angstrom") }
    }
    file.card("TUTYP1", "spec:spectrum.data.spectralaxis.value")
    file.card("TUTYP2", "spec:spectrum.data.fluxaxis.value")
  }

  private func addMetadata(to file: inout FITSBytes, _ record: SimulatedRecord) {
    let metres = 1e-10
    file.card("SIMULATD", true, "Simulated data")
    file.card("SIMSEED", Int(truncatingIfNeeded: collection.survey.seed), "Seed of the simulation")
    file.card("SIMINDEX", record.index, "Number of the spectrum in the simulation")
    file.card("TITLE", collection.path + "/" + record.name)
    file.card("DS_IDPUB", collection.publisherDID(record))
    file.card("DATE", SimulationText.timestamp(mjd: record.mjd))
    file.card("SPECBAND", "Optical")
    file.card("OBJECT", record.objectName)
    file.card("SRCCLASS", "star")
    file.card("RA", record.ra, 8)
    file.card("DEC", record.dec, 8)
    file.card("TMID", record.mjd, 8, "[d]")
    file.card("TELAPSE", record.exposure, 1, "[s]")
    if record.snr > 0 { file.card("DER_SNR", record.snr, 2) }
    file.card("TDMIN1", raw: String(record.firstWavelength * metres).uppercased(), "[m]")
    file.card("TDMAX1", raw: String(record.lastWavelength * metres).uppercased(), "[m]")
    file.card("RADECSYS", "ICRS")
    file.card("SPECSDIM", "Angstrom")
    file.card("VOSEGT", "Spectrum")
    file.card("DSSOURCE", "artificial")
    file.card("FLUX_CAL", isOndrejov ? "UNCALIBRATED" : "RELATIVE")
    file.card("SPEC_CAL", "ABSOLUTE")
    file.card("INSTRUME", isOndrejov ? "COUDE700" : "LAMOST")
    file.text("HISTORY", "Simulated by VOTrawl: seed \(collection.survey.seed), spectrum \(record.index).")
  }
}
