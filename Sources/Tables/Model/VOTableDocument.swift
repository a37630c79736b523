/// A VOTable document (VOTable 1.4 §3).
public struct VOTableDocument: Sendable {
  /// The version, as the document states it, such as `1.4`.
  public var version: String?
  /// The XML ID.
  public var id: String?
  /// What it is, in words.
  public var description: String?
  /// Remarks of the document itself.
  public var infos: [Info]
  /// Celestial reference systems of the document itself.
  public var coosys: [CoordinateSystem]
  /// Time systems of the document itself.
  public var timesys: [TimeSystem]
  /// Parameters of the document itself.
  public var parameters: [Parameter]
  /// Groups of the document itself.
  public var groups: [Group]
  /// The resources.
  public var resources: [Resource]
  /// What the reader had to guess, repair or drop.
  public var diagnostics: [Diagnostic]
  /// Whether rows are missing: the document or a stream in it broke off, or the server reported an error late.
  public var isPartial: Bool
  /// The status that stood last in the document that was read.
  var statusRead: QueryStatus?

  /// Makes a document.
  public init(
    resources: [Resource] = [], description: String? = nil, infos: [Info] = [],
    coosys: [CoordinateSystem] = [],
    timesys: [TimeSystem] = [], parameters: [Parameter] = [], groups: [Group] = []
  ) {
    self.resources = resources
    self.description = description
    self.infos = infos
    self.coosys = coosys
    self.timesys = timesys
    self.parameters = parameters
    self.groups = groups
    self.diagnostics = []
    self.isPartial = false
  }

  /// A document of one table as the results of a query.
  public init(
    table: Table, status: QueryStatus? = nil, infos: [Info] = [], coosys: [CoordinateSystem] = [],
    timesys: [TimeSystem] = []
  ) {
    var infos = infos
    switch status {
    case .ok: infos.insert(Info(name: "QUERY_STATUS", value: "OK"), at: 0)
    case .overflow: infos.append(Info(name: "QUERY_STATUS", value: "OVERFLOW", followsData: true))
    case .error(let message):
      infos.append(Info(name: "QUERY_STATUS", value: "ERROR", text: message, followsData: true))
    case nil: break
    }
    self.init(resources: [
      Resource(type: "results", infos: infos, coosys: coosys, timesys: timesys, tables: [table])
    ])
  }

  /// All resources at any depth, in document order.
  public var allResources: [Resource] { resources.flatMap(\.flattened) }

  /// All tables, in document order.
  public var tables: [Table] { allResources.flatMap(\.tables) }

  /// The result: the first table of the first RESOURCE of type `results` that has one, at any depth; without such
  /// a resource the first table of all but those of type `meta`.
  public var results: Table? { resultsResource?.tables.first }

  /// The resource that holds ``results``.
  public var resultsResource: Resource? {
    let all = allResources
    for resource in all where resource.type?.lowercased() == "results" {
      if let found = resource.flattened.first(where: { !$0.tables.isEmpty && $0.type?.lowercased() != "meta" }
      ) {
        return found
      }
    }
    return all.first { !$0.tables.isEmpty && $0.type?.lowercased() != "meta" }
      ?? all.first { !$0.tables.isEmpty }
  }

  /// How the query ended: the last status in the document; `nil` where there is none.
  ///
  /// Looked for at the root, in the resources and in the tables (DALI 1.1 §4.4: a status behind the table overrules
  /// the one before it); also the INFO or PARAM named `Error` of the Simple Cone Search.
  public var queryStatus: QueryStatus? {
    if let statusRead { return statusRead }
    let remarks =
      infos
      + allResources.filter { $0.type?.lowercased() != "meta" }
      .flatMap { $0.infos + $0.tables.flatMap(\.infos) }
    let ordered = remarks.filter { !$0.followsData } + remarks.filter(\.followsData)
    let hasRows = tables.contains { $0.rowCount > 0 }
    return ordered.filter { !hasRows || $0.name.lowercased() != "error" }.compactMap(QueryStatus.init).last
  }

  /// The result, or the reason why there is none.
  ///
  /// - Throws: `VOT-10` with the server's message where the query failed; `VOT-09` where there is no table.
  public func requireResults() throws(TableError) -> Table {
    if let table = results { return table }
    if case .error(let message) = queryStatus { throw DiagnosticCode.serverError.error(message) }
    throw DiagnosticCode.noTable.error("the document holds no TABLE")
  }
}

extension QueryStatus {
  /// The status that an INFO states, if it does.
  init?(_ info: Info) {
    let name = info.name.lowercased()
    let message = info.text.isEmpty ? info.value : info.text
    if name == "error" {
      self = .error(message)
      return
    }
    guard name == "query_status" else { return nil }
    switch info.value.uppercased().filter({ !$0.isWhitespace }) {
    case "OK", "EMPTY", "COMPLETED": self = .ok
    case "OVERFLOW": self = .overflow
    case "ERROR": self = .error(info.text.isEmpty ? "the server gives no reason" : info.text)
    default: return nil
    }
  }
}
