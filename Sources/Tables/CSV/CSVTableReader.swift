import Glibc

/// Reads tables of text: comma-separated values (RFC 4180), also with tabs, semicolons or bars.
///
/// The first line holds the names. A column becomes `long` where every cell is an integer, `double` where every one
/// is a number, `boolean` where every one is `true` or `false`, else text; empty cells and words such as `null` are
/// null and do not count. Integers with leading zeros (`007`) are text.
public struct CSVTableReader: Sendable {
  /// The character between cells; `nil` for the one that the first line tells.
  public var separator: Character?
  /// Whether the first line holds the names; without it columns are `col1`, `col2` and so on.
  public var hasNames: Bool

  /// Makes a reader.
  public init(separator: Character? = nil, hasNames: Bool = true) {
    self.separator = separator
    self.hasNames = hasNames
  }

  /// Reads a table from memory; a byte order mark is skipped, bytes that are no UTF-8 are taken for Windows-1252.
  ///
  /// - Throws: `CSV-01` for an empty text, `CSV-02` for a row of another length, `CSV-03` for an open quotation,
  ///   `CSV-04` for bytes that are no text.
  public func read(bytes: [UInt8]) throws(TableError) -> Table {
    var bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if bytes.prefix(4096).contains(0) {
      throw TableError(code: "CSV-04", message: "the file is binary, not text")
    }
    var cells = CSVCells(bytes, separator: separator?.asciiValue ?? Self.guess(bytes))
    guard var first = try cells.nextRow(limit: .max) else {
      throw TableError(code: "CSV-01", message: "the file is empty")
    }
    var names = (1...first.count).map { "col\($0)" }
    var sinks: [ColumnSink] = names.map { ColumnSink(.text($0)) }
    defer { for index in sinks.indices { sinks[index].deallocate() } }
    if hasNames {
      names = first.enumerated().map { index, name in
        let text = String(decoding: cells.bytes(of: name), as: UTF8.self).trimmed
        return text.isEmpty ? "col\(index + 1)" : text
      }
      first = []
    }
    while true {
      let row: [CSVCells.Cell]
      if !first.isEmpty {
        row = first
        first = []
      } else {
        guard let next = try cells.nextRow(limit: names.count) else { break }
        row = next
      }
      if row.count != names.count {
        if row.count == 1, row[0].isEmpty { continue }  // a blank line
        throw TableError(
          code: "CSV-02", message: "\(row.count) cells for \(names.count) columns", line: cells.line)
      }
      for (index, cell) in row.enumerated() {
        let text = cells.bytes(of: cell)
        text.withUnsafeBufferPointer { buffer in
          if let start = buffer.baseAddress {
            _ = TextRepair.append(start, buffer.count, to: &sinks[index].values)
          }
        }
        sinks[index].endText()
        sinks[index].endCell(isNull: text.isEmpty && !cell.isQuoted)
      }
    }
    var columns: [Column] = []
    for index in names.indices {
      let text = Column(field: .text(names[index]), storage: ColumnStorage(taking: &sinks[index]))
      columns.append(CSVInference.typed(text))
    }
    return Table(columns: columns)
  }

  /// The separator that the first line tells: the most frequent of the four outside of quotations.
  private static func guess(_ bytes: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in bytes.prefix(1 << 16) {
      if byte == 0x22 { isQuoted.toggle() }
      if byte == 0x0A, !isQuoted { break }
      if !isQuoted, [0x2C, 0x09, 0x3B, 0x7C].contains(byte) { counts[byte, default: 0] += 1 }
    }
    let preference: [UInt8] = [0x2C, 0x09, 0x3B, 0x7C]
    return preference.max { counts[$0, default: 0] < counts[$1, default: 0] }.flatMap {
      counts[$0] == nil ? nil : $0
    }
      ?? 0x2C
  }
}
