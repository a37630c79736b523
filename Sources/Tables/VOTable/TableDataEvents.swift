/// The rows of TABLEDATA from XML events: TR, TD and their text.
final class TableDataEvents {
  private let table: TableBuilder
  private let limits: ReaderLimits
  private var depth = 0
  private var column = -1
  private var text: [UInt8] = [0]
  private var isBase64 = false

  init(_ table: TableBuilder, limits: ReaderLimits) {
    self.table = table
    self.limits = limits
  }

  func start(_ name: String, attributes: () -> [String: String]) {
    depth += 1
    switch (depth, name) {
    case (1, "TR"):
      column = 0
    case (2, "TD") where column >= 0:
      text.removeAll(keepingCapacity: true)
      isBase64 = attributes()["encoding"]?.lowercased() == "base64"
    default:
      table.log.note(.unknownElement, "<\(name)> in the table data", row: table.totalRows, group: name)
    }
  }

  func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard depth >= 2 else {
      if bytes.contains(where: { !NumberText.isBlank($0) }) {
        table.log.note(
          .strayText, "`\(TableBuilder.excerpt(bytes))` outside of any cell", row: table.totalRows)
      }
      return
    }
    text.append(contentsOf: bytes)
    if text.count > limits.cellBytes {
      table.log.fail(
        DiagnosticCode.tooLarge.error("a cell is longer than \(limits.cellBytes) bytes", row: table.totalRows)
      )
      text.removeAll()
    }
  }

  func end(_ name: String) {
    depth -= 1
    if depth == 1, name == "TD" { endCell() }
    if depth == 0, name == "TR" { endRow() }
  }

  private func endCell() {
    guard column >= 0 else { return }  // not in a row
    guard column < table.columnCount else {
      column += 1
      return
    }
    if isBase64 { decodeText() }
    text.append(0)
    text.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let issue =
        isBase64
        ? table.sinks[column].appendDecoded(start, buffer.count - 1)
        : table.sinks[column].appendText(start, buffer.count - 1)
      if issue != .none {
        table.note(issue, column: column, text: UnsafeBufferPointer(start: start, count: buffer.count - 1))
      }
    }
    column += 1
  }

  private func decodeText() {
    guard let decoded = Base64Decoder.decode(text) else {
      table.log.note(.badBase64, "a cell that is no base64: its text is kept", row: table.totalRows)
      return
    }
    text = decoded
  }

  private func endRow() {
    if column >= 0 { table.endRow(cells: column) }
    column = -1
  }

  /// Ends the rows; one that has not ended is taken back.
  func finish() {
    table.abandonRow()
    column = -1
  }
}

extension Base64Decoder {
  /// The bytes of a whole text, `nil` where it is no base64.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var decoder = Base64Decoder()
    var output = RawBuffer()
    defer { output.deallocate() }
    text.withUnsafeBufferPointer { decoder.decode($0, into: &output) }
    guard !decoder.isBroken else { return nil }
    return Array(UnsafeRawBufferPointer(start: output.base, count: output.count))
  }
}
