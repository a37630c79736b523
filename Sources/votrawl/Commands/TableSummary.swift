import Tables

/// What a document holds, as text for people.
struct TableSummary {
  let document: VOTableDocument

  init(_ document: VOTableDocument) {
    self.document = document
  }

  var text: String {
    var lines: [String] = []
    if let version = document.version { lines.append("VOTable \(version)") }
    if let description = document.description { lines.append(Self.line(description)) }
    switch document.queryStatus {
    case .ok: lines.append("status OK")
    case .overflow: lines.append("status OVERFLOW: the server has more rows")
    case .error(let message): lines.append("status ERROR: \(Self.line(message))")
    case nil: break
    }
    let tables = document.tables
    for (index, table) in tables.enumerated() {
      if tables.count > 1 { lines.append("table \(index + 1) of \(tables.count)") }
      lines += Self.lines(of: table)
    }
    if tables.isEmpty { lines.append("no table") }
    return lines.joined(separator: "\n")
  }

  private static func lines(of table: Table) -> [String] {
    var lines: [String] = []
    if let name = table.name ?? table.id { lines.append("name \(name)") }
    if let description = table.description { lines.append(line(description)) }
    lines.append("\(table.rowCount) rows, \(table.columns.count) columns")
    let facts = Table(columns: [
      Column(.text("column"), strings: table.fields.map(\.name)),
      Column(
        .text("type"),
        strings: table.fields.map { field in
          field.arraysize.isScalar
            ? field.datatype.rawValue : "\(field.datatype.rawValue)[\(field.arraysize)]"
        }),
      Column(.text("unit"), strings: table.fields.map(\.unit)),
      Column(.text("null"), integers: table.columns.map { $0.nullCount == 0 ? nil : $0.nullCount }),
      Column(.text("UCD"), strings: table.fields.map(\.ucd)),
      Column(.text("utype"), strings: table.fields.map(\.utype)),
      Column(.text("description"), strings: table.fields.map { $0.description.map(line) }),
    ])
    lines.append(TableText.format(facts).trimmedLines)
    for parameter in table.parameters {
      let unit = parameter.field.unit.map { " \($0)" } ?? ""
      lines.append("\(parameter.name) = \(line(parameter.string ?? ""))\(unit)")
    }
    for info in table.infos { lines.append("INFO \(info.name): \(line(info.value))") }
    return lines
  }

  /// A text on one line.
  private static func line(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension String {
  /// The text without the line end at its end.
  fileprivate var trimmedLines: String { hasSuffix("\n") ? String(dropLast()) : self }
}
