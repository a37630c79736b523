public import Tables

/// Cut-outs of spectra from a SODA service, or from the draft of it that DaCHS had in 2015 to 2017.
///
/// Parameters are used only where name, UCD and unit agree with their meaning (SODA 1.0, section 4.1); their names
/// come from the descriptor: `BAND` with an interval, or `LAMBDA_MIN` and `LAMBDA_MAX`.
public struct SODACutout: Sendable {
  /// The description of the service.
  public let descriptor: ServiceDescriptor

  private enum Band: Sendable {
    case interval(InputParameter, metres: Double)
    case ends(InputParameter, InputParameter, metres: Double)
  }

  private let band: Band
  private let id: InputParameter

  /// Reads the parameters of a descriptor.
  ///
  /// - Throws: SVC-08 if the service cannot cut out wavelengths of a dataset given by its identifier.
  public init(_ descriptor: ServiceDescriptor) throws(ServiceError) {
    self.descriptor = descriptor
    guard
      let id = descriptor.inputs.first(where: { $0.name.uppercased() == "ID" && Self.has($0.ucd, "meta.id") })
    else {
      throw ServiceError(
        .notOffered, url: descriptor.accessURL, message: "the service has no parameter ID of UCD meta.id")
    }
    self.id = id
    func find(_ name: String) -> (InputParameter, Double)? {
      guard let input = descriptor.input(name), Self.has(input.ucd, "em.wl"),
        let metres = SpectralUnit.metres(input.unit)
      else { return nil }
      return (input, metres)
    }
    if let (input, metres) = find("BAND") {
      band = .interval(input, metres: metres)
    } else if let (low, metres) = find("LAMBDA_MIN"), let (high, other) = find("LAMBDA_MAX"), metres == other
    {
      band = .ends(low, high, metres: metres)
    } else {
      let names = descriptor.inputs.map(\.name).joined(separator: ", ")
      throw ServiceError(
        .notOffered, url: descriptor.accessURL,
        message:
          "the service cannot cut out wavelengths: neither BAND nor LAMBDA_MIN and LAMBDA_MAX in \(names)")
    }
  }

  /// The names of the parameters that say the wavelengths.
  var bandNames: Set<String> {
    switch band {
    case .interval(let input, _): [input.name]
    case .ends(let low, let high, _): [low.name, high.name]
    }
  }

  /// The formats that the service offers; empty if it does not say.
  public var formats: [String] { descriptor.input("FORMAT")?.options ?? [] }

  /// The flux calibrations that the service offers; empty if it does not say.
  public var fluxCalibrations: [String] { descriptor.input("FLUXCALIB")?.options ?? [] }

  /// The wavelengths in metres that the descriptor gives for its spectra, if it does.
  ///
  /// In an SSAP answer they span all rows, in a {links} answer one dataset; they are rounded to 32-bit floats.
  public var coverage: (lower: Double, upper: Double)? {
    let (low, high, metres) =
      switch band {
      case .interval(let input, let metres): (input.min, input.max, metres)
      case .ends(let low, let high, let metres): (low.min, high.max, metres)
      }
    // MIN and MAX of an interval may be intervals themselves.
    func numbers(_ text: String?) -> [Double] { text?.split(separator: " ").compactMap { Double($0) } ?? [] }
    guard let lower = numbers(low).first, let upper = numbers(high).last else { return nil }
    return (lower * metres, upper * metres)
  }

  /// Whether the descriptor excludes that there is anything in a band (metres).
  public func isOutside(_ band: (lower: Double, upper: Double)) -> Bool {
    guard let coverage else { return false }
    let slack = 1e-6 * coverage.upper
    return band.upper < coverage.lower - slack || band.lower > coverage.upper + slack
  }

  /// The request for a cut-out.
  ///
  /// - Parameters:
  ///   - id: publisher's identifier; `nil` to take it from the row or from the descriptor's fixed value.
  ///   - band: wavelengths in metres; an infinite end is open. `nil` for the whole spectrum.
  ///   - format: a media type; the offered one that satisfies it is sent.
  ///   - fluxCalibration: a calibration, in any case of letters.
  ///   - row: table and row (from 0) of the answer that the descriptor stood in.
  /// - Returns: the request; what it expects follows from the format. An empty cut-out (204) makes it fail with
  ///   NET-19.
  /// - Throws: SVC-08 for a parameter the service lacks, SVC-09 for a format or calibration it does not offer,
  ///   SVC-01 for a band without extent.
  public func request(
    id: String? = nil, band: (lower: Double, upper: Double)?, format: String? = nil,
    fluxCalibration: String? = nil, row: (table: Table, row: Int)? = nil
  ) throws(ServiceError) -> TransferRequest {
    let values = try values(id: id, band: band, format: format, fluxCalibration: fluxCalibration)
    var request = try descriptor.request(values: values, row: row)
    let type = values["FORMAT"] ?? descriptor.input("FORMAT")?.fixedValue
    request.expecting = type.map { MediaType($0).contentKinds } ?? []
    if type == nil { request.expecting = [.votable, .fits, .gzip] }
    return request
  }

  /// The values of the parameters for a cut-out.
  func values(
    id: String?, band: (lower: Double, upper: Double)?, format: String?, fluxCalibration: String?
  ) throws(ServiceError) -> [String: String] {
    var values: [String: String] = [:]
    if let id { values[self.id.name] = id }
    if let band {
      guard band.lower <= band.upper else {
        throw ServiceError(
          .badQuery, url: descriptor.accessURL, message: "the band \(band.lower)…\(band.upper) is reversed")
      }
      switch self.band {
      case .interval(let input, let metres):
        values[input.name] = "\(Self.text(band.lower, metres)) \(Self.text(band.upper, metres))"
      case .ends(let low, let high, let metres):
        if band.lower.isFinite { values[low.name] = Self.text(band.lower, metres) }
        if band.upper.isFinite { values[high.name] = Self.text(band.upper, metres) }
      }
    }
    if let format { values["FORMAT"] = try offered(format) }
    if let fluxCalibration { values["FLUXCALIB"] = fluxCalibration }
    return values
  }

  /// Fetches a cut-out into a file; parameters as in ``request(id:band:format:fluxCalibration:row:)``.
  ///
  /// - Throws: SVC-07 if the spectrum has nothing in the band, SVC-02 for other failures of the transfer.
  public func download(
    id: String? = nil, band: (lower: Double, upper: Double)?, format: String? = nil,
    fluxCalibration: String? = nil, row: (table: Table, row: Int)? = nil, to path: String,
    engine: TransferEngine
  ) async throws(ServiceError) -> TransferResponse {
    let request = try request(id: id, band: band, format: format, fluxCalibration: fluxCalibration, row: row)
    do throws(TransferError) {
      return try await engine.download(request, to: path)
    } catch {
      throw Self.failure(error)
    }
  }

  /// A failed request for a cut-out as failure of the service: an empty cut-out has a code of its own.
  public static func failure(_ error: TransferError) -> ServiceError {
    guard error.kind == .nothingThere else { return VOTableFetch.failure(error) }
    return ServiceError(
      .emptyCutout, url: error.url, message: "the cut-out is empty: the spectrum has no data in the band",
      transfer: error)
  }

  /// The spelling of the offered format that satisfies a wanted one.
  private func offered(_ format: String) throws(ServiceError) -> String {
    guard let input = descriptor.input("FORMAT") else {
      throw ServiceError(
        .notOffered, url: descriptor.accessURL, message: "the service has no parameter FORMAT")
    }
    if input.options.isEmpty || input.options.contains(format) { return format }
    let wanted = MediaType(format)
    let fitting = input.options.filter { MediaType($0).satisfies(wanted) }
    // The plainest one: with the fewest parameters that were not asked for.
    if let best = fitting.min(by: { MediaType($0).parameters.count < MediaType($1).parameters.count }) {
      return best
    }
    throw ServiceError(
      .notAllowed, url: descriptor.accessURL, message: "the service does not offer the format \(format)",
      hint: "it offers: \(input.options.joined(separator: ", "))")
  }

  private static func text(_ metres: Double, _ unit: Double) -> String {
    PlainNumber.text(unit == 1 ? metres : metres / unit)
  }

  /// Whether a UCD has a word, such as `em.wl` in `par.min;em.wl`.
  private static func has(_ ucd: String?, _ word: String) -> Bool {
    ucd?.lowercased().split(separator: ";").contains { $0.trimmed == word } ?? false
  }
}
