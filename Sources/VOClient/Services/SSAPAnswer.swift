public import Tables

/// The answer of a Simple Spectral Access service.
public struct SSAPAnswer: Sendable {
  /// How the query ended; a status after the table outweighs one before it.
  ///
  /// `.overflow` means that the service has more rows. There is no way to ask for the rest but smaller queries.
  public var status: QueryStatus
  /// The rows that satisfy the query, in the order of the table.
  public var records: [SSAPRecord]
  /// The rows that were left out because they do not satisfy the query.
  public var rejected: [SSAPRecord]
  /// How many these are.
  public var rejectedCount: Int { rejected.count }
  /// The table as it came.
  public var table: Table
  /// The services that the answer describes (links, cut-outs).
  public var descriptors: [ServiceDescriptor]
  /// The whole document, diagnostics included.
  public var document: VOTableDocument
  /// The address that was asked.
  public var url: String
  /// Whether rows are missing because the answer was cut or ended with an error.
  public var isPartial: Bool
  /// Bytes of the document after decompression; 0 where it was not fetched here.
  public var byteCount = 0

  /// The descriptor of the DataLink service, if there is one.
  public var linksDescriptor: ServiceDescriptor? { descriptors.first(where: \.isDataLink) }
  /// The descriptor of the synchronous cut-out service, if there is one.
  public var cutoutDescriptor: ServiceDescriptor? { descriptors.first(where: \.isSODA) }

  /// Reads an answer.
  ///
  /// - Parameters:
  ///   - document: the document as read.
  ///   - query: what was asked; rows that do not satisfy it are left out.
  ///   - url: the address it came from, for messages and relative references.
  /// - Throws: SVC-04 if the service reports an error and sends no rows, SVC-05 if there is no table, SVC-06 if the
  ///   table has no column of access references.
  public init(document: VOTableDocument, query: SSAPQuery = .init(), url: String) throws(ServiceError) {
    let status = document.queryStatus ?? .ok
    let found = document.results
    if case .error(let message) = status, (found?.rowCount ?? 0) == 0 {
      throw ServiceError(.queryFailed, url: url, message: "the service reports an error: \(message)")
    }
    guard let table = found else {
      throw ServiceError(.noTable, url: url, message: "the answer holds no table")
    }
    let columns = SSAPColumns(table, base: WebAddress(url))
    guard columns.hasReference || table.rowCount == 0 else {
      throw ServiceError(
        .missingColumn, url: url, message: "the table has no column of access references (Access.Reference)",
        hint: "the address may be that of another kind of service")
    }
    (records, rejected) = ([], [])
    for row in 0..<table.rowCount {
      let record = columns.record(row)
      if query.accepts(record) { records.append(record) } else { rejected.append(record) }
    }
    descriptors = ServiceDescriptor.all(in: document)
    if case .error = status { isPartial = true } else { isPartial = document.isPartial }
    self.status = status
    self.table = table
    self.document = document
    self.url = url
  }
}
