public import Tables

extension SODACutout {
  /// Makes a job for cut-outs of one spectrum from an asynchronous service (SODA 1.0, section 3.3); it does not run yet.
  ///
  /// Several bands give several results, where the service takes them (a synchronous one takes one band only).
  /// - Parameters:
  ///   - id: publisher's identifier; `nil` to take it from the row or from the descriptor's fixed value.
  ///   - bands: wavelengths in metres; none for the whole spectrum.
  ///   - format: a media type; the offered one that satisfies it is sent.
  ///   - fluxCalibration: a calibration, in any case of letters.
  ///   - row: table and row (from 0) of the answer that the descriptor stood in.
  /// - Returns: the job; keep its address to come back after a kill, see ``UWSJob/runToEnd()``.
  /// - Throws: SVC-08 if the descriptor is not of an asynchronous service or lacks a parameter, SVC-09 for a value that
  ///   it does not offer, SVC-04 if the service makes no job.
  public func makeJob(
    id: String? = nil, bands: [(lower: Double, upper: Double)], format: String? = nil,
    fluxCalibration: String? = nil, row: (table: Table, row: Int)? = nil, engine: TransferEngine
  ) async throws(ServiceError) -> UWSJob {
    guard descriptor.isAsynchronousSODA else {
      throw ServiceError(
        .notOffered, url: descriptor.accessURL,
        message: "the service makes no jobs: it is not asynchronous SODA",
        hint: "ask for the cut-out itself")
    }
    guard let address = WebAddress(descriptor.accessURL) else {
      throw ServiceError(
        .noDescriptor, url: descriptor.accessURL,
        message: "not an http or https address: \(descriptor.accessURL)")
    }
    var form: [(String, String)] = []
    for (index, band) in (bands.isEmpty ? [nil] : bands.map(Optional.init)).enumerated() {
      let values = try values(id: id, band: band, format: format, fluxCalibration: fluxCalibration)
      let items = try descriptor.items(values: values, row: row)
      // Further bands repeat nothing but themselves.
      form += index == 0 ? items : items.filter { bandNames.contains($0.0) }
    }
    // A repeated creation could make two jobs.
    let request = TransferRequest(
      url: address.text, method: .post(form: form), retries: 0, followsRedirects: false)
    return try await UWSJob.create(request, engine: engine)
  }
}
