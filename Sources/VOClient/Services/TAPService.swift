public import Tables

/// A Table Access Protocol service (TAP 1.1).
public struct TAPService: Sendable {
  /// The base address, without `/sync`.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine
  /// Form in which results are asked for.
  public var responseFormat = "application/x-votable+xml;serialization=BINARY2"

  /// Describes a service; nothing is sent yet.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// A table that is sent with a query and named `TAP_UPLOAD.name` in it.
  public struct Upload: Sendable {
    /// Name of the table: letters, digits and underscores.
    public var name: String
    /// The bytes of a VOTable.
    public var votable: [UInt8]

    /// A table from the bytes of a VOTable.
    public init(name: String, votable: [UInt8]) {
      self.name = name
      self.votable = votable
    }

    /// A table to be written as VOTable.
    ///
    /// - Throws: SVC-01 if the table cannot be written.
    public init(name: String, table: Table) throws(ServiceError) {
      self.name = name
      do throws(TableError) {
        let writer = VOTableWriter(version: .v1_3, serialization: .tabledata)
        votable = try writer.bytes(of: VOTableDocument(table: table))
      } catch {
        throw ServiceError(.badQuery, message: "the table to upload cannot be written: \(error.message)")
      }
    }
  }

  /// Asks and waits for the answer on the same connection.
  ///
  /// - Parameters:
  ///   - query: ADQL.
  ///   - maxrec: the most rows wanted; without it the service's default holds.
  ///   - uploads: tables to send.
  /// - Returns: the document; its ``Tables/VOTableDocument/queryStatus`` is `.overflow` if rows were left out. DaCHS
  ///   says so after the table only.
  /// - Throws: ``ServiceError``; SVC-04 if the query failed, also if it did so after some rows.
  public func sync(
    _ query: String, maxrec: Int? = nil, uploads: [Upload] = []
  ) async throws(ServiceError) -> VOTableDocument {
    try await answer(query, maxrec: maxrec, uploads: uploads).document
  }

  /// The same, with the bytes of the answer after decompression.
  public func answer(
    _ query: String, maxrec: Int? = nil, uploads: [Upload] = []
  ) async throws(ServiceError) -> (document: VOTableDocument, bytes: Int) {
    try await results(
      try request(resource: "sync", query, maxrec: maxrec, uploads: uploads), maxrec: maxrec)
  }

  /// Makes an asynchronous job; it does not run yet, see ``UWSJob/run()``.
  ///
  /// Keep ``UWSJob/url``: a job of it can be waited for after the program was ended.
  public func makeJob(
    _ query: String, maxrec: Int? = nil, uploads: [Upload] = []
  ) async throws(ServiceError) -> UWSJob {
    var request = try request(resource: "async", query, maxrec: maxrec, uploads: uploads)
    request.followsRedirects = false
    // A repeated creation could make two jobs.
    request.retries = 0
    return try await UWSJob.create(request, engine: engine)
  }

  /// Runs a query as an asynchronous job, waits for it, fetches the result and deletes the job.
  ///
  /// - Parameters:
  ///   - created: called with the address of the job before it runs; keep it to come back after a kill.
  /// - Throws: ``ServiceError``; SVC-11 with the service's message if the job failed.
  public func async(
    _ query: String, maxrec: Int? = nil, uploads: [Upload] = [],
    created: @Sendable (String) -> Void = { _ in }
  ) async throws(ServiceError) -> VOTableDocument {
    let job = try await makeJob(query, maxrec: maxrec, uploads: uploads)
    created(job.url)
    return try await finish(job, maxrec: maxrec).document
  }

  /// Takes up a job by its address: starts it if it does not run yet, waits, fetches the result and deletes the job.
  ///
  /// - Parameter maxrec: the most rows that were asked for.
  public func resume(jobURL: String, maxrec: Int? = nil) async throws(ServiceError) -> VOTableDocument {
    try await collect(jobURL: jobURL, maxrec: maxrec).document
  }

  /// The same, with the bytes of the result after decompression.
  public func collect(
    jobURL: String, maxrec: Int? = nil
  ) async throws(ServiceError) -> (document: VOTableDocument, bytes: Int) {
    try await finish(UWSJob(url: jobURL, engine: engine), maxrec: maxrec)
  }

  private func finish(
    _ job: UWSJob, maxrec: Int?
  ) async throws(ServiceError) -> (document: VOTableDocument, bytes: Int) {
    let state = try await job.runToEnd()
    let result =
      state.results.first { $0.url == state.resultURL }
      ?? .init(id: "result", url: job.url + "/results/result")
    let answer = try await job.fetching(result) { (address) async throws(ServiceError) in
      try await results(TransferRequest(url: address), maxrec: maxrec)
    }
    // The result is here; that the job cannot be deleted harms nobody, the service will do it.
    try? await job.delete()
    return answer
  }

  private func results(
    _ request: TransferRequest, maxrec: Int?
  ) async throws(ServiceError) -> (document: VOTableDocument, bytes: Int) {
    var (document, bytes) = try await VOTableFetch(engine).answer(request)
    if case .error(let message) = document.queryStatus {
      throw ServiceError(.queryFailed, url: request.url, message: "the query failed: \(message)")
    }
    guard let table = document.results else {
      throw ServiceError(.noTable, url: request.url, message: "the answer holds no table")
    }
    // DaCHS sends a row more than MAXREC where the query has a TOP of its own.
    if let maxrec, table.rowCount > maxrec {
      document.replaceResults(by: table.taking((0..<maxrec).map { $0 }))
    }
    return (document, bytes)
  }

  private func request(
    resource: String, _ query: String, maxrec: Int?, uploads: [Upload]
  ) throws(ServiceError) -> TransferRequest {
    guard var address = WebAddress(url) else {
      throw ServiceError(.badQuery, url: url, message: "not an http or https address: \(url)")
    }
    for upload in uploads
    where !upload.name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) {
      throw ServiceError(.badQuery, url: url, message: "\(upload.name) cannot be the name of a table")
    }
    address.path = (address.path.hasSuffix("/") ? address.path : address.path + "/") + resource
    var form = [
      ("REQUEST", "doQuery"), ("LANG", "ADQL"), ("QUERY", query), ("RESPONSEFORMAT", responseFormat),
    ]
    if let maxrec { form.append(("MAXREC", String(maxrec))) }
    guard !uploads.isEmpty else { return TransferRequest(url: address.text, method: .post(form: form)) }
    let list = uploads.enumerated().map { "\($0.element.name),param:upload\($0.offset)" }
    form.append(("UPLOAD", list.joined(separator: ";")))
    let files = uploads.enumerated().map { index, upload in
      TransferRequest.UploadFile(
        field: "upload\(index)", contentType: "application/x-votable+xml", bytes: upload.votable)
    }
    return TransferRequest(url: address.text, method: .multipart(form: form, files: files))
  }
}
