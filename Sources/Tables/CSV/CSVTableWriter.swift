/// Writes tables as comma-separated values (RFC 4180): a line of names, then the rows.
///
/// Null is an empty cell; a string that is empty but not null is `""`. Arrays have blanks between their elements.
public struct CSVTableWriter: Sendable {
  /// Makes a writer.
  public init() {}

  /// The table as CSV, in UTF-8, with LF line ends.
  public func bytes(of table: Table) -> [UInt8] {
    var out = ByteWriter()
    for (index, column) in table.columns.enumerated() {
      if index > 0 { out.write(",") }
      cell(Array(column.field.name.utf8), to: &out)
    }
    out.write("\n")
    for row in 0..<(table.columns.isEmpty ? 0 : table.rowCount) {
      for (index, column) in table.columns.enumerated() {
        if index > 0 { out.write(",") }
        if column.isNull(row) { continue }
        let storage = column.storage
        if storage.layout.kind != .text {
          out.cell(of: storage, row)
        } else if storage.layout.perRow == 1 {
          storage.text(row).withMemoryRebound(to: UInt8.self) { cell($0, to: &out) }
        } else {
          cell(Array((column.string(row) ?? "").utf8), to: &out)
        }
      }
      out.write("\n")
    }
    return out.bytes
  }

  private func cell(_ text: some Collection<UInt8>, to out: inout ByteWriter) {
    let needsQuotes =
      text.isEmpty || text.first == 0x20
      || text.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else {
      out.bytes.append(contentsOf: text)
      return
    }
    out.bytes.append(0x22)
    for byte in text {
      if byte == 0x22 { out.bytes.append(0x22) }
      out.bytes.append(byte)
    }
    out.bytes.append(0x22)
  }
}
