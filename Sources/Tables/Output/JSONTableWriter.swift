/// Writes tables as JSON.
///
/// One object: `name`, `fields` (an array of objects with `name`, `datatype` and, where given, `arraysize`, `unit`,
/// `ucd`, `utype`, `xtype`, `id`, `description`), `parameters` (the same with `value`), `rows` (an array of arrays in
/// the order of the fields) and, for a document, `status`, `partial` and `diagnostics`. A null is `null`, arrays are
/// arrays, complex numbers pairs; NaN inside of an array is `null`, infinities are the strings `"Infinity"` and
/// `"-Infinity"`.
public struct JSONTableWriter: Sendable {
  /// Makes a writer.
  public init() {}

  /// The table as JSON, in UTF-8.
  public func bytes(of table: Table) -> [UInt8] {
    var out = ByteWriter()
    out.write("{")
    members(of: table, rows: true, to: &out)
    out.write("}\n")
    return out.bytes
  }

  /// The results of a document as JSON, in UTF-8, with its status and its diagnostics.
  ///
  /// - Parameter rows: Whether the rows are written too.
  public func bytes(of document: VOTableDocument, rows: Bool = true) -> [UInt8] {
    var out = ByteWriter()
    out.write("{")
    if let table = document.results {
      members(of: table, rows: rows, to: &out)
    } else {
      out.write("\"fields\":[]")
    }
    switch document.queryStatus {
    case .ok: out.write(",\"status\":\"OK\"")
    case .overflow: out.write(",\"status\":\"OVERFLOW\"")
    case .error(let message):
      out.write(",\"status\":\"ERROR\",\"message\":")
      Self.string(message, to: &out)
    case nil: break
    }
    out.write(",\"partial\":\(document.isPartial),\"diagnostics\":[")
    for (index, diagnostic) in document.diagnostics.enumerated() {
      if index > 0 { out.write(",") }
      self.diagnostic(diagnostic, to: &out)
    }
    out.write("]}\n")
    return out.bytes
  }

  private func diagnostic(_ diagnostic: Diagnostic, to out: inout ByteWriter) {
    out.write(
      "{\"code\":\"\(diagnostic.code)\",\"severity\":\"\(diagnostic.severity.rawValue)\",\"message\":")
    Self.string(diagnostic.message, to: &out)
    if let line = diagnostic.line { out.write(",\"line\":\(line)") }
    if let row = diagnostic.row { out.write(",\"row\":\(row)") }
    if let column = diagnostic.column {
      out.write(",\"column\":")
      Self.string(column, to: &out)
    }
    out.write(",\"count\":\(diagnostic.count)}")
  }

  private func members(of table: Table, rows: Bool, to out: inout ByteWriter) {
    if let name = table.name {
      out.write("\"name\":")
      Self.string(name, to: &out)
      out.write(",")
    }
    out.write("\"fields\":[")
    for (index, column) in table.columns.enumerated() {
      out.write(index > 0 ? ",{" : "{")
      field(column.field, to: &out)
      out.write("}")
    }
    out.write("],\"parameters\":[")
    for (index, parameter) in table.parameters.enumerated() {
      out.write(index > 0 ? ",{" : "{")
      field(parameter.field, to: &out)
      out.write(",\"value\":")
      cell(parameter.constant, 0, to: &out)
      out.write("}")
    }
    out.write("]")
    guard rows else {
      out.write(",\"rowCount\":\(table.rowCount)")
      return
    }
    out.write(",\"rows\":[")
    for row in 0..<(table.columns.isEmpty ? 0 : table.rowCount) {
      out.write(row > 0 ? ",\n[" : "\n[")
      for (index, column) in table.columns.enumerated() {
        if index > 0 { out.write(",") }
        cell(column, row, to: &out)
      }
      out.write("]")
    }
    out.write("]")
  }

  private func field(_ field: Field, to out: inout ByteWriter) {
    let size = field.arraysize.isScalar ? nil : field.arraysize.description
    let members: [(String, String?)] = [
      ("name", field.name), ("datatype", field.datatype.rawValue), ("arraysize", size), ("unit", field.unit),
      ("ucd", field.ucd), ("utype", field.utype), ("xtype", field.xtype), ("id", field.id),
      ("description", field.description),
    ]
    var isFirst = true
    for (name, value) in members {
      guard let value else { continue }
      if !isFirst { out.write(",") }
      isFirst = false
      out.write("\"\(name)\":")
      Self.string(value, to: &out)
    }
  }

  private func cell(_ column: Column, _ row: Int, to out: inout ByteWriter) {
    let storage = column.storage
    if column.isNull(row) {
      out.write("null")
      return
    }
    let elements = storage.elements(row)
    if storage.layout.perRow == 1 {
      element(storage, elements.lowerBound, to: &out)
      return
    }
    let step = storage.layout.components
    if step == 2, storage.layout.perRow == 2 {
      pair(storage, elements.lowerBound, to: &out)
      return
    }
    out.write("[")
    var isFirst = true
    for index in stride(from: elements.lowerBound, to: elements.upperBound, by: step) {
      if !isFirst { out.write(",") }
      isFirst = false
      if step == 2 { pair(storage, index, to: &out) } else { element(storage, index, to: &out) }
    }
    out.write("]")
  }

  private func pair(_ storage: ColumnStorage, _ index: Int, to out: inout ByteWriter) {
    out.write("[")
    element(storage, index, to: &out)
    out.write(",")
    element(storage, index + 1, to: &out)
    out.write("]")
  }

  private func element(_ storage: ColumnStorage, _ index: Int, to out: inout ByteWriter) {
    if storage.elementNulls.bit(index) {
      out.write("null")
      return
    }
    switch storage.layout.kind {
    case .text: Self.string(storage.text(index), to: &out)
    case .boolean: out.write(storage.values.load(index, as: UInt8.self) != 0 ? "true" : "false")
    case .float, .double:
      let value = storage.number(index)
      if value.isNaN {
        out.write("null")
      } else if value.isInfinite {
        out.write(value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
      } else {
        out.element(of: storage, index, null: "null")
      }
    default: out.element(of: storage, index, null: "null")
    }
  }

  /// Appends a string in quotes (RFC 8259 §7).
  static func string(_ text: String, to out: inout ByteWriter) {
    var text = text
    text.withUTF8 { string(UnsafeRawBufferPointer($0), to: &out) }
  }

  private static func string(_ text: UnsafeRawBufferPointer, to out: inout ByteWriter) {
    let hexadecimal = Array("0123456789abcdef".utf8)
    out.bytes.append(0x22)
    for byte in text {
      switch byte {
      case 0x22, 0x5C:
        out.bytes.append(0x5C)
        out.bytes.append(byte)
      case 0x0A: out.write("\\n")
      case 0x09: out.write("\\t")
      case 0x0D: out.write("\\r")
      case 0..<0x20:
        out.write("\\u00")
        out.bytes.append(hexadecimal[Int(byte >> 4)])
        out.bytes.append(hexadecimal[Int(byte & 15)])
      default: out.bytes.append(byte)
      }
    }
    out.bytes.append(0x22)
  }
}
