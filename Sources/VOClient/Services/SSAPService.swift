internal import Tables

/// A Simple Spectral Access service (SSA 1.1).
public struct SSAPService: Sendable {
  /// The access URL as registered, with or without `?` and parameters.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine

  /// Describes a service; nothing is sent yet.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// Asks the service.
  ///
  /// - Returns: the answer, also if it is cut (`.overflow`) or ended with an error after some rows (`isPartial`).
  /// - Throws: ``ServiceError``: SVC-01 for a query that cannot be sent, SVC-02 if the transfer failed, SVC-03 if no
  ///   VOTable came, SVC-04 if the service reports an error.
  public func query(_ query: SSAPQuery) async throws(ServiceError) -> SSAPAnswer {
    if let problem = query.problem { throw ServiceError(.badQuery, url: url, message: problem) }
    guard let address = query.url(base: url) else {
      throw ServiceError(.badQuery, url: url, message: "not an http or https address: \(url)")
    }
    do throws(ServiceError) {
      let (document, bytes) = try await VOTableFetch(engine).answer(TransferRequest(url: address))
      var answer = try SSAPAnswer(document: document, query: query, url: address)
      answer.byteCount = bytes
      return answer
    } catch {
      guard error.kind == .queryFailed, let size = query.size, size > 90, error.hint == nil else {
        throw error
      }
      var hinted = error
      hinted.hint =
        "some services take SIZE for a radius and refuse more than 90 degrees: ask for a smaller circle"
      throw hinted
    }
  }

  /// Asks a query again, by the address under which it was asked before (``SSAPAnswer/url``).
  ///
  /// - Returns: the answer with every row: the constraints of the query are not applied to it again.
  /// - Throws: ``ServiceError`` as ``query(_:)``.
  public static func answer(at address: String, engine: TransferEngine) async throws(ServiceError)
    -> SSAPAnswer
  {
    let (document, bytes) = try await VOTableFetch(engine).answer(TransferRequest(url: address))
    var answer = try SSAPAnswer(document: document, url: address)
    answer.byteCount = bytes
    return answer
  }

  /// Asks what the service understands and delivers (FORMAT=METADATA).
  ///
  /// - Returns: the parameters and columns; services that do not know the request answer with an error.
  public func metadata() async throws(ServiceError) -> SSAPMetadata {
    let query = SSAPQuery(format: "METADATA")
    guard let address = query.url(base: url) else {
      throw ServiceError(.badQuery, url: url, message: "not an http or https address: \(url)")
    }
    let document = try await VOTableFetch(engine).document(TransferRequest(url: address))
    if case .error(let message) = document.queryStatus {
      throw ServiceError(.queryFailed, url: address, message: "the service reports an error: \(message)")
    }
    return SSAPMetadata(document)
  }
}

/// What a Simple Spectral Access service says about itself (SSA 1.1, section 4.1.1.4 on FORMAT=METADATA).
public struct SSAPMetadata: Sendable {
  /// The query parameters that the service knows, without the prefix `INPUT:`.
  public var inputs: [InputParameter]
  /// The columns of its answers, without the prefix `OUTPUT:`.
  public var outputs: [InputParameter]
  /// What the service is, in its own words.
  public var description: String?

  init(_ document: VOTableDocument) {
    let resources = document.allResources
    let all = resources.flatMap { $0.parameters + $0.tables.flatMap(\.parameters) } + document.parameters
    func part(_ prefix: String) -> [InputParameter] {
      all.filter { $0.name.uppercased().hasPrefix(prefix) }.map { parameter in
        var input = InputParameter(parameter)
        input.name = String(parameter.name.dropFirst(prefix.count))
        return input
      }
    }
    inputs = part("INPUT:")
    // DaCHS gives the columns as FIELDs of an empty table and only the constants as PARAMs.
    let columns = document.tables.flatMap(\.fields).map { InputParameter($0, value: "") }
    outputs = part("OUTPUT:") + columns
    description = document.description ?? resources.lazy.compactMap(\.description).first
  }

  /// Whether the service names a parameter, whatever its case.
  public func accepts(_ name: String) -> Bool {
    inputs.contains { $0.name.uppercased() == name.uppercased() }
  }
}
