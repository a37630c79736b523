/// Reads a VOTable as its bytes come in: elements into nodes, rows into columns.
final class DocumentParser: XMLEventHandler {
  /// Where the parser stands with regard to rows.
  enum Place {
    case structure, tableData, stream, skipped
  }

  let log: DiagnosticLog
  let limits: ReaderLimits
  let mode: ReaderMode
  /// Told when so many rows have come, and at the end of the rows, so that batches can be handed on.
  var batchCame: ((TableBuilder, XMLNode, [XMLNode]) -> Void)?
  var batchRows = Int.max
  /// Opens what STREAM/@href names.
  var streamOpener: StreamOpener

  private(set) var root: XMLNode?
  private(set) var stack: [XMLNode] = []
  var place = Place.structure
  private(set) var builder: TableBuilder?
  var isPartial = false
  private(set) var status: QueryStatus?
  private(set) var fault: (message: String, line: Int)?
  private(set) var isRootClosed = false
  private var elements = 0
  private var rows: TableDataEvents?
  var binary: BinaryRows?
  var fits: FITSStream?
  var skipDepth = 0
  private var rootNamespace: String?
  /// The nulls of the VALUES that have an ID: others refer to them.
  private var knownNulls: [String: String] = [:]
  /// What an INFO or PARAM named Error says: an error if no rows come (Simple Cone Search 1.03 §2.3).
  private var errorRemark: String?
  private var hadBatches = false

  init(mode: ReaderMode, limits: ReaderLimits, base: String?) {
    self.mode = mode
    self.limits = limits
    log = DiagnosticLog(mode: mode)
    streamOpener = StreamOpener(base: base)
  }

  // MARK: Elements

  func startElement(_ name: String, namespace: String?, line: Int, attributes: () -> [String: String]) {
    log.line = line
    switch place {
    case .tableData:
      rows?.start(name, attributes: attributes)
      return
    case .stream, .skipped:
      skipDepth += 1
      return
    case .structure: break
    }
    if root == nil { rootNamespace = namespace }
    // Annotations of data models (MIVOT) stand in a block of their own, whatever their namespace.
    let isForeign =
      name == "VODML"
      || (namespace != nil && namespace != rootNamespace && namespace?.hasPrefix(Self.namespace) != true)
    let node = XMLNode(
      name: root == nil && name.uppercased() == "VOTABLE" ? "VOTABLE" : name, attributes: attributes(),
      line: line,
      isForeign: isForeign)
    elements += 1
    if elements > limits.elements || stack.count >= limits.depth {
      log.fail(DiagnosticCode.tooLarge.error("too many or too deep elements", line: line))
      return
    }
    if root == nil {
      guard node.name == "VOTABLE" else {
        log.fail(Self.otherRoot(name, line))
        return
      }
      root = node
      checkVersion(node)
    } else if stack.isEmpty {
      return
    } else {
      stack[stack.count - 1].children.append(node)
      if !isForeign, !Self.names.contains(name), !stack.contains(where: \.isForeign) {
        log.note(.unknownElement, "<\(name)> in <\(stack[stack.count - 1].name)>", group: name)
      }
    }
    stack.append(node)
    if !isForeign { begin(node) }
  }

  func endElement(_ name: String) {
    switch place {
    case .tableData:
      if name == "TABLEDATA" { endTableData() } else { rows?.end(name) }
      return
    case .stream, .skipped:
      if skipDepth > 0 {
        skipDepth -= 1
        return
      }
      endStream()
    case .structure: break
    }
    guard let node = stack.popLast() else { return }
    if !node.isForeign { end(node) }
    if stack.isEmpty { isRootClosed = true }
  }

  func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    switch place {
    case .tableData: rows?.characters(bytes)
    case .stream:
      guard skipDepth == 0 else { return }
      binary?.feed(base64: bytes)
      fits?.feed(base64: bytes)
    case .skipped: break
    case .structure:
      guard let node = stack.last else { return }
      node.text.append(contentsOf: bytes)
      if node.text.count > limits.cellBytes {
        log.fail(DiagnosticCode.tooLarge.error("the text of <\(node.name)> is too long", line: node.line))
      }
    }
  }

  func entityDeclaration(_ name: String, line: Int) {
    log.fail(
      DiagnosticCode.entityDeclared.error(
        "the document declares the entity `\(name)`; entities are not expanded",
        hint: "a VOTable needs none; if the source is trusted, expand them with another program", line: line))
  }

  func entityReference(_ name: String) {
    log.note(.unknownEntity, "`&\(name);` is kept as it is", group: name)
    Array("&\(name);".utf8).withUnsafeBufferPointer(characters)
  }

  func fault(_ message: String, line: Int, isFatal: Bool) {
    if isFatal, fault == nil { fault = (message, line) }
  }

  // MARK: Structure

  static let namespace = "http://www.ivoa.net/xml/VOTable"

  private static let names: Set<String> = [
    "VOTABLE", "RESOURCE", "TABLE", "FIELD", "PARAM", "INFO", "GROUP", "COOSYS", "TIMESYS", "LINK", "VALUES",
    "MIN",
    "MAX", "OPTION", "DESCRIPTION", "DATA", "TABLEDATA", "TR", "TD", "BINARY", "BINARY2", "FITS", "PARQUET",
    "STREAM",
    "DEFINITIONS", "FIELDref", "PARAMref", "VODML",
  ]

  private static func otherRoot(_ name: String, _ line: Int) -> TableError {
    DiagnosticCode.notVOTable.error(
      name.lowercased() == "html"
        ? "an HTML page instead of a VOTable" : "the document element is <\(name)>, not <VOTABLE>", line: line
    )
  }

  private func checkVersion(_ node: XMLNode) {
    guard let version = node["version"]?.trimmed else {
      log.note(.missingAttribute, "VOTABLE without version: read as the latest", group: "version")
      return
    }
    let known = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]
    if !known.contains(version.filter { $0 != "v" && $0 != "V" }) {
      log.note(.unknownVersion, "version `\(version)`: read as the latest")
    }
  }

  private func begin(_ node: XMLNode) {
    switch node.name {
    case "TABLEDATA":
      guard let builder = beginRows() else { return }
      rows = TableDataEvents(builder, limits: limits)
      place = .tableData
    case "STREAM":
      guard stack.count >= 2 else { return }
      beginStream(node, serialization: stack[stack.count - 2].name)
    default: break
    }
  }

  private func end(_ node: XMLNode) {
    switch node.name {
    case "FIELD", "PARAM": node.field = field(node)
    case "INFO": noteStatus(node)
    case "TABLE": endTable(node)
    default: break
    }
    if node.name == "PARAM" || node.name == "INFO", node["name"]?.lowercased() == "error" {
      errorRemark = node["value"] ?? node.content ?? node.description ?? "the server gives no reason"
    }
  }

  private func field(_ node: XMLNode) -> Field {
    var field = FieldFactory(log: log).field(node)
    if let values = field.values {
      if let id = values.id, let null = values.null { knownNulls[id] = null }
      if values.null == nil, let ref = values.ref { field.nullValue = knownNulls[ref] }
    }
    return field
  }

  private func noteStatus(_ node: XMLNode) {
    guard !stack.contains(where: { $0.name == "RESOURCE" && $0["type"]?.lowercased() == "meta" }) else {
      return
    }
    guard node["name"]?.lowercased() == "query_status" else { return }
    let info = Info(name: node["name"] ?? "", value: node["value"] ?? "", text: node.content ?? "")
    if let stated = QueryStatus(info) { status = stated }
  }

  // MARK: Rows

  /// The TABLE that is open, and the resources round it.
  var openTable: (XMLNode, [XMLNode])? {
    guard let index = stack.lastIndex(where: { $0.name == "TABLE" && !$0.isForeign }) else { return nil }
    return (stack[index], stack[..<index].filter { $0.name == "RESOURCE" })
  }

  func fieldsOfOpenTable() -> [Field]? {
    guard let (table, _) = openTable else { return nil }
    let own = table.all("FIELD").compactMap(\.field)
    if own.isEmpty, let ref = table["ref"], let root, let other = Self.find(ref, below: root) {
      return other.all("FIELD").compactMap(\.field)
    }
    return own
  }

  private static func find(_ id: String, below node: XMLNode) -> XMLNode? {
    if node["ID"] == id { return node }
    for child in node.children {
      if let found = find(id, below: child) { return found }
    }
    return nil
  }

  func beginRows() -> TableBuilder? {
    guard let fields = fieldsOfOpenTable(), let (table, _) = openTable else {
      log.note(.unknownElement, "table data outside of a TABLE")
      place = .skipped
      return nil
    }
    guard table.columns == nil, builder == nil else {
      log.note(.unknownElement, "a second DATA in a TABLE: ignored")
      place = .skipped
      return nil
    }
    let builder = TableBuilder(
      fields: fields, log: log, limits: limits, batchRows: batchCame == nil ? .max : batchRows
    ) { [unowned self] builder in deliver(builder) }
    self.builder = builder
    return builder
  }

  /// Hands on the rows that have come.
  private func deliver(_ builder: TableBuilder) {
    guard let batchCame, builder.rows > 0, let (table, resources) = openTable else { return }
    hadBatches = true
    batchCame(builder, table, resources)
  }

  /// Tells that rows are missing.
  func markPartial() { isPartial = true }

  private func endTableData() {
    rows?.finish()
    rows = nil
    place = .structure
    _ = stack.popLast()
    endRows()
  }

  func endRows() {
    guard let builder, let (table, _) = openTable else { return }
    deliver(builder)
    table.columns = builder.takeColumns()
    self.builder = nil
    if let declared = table["nrows"].flatMap({ Int($0.trimmed) }), declared != builder.rowsTaken {
      let advice = declared > builder.rowsTaken ? "; rows may be missing" : ""
      log.note(
        .rowCountDiffers, "nrows says \(declared), the table has \(builder.rowsTaken) rows\(advice)",
        column: nil, group: table["name"] ?? table["ID"] ?? "\(table.line)")
    }
  }

  private func endTable(_ node: XMLNode) {
    if node.columns == nil, let declared = node["nrows"].flatMap({ Int($0.trimmed) }), declared > 0,
      !isPartial
    {
      log.note(
        .rowCountDiffers, "nrows says \(declared), the table has no rows; rows may be missing",
        group: "\(node.line)")
    }
  }

  /// Tells that the compressed data are damaged or cut off.
  func damagedCompression() {
    log.note(.truncatedDocument, "the gzip data are damaged or cut off")
    markPartial()
  }

  /// Ends the document, also one that breaks off: whole rows are kept.
  func finish() {
    log.locate = nil
    if let fault, log.failure == nil {
      log.line = fault.line
      log.note(.malformed, fault.message)
      markPartial()
    }
    if !isRootClosed, root != nil {
      let open = stack.map { "<\($0.name)>" }.joined()
      log.note(.truncatedDocument, "the document ends inside \(open); whole rows are kept")
      markPartial()
    }
    breakOff()
    let hasRows = root.map { Self.hasRows($0) } == true || hadBatches
    if let errorRemark, !hasRows, status == nil { status = .error(errorRemark) }
    if case .error(let message) = status {
      log.line = nil
      log.note(.serverError, message)
      if hasRows { markPartial() }
    }
  }

  private static func hasRows(_ node: XMLNode) -> Bool {
    node.columns?.first.map { $0.rowCount > 0 } == true || node.children.contains { hasRows($0) }
  }

  private func breakOff() {
    builder?.abandonRow()
    rows = nil
    if let binary {
      _ = binary.finish()
      self.binary = nil
    }
    if builder != nil { endRows() }
    fits = nil
    place = .structure
    while let node = stack.popLast() {
      if node.name == "FIELD" || node.name == "PARAM", node.field == nil {
        node.field = field(node)
      }
    }
  }
}
