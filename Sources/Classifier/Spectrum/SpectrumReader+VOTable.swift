import Tables

extension SpectrumReader {
  /// Reads the Spectral Data Model in a VOTable: a row per pixel, or one row of arrays.
  static func readVOTable(_ bytes: [UInt8], _ options: Options) throws(SpectrumError) -> Spectrum {
    let document: VOTableDocument
    do throws(TableError) {
      document = try VOTableReader().read(bytes: bytes)
    } catch {
      throw SpectrumError(.damaged, "is a VOTable that cannot be read: \(error)")
    }
    if case .error(let message) = document.queryStatus {
      throw SpectrumError(
        .serviceError, "is an error document of the archive: “\(message.prefix(300))”",
        hint: "the request was refused: check its identifier and parameters")
    }
    let tables = document.tables
    guard let table = tables.first(where: { VOTableSpectrum($0) != nil }),
      let columns = VOTableSpectrum(table)
    else {
      let fields = tables.first?.fields.prefix(8).map(\.name).joined(separator: ", ") ?? "no table"
      throw SpectrumError(
        .unknownLayout, "is a VOTable without a spectral and a flux column (it has \(fields))",
        hint: "an SSAP answer lists spectra: give the address in its column `access_reference` or `accref`")
    }
    guard !document.isPartial, isClosed(bytes) else {
      throw SpectrumError(
        .truncated, "is a VOTable that breaks off after \(table.rowCount) rows", hint: "fetch it again")
    }

    var metadata = SpectrumMetadata(layout: .sdmVOTable)
    metadata.readSDM(table, document)
    let field = columns.wavelength.field
    let scale = metadata.scale(
      description: [field.description, field.ucd, field.name].compactMap(\.self).joined(separator: " "),
      options)
    var wavelength = columns.values(columns.wavelength)
    guard let factor = field.unit.map(angstroms(per:)) ?? 1 else {
      throw SpectrumError(
        .badWavelengths, "has wavelengths in \(field.unit ?? "?"), not a unit of wavelength")
    }
    if factor != 1 { for index in wavelength.indices { wavelength[index] *= factor } }
    let flux = columns.values(columns.flux)
    let weights = columns.inverseVariance.map(columns.values)
    let mask = columns.mask.map(columns.values)
    for (name, values) in [("flux", flux), ("inverse variance", weights ?? flux), ("mask", mask ?? flux)]
    where values.count != wavelength.count {
      throw SpectrumError(
        .damaged, "has \(wavelength.count) wavelengths but \(values.count) values of \(name)")
    }
    let draft = SpectrumDraft(grid: .listed(wavelength), scale: scale, metadata: metadata)
    let range = try draft.pixels(options)
    return draft.spectrum(
      range, flux: Array(flux[range]), inverseVariance: weights.map { Array($0[range]) },
      mask: mask.map { Array($0[range]) })
  }
}

extension SpectrumReader {
  /// Whether a document's last bytes hold the end tag of its root, `</VOTABLE>` or `</x:VOTABLE>`.
  private static func isClosed(_ bytes: [UInt8]) -> Bool {
    let name = Array("VOTABLE".utf8)
    let end = Array(bytes.suffix(4096))
    return end.indices.dropFirst().contains { place in
      end[place...].starts(with: name)
        && (end[place - 1] == UInt8(ascii: "/") || end[place - 1] == UInt8(ascii: ":"))
        && end[place...].contains(UInt8(ascii: ">"))
    }
  }
}

/// Which columns of a table are the spectrum.
private struct VOTableSpectrum {
  let wavelength: Column
  let flux: Column
  let inverseVariance: Column?
  let mask: Column?
  private let isOneRow: Bool

  /// The spectrum of a table, or `nil` where it has none.
  ///
  /// UCDs are of no use here: the answer of a query lists bandwidths as `em.wl` as well.
  init?(_ table: Table) {
    func find(utype: String? = nil, _ names: [String]) -> Column? {
      if let utype, let column = table.column(utype: utype) { return column }
      for name in names {
        if let column = table.column(name) { return column }
      }
      return nil
    }
    guard
      let wavelength = find(
        utype: "Data.SpectralAxis.Value", ["spectral", "wavelength", "wave", "lambda", "waveobs"]),
      let flux = find(utype: "Data.FluxAxis.Value", ["flux", "intensity"]),
      wavelength.field.datatype != .char, flux.field.datatype != .char
    else { return nil }
    self.wavelength = wavelength
    self.flux = flux
    inverseVariance = find(["ivar", "inverse_variance"])
    mask = find(utype: "Data.FluxAxis.Quality", ["ormask", "or_mask", "andmask", "and_mask", "mask"])
    isOneRow = table.rowCount == 1
  }

  /// The values of a column, one a row, or of the array in its only row; nulls are NaN.
  func values(_ column: Column) -> [Double] {
    if isOneRow { return column.doubles(0) }
    return (0..<column.rowCount).map { column.double($0) ?? .nan }
  }
}

extension SpectrumMetadata {
  /// Metadata of a Spectral Data Model VOTable, from its PARAMs.
  fileprivate mutating func readSDM(_ table: Table, _ document: VOTableDocument) {
    let resources = document.allResources
    let named = NamedParameters(table.parameters + resources.flatMap(\.parameters) + document.parameters)
    func parameter(utype: String? = nil, _ name: String) -> Parameter? {
      named.find(utype: utype, name: name)
    }
    publisherDID = parameter(utype: "Curation.PublisherDID", "ssa_pubDID")?.string
    object = parameter(utype: "Target.Name", "ssa_targname")?.string
    let position =
      parameter(utype: "Char.SpatialAxis.Coverage.Location.Value", "ssa_location")?.doubles
      ?? parameter(utype: "Target.pos", "ssa_targetpos")?.doubles ?? []
    if position.count == 2, 0...360 ~= position[0], -90...90 ~= position[1] {
      (ra, dec) = (position[0], position[1])
    } else {
      ra = parameter("raj2000")?.string.flatMap { HeaderValue.degrees($0, isHours: true) }
      dec = parameter("dej2000")?.string.flatMap { HeaderValue.degrees($0, isHours: false) }
    }
    if let date = parameter(utype: "Char.TimeAxis.Coverage.Location.Value", "ssa_dateObs") {
      if let value = date.double {
        dateObs = value > 2_400_000 ? value - 2_400_000.5 : value
      } else {
        dateObs = date.string.flatMap { HeaderValue.modifiedJulianDate($0) }
      }
    }
    exposure = parameter(utype: "Char.TimeAxis.Coverage.Bounds.Extent", "ssa_timeExt")?.double
    snr = parameter(utype: "Derived.SNR", "ssa_snr")?.double
    fluxCalibration =
      parameter(utype: "Char.FluxAxis.Calibration", "ssa_fluxcalib")?.string?.uppercased()
    let title = parameter(utype: "DataID.Title", "ssa_dstitle")?.string
    let collection = parameter(utype: "DataID.Collection", "ssa_collection")?.string
    instrument =
      parameter(utype: "DataID.Instrument", "ssa_instrument")?.string ?? parameter("instrument")?.string
    for (keyword, value) in [
      ("TITLE", title), ("COLLECTION", collection), ("CLASS", parameter("class")?.string),
      ("SUBCLASS", parameter("subclass")?.string), ("DETECTOR", parameter("detector")?.string),
    ] {
      if let value { cards.append(Card(keyword: keyword, value: value)) }
    }
    identifySurvey(title, collection, parameter("telescope")?.string, parameter("accref")?.string)
    if resolution == nil,
      let width = parameter(utype: "Char.SpectralAxis.Resolution", "ssa_specres")?.double,
      width > 0, width < 1e-8
    {
      // A full width at half maximum in metres.
      resolution = width * 1e10 / 2.3548
    }
    let remarks = document.infos + resources.flatMap(\.infos) + table.infos
    let statement =
      parameter("simulated")?.string ?? remarks.first { $0.name.lowercased() == "simulated" }?.value
    isSimulated = statement.map { ["t", "true", "1", "yes"].contains($0.lowercased()) } ?? false
  }
}

/// Parameters by utype and name, for a dozen look-ups among a hundred of them.
private struct NamedParameters {
  private var byUtype: [String: Parameter] = [:]
  private var byName: [String: Parameter] = [:]

  /// Of several parameters alike the first counts.
  init(_ parameters: [Parameter]) {
    for parameter in parameters {
      if let utype = parameter.field.utype.map(Self.canonical), byUtype[utype] == nil {
        byUtype[utype] = parameter
      }
      if byName[parameter.name] == nil { byName[parameter.name] = parameter }
    }
  }

  /// The parameter with this utype, else with this name.
  func find(utype: String?, name: String) -> Parameter? {
    utype.flatMap { byUtype[Self.canonical($0)] } ?? byName[name]
  }

  /// A utype in small letters without its prefix and a leading `Spectrum.`.
  private static func canonical(_ utype: String) -> String {
    var bytes = utype.utf8.map { 0x41...0x5a ~= $0 ? $0 + 0x20 : $0 }[...]
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")) { bytes = bytes[(colon + 1)...] }
    if bytes.starts(with: "spectrum.".utf8) { bytes = bytes.dropFirst(9) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
