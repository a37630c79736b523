import Classifier
import Tables

/// The columns of an SSAP answer, called as a DaCHS calls them.
struct SSAPTable: Sendable {
  /// The collection.
  let collection: DemoCollection
  /// Base URL of the archive.
  let base: String

  /// The table of the given rows; what is the same in all of them is a PARAM for Ondřejov and a column for LAMOST.
  func table(_ rows: [SSAPRow]) -> Table {
    let records = rows.map(\.record)
    let prefix = base + "/" + collection.path + "/file/"
    let metres: (Double) -> Double = { $0 * 1e-10 }
    var columns = [
      text(
        "accref", rows.map { prefix + $0.record.name + "." + $0.ending }, "Access.Reference",
        "meta.ref.url;meta.dataset", "URL of the file"),
      text("mime", rows.map(\.mediaType), "Access.Format", "meta.code.mime", "Media type of the file"),
      Column(
        field("accsize", .long, "byte", "Access.Size", "phys.size;meta.file", "Size of the file"),
        longs: rows.map { Int64($0.size) }),
      text(
        "ssa_dstitle", records.map { "Simulated spectrum of \($0.objectName) (\($0.name))" }, "DataID.Title",
        "meta.title;meta.dataset", "Title"),
      text(
        "ssa_creatorDID",
        records.map {
          "ivo://votrawl.invalid/simulation/\(collection.path)?seed=\(collection.survey.seed)&index=\($0.index)"
        }, "DataID.CreatorDID", "meta.id", "Identifier given by the creator"),
      text(
        "ssa_pubDID", records.map(collection.publisherDID), "Curation.PublisherDID", "meta.ref.ivoid",
        "Identifier given by the publisher"),
      text(
        "ssa_cdate", records.map { SimulationText.timestamp(mjd: $0.mjd) }, "DataID.Date",
        "time;meta.dataset", "Date of creation", xtype: "timestamp"),
      text(
        "ssa_pdate", records.map { _ in "2026-01-01T00:00:00" }, "Curation.Date", nil, "Date of publication",
        xtype: "timestamp"),
      text("ssa_bandpass", records.map { _ in "Optical" }, "DataID.Bandpass", "instr.bandpass", "Bandpass"),
      text("ssa_targname", records.map(\.objectName), "Target.Name", "meta.id;src", "Name of the object"),
      text("ssa_targclass", records.map { _ in "star" }, "Target.Class", "src.class", "Class of the object"),
      Column(
        field("ssa_snr", .float, nil, "Derived.SNR", "stat.snr", "Signal-to-noise ratio"),
        floats: records.map { $0.snr > 0 ? Float($0.snr) : Float.nan }),
      Column(
        field(
          "ssa_location", .double, "deg", "Char.SpatialAxis.Coverage.Location.Value", "pos.eq",
          "Position of the slit or fibre", xtype: "point", ref: "system", arraysize: .fixed(2)),
        doubleArrays: records.map { [$0.ra, $0.dec] }),
      numbers(
        "location_ra", records.map(\.ra), "deg", "Char.SpatialAxis.Coverage.Location.Value.C1",
        "pos.eq.ra;meta.main", "Right ascension (ICRS)", ref: "system"),
      numbers(
        "location_dec", records.map(\.dec), "deg", "Char.SpatialAxis.Coverage.Location.Value.C2",
        "pos.eq.dec;meta.main", "Declination (ICRS)", ref: "system"),
      numbers(
        "ssa_dateObs", records.map(\.mjd), "d", "Char.TimeAxis.Coverage.Location.Value", "time.epoch",
        "Middle of the exposure (MJD)", ref: "time"),
      numbers(
        "ssa_timeExt", records.map(\.exposure), "s", "Char.TimeAxis.Coverage.Bounds.Extent", "time.duration",
        "Exposure"),
      numbers(
        "ssa_specmid", records.map { metres(($0.firstWavelength + $0.lastWavelength) / 2) }, "m",
        "Char.SpectralAxis.Coverage.Location.Value", "em.wl;instr.bandpass", "Middle wavelength"),
      numbers(
        "ssa_specext", records.map { metres($0.lastWavelength - $0.firstWavelength) }, "m",
        "Char.SpectralAxis.Coverage.Bounds.Extent", "em.wl;instr.bandwidth", "Range of wavelengths"),
      numbers(
        "ssa_specstart", records.map { metres($0.firstWavelength) }, "m",
        "Char.SpectralAxis.Coverage.Bounds.Start", "em.wl;stat.min", "First wavelength"),
      numbers(
        "ssa_specend", records.map { metres($0.lastWavelength) }, "m",
        "Char.SpectralAxis.Coverage.Bounds.Stop", "em.wl;stat.max", "Last wavelength"),
      Column(
        field("ssa_length", .int, nil, "Dataset.Length", "meta.number", "Number of pixels"),
        ints: records.map { Int32($0.length) }),
    ]
    var parameters = [
      Parameter(
        field: field("simulated", .boolean, nil, nil, "meta.code", "Whether the spectra are simulated"),
        value: "true")
    ]
    for constant in constants {
      if collection.survey.kind == .ondrejov {
        parameters.append(
          Parameter(
            field: .text(constant.name, ucd: constant.ucd, utype: "ssa:" + constant.utype),
            value: constant.value))
      } else {
        columns.append(
          text(constant.name, rows.map { _ in constant.value }, constant.utype, constant.ucd, nil))
      }
    }
    return Table(
      columns: columns, name: collection.path, description: "Simulated spectra", parameters: parameters)
  }

  /// What is the same for the whole collection.
  private var constants: [(name: String, value: String, utype: String, ucd: String?)] {
    let isOndrejov = collection.survey.kind == .ondrejov
    return [
      ("ssa_model", "Spectrum-1.0", "Dataset.DataModel", nil),
      ("ssa_dstype", "Spectrum", "Dataset.Type", nil),
      ("ssa_publisher", "ivo://votrawl.invalid/demo", "Curation.Publisher", "meta.curation"),
      ("ssa_creator", "VOTrawl simulator", "DataID.Creator", nil),
      ("ssa_collection", isOndrejov ? "simulated CCD700" : "simulated LAMOST DR5", "DataID.Collection", nil),
      (
        "ssa_instrument", isOndrejov ? "COUDE700 (simulated)" : "LAMOST LRS (simulated)", "DataID.Instrument",
        "meta.id;instr"
      ),
      ("ssa_datasource", "artificial", "DataID.DataSource", nil),
      ("ssa_creationtype", "archival", "DataID.CreationType", nil),
      ("ssa_fluxcalib", isOndrejov ? "UNCALIBRATED" : "RELATIVE", "Char.FluxAxis.Calibration", nil),
      ("ssa_speccalib", "ABSOLUTE", "Char.SpectralAxis.Calibration", "meta.code.qual"),
      ("ssa_spectralucd", isOndrejov ? "em.wl;obs.atmos" : "em.wl", "Char.SpectralAxis.Ucd", "meta.ucd"),
      ("ssa_spectralunit", "Angstrom", "Char.SpectralAxis.Unit", "meta.unit"),
      ("ssa_fluxucd", "phot.flux.density;em.wl", "Char.FluxAxis.Ucd", "meta.ucd"),
      ("ssa_fluxunit", "ct", "Char.FluxAxis.Unit", "meta.unit"),
      ("ssa_csysName", "ICRS", "CoordSys.SpaceFrame.Name", nil),
    ]
  }

  /// The inputs as FORMAT=METADATA describes them.
  func inputParameters(_ configuration: DemoArchiveConfiguration) -> [Parameter] {
    let list: [(String, String?, String, String)] = [
      ("POS", "deg", "", "Position: ra,dec (ICRS)"),
      ("SIZE", "deg", "0.1", "Diameter of the region"),
      ("BAND", "m", "", "Wavelengths, or the name of a band"),
      ("TIME", nil, "", "Dates, ISO 8601"),
      ("FORMAT", nil, "all", "Media types of the files"),
      ("TARGETNAME", nil, "", "Names of objects"),
      ("PUBDID", nil, "", "Publisher dataset identifiers"),
      (
        "MAXREC", nil, String(configuration.defaultMaxrec),
        "Most rows of the answer, at most \(configuration.hardMaxrec)"
      ),
      ("RESPONSEFORMAT", nil, "application/x-votable+xml", "Encoding of the answer"),
    ]
    return list.map { name, unit, value, description in
      Parameter(field: .text("INPUT:" + name, unit: unit, description: description), value: value)
    }
  }

  private func field(
    _ name: String, _ datatype: Datatype, _ unit: String?, _ utype: String?, _ ucd: String?,
    _ description: String?,
    xtype: String? = nil, ref: String? = nil, arraysize: ArraySize = .scalar
  ) -> Field {
    Field(
      name: name, datatype: datatype, arraysize: arraysize, unit: unit, ucd: ucd,
      utype: utype.map { "ssa:" + $0 },
      id: name, xtype: xtype, ref: ref, description: description)
  }

  private func text(
    _ name: String, _ values: [String], _ utype: String, _ ucd: String?, _ description: String?,
    xtype: String? = nil
  ) -> Column {
    Column(
      field(name, .char, nil, utype, ucd, description, xtype: xtype, arraysize: .variable), strings: values)
  }

  private func numbers(
    _ name: String, _ values: [Double], _ unit: String, _ utype: String, _ ucd: String, _ description: String,
    ref: String? = nil
  ) -> Column {
    Column(field(name, .double, unit, utype, ucd, description, ref: ref), doubles: values)
  }
}
