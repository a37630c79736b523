/// Tables as aligned text, for a terminal.
public enum TableText {
  /// The table as text: names, units, a rule, rows.
  ///
  /// Numbers stand at the right, text at the left. Columns that do not fit the width are left out, and a last line
  /// says how many, as it says how many rows are not shown.
  ///
  /// - Parameters:
  ///   - width: Characters of a line; 0 for as many as it takes.
  ///   - rows: Rows to show at most.
  public static func format(_ table: Table, width: Int = 0, rows: Int = .max) -> String {
    let shown = min(table.rowCount, max(rows, 0))
    var lines = [String](repeating: "", count: shown + 3)
    var used = 0
    var columnsShown = 0
    for column in table.columns {
      let isNumber = !column.field.datatype.isText && column.field.arraysize.isScalar
      let unit = column.field.unit ?? ""
      var cells = [column.field.name, unit, ""]
      cells.reserveCapacity(shown + 3)
      for row in 0..<shown { cells.append(printable(column.string(row) ?? "")) }
      if width > 0 { cells = cells.map { shortened($0, to: max(min(width, 60), 8)) } }
      let breadth = cells.map(displayWidth).max() ?? 0
      let separator = columnsShown == 0 ? 0 : 2
      if width > 0, used + separator + breadth > width, columnsShown > 0 { break }
      cells[2] = String(repeating: "─", count: breadth)
      for (index, cell) in cells.enumerated() {
        if separator > 0 { lines[index] += "  " }
        let padding = String(repeating: " ", count: breadth - displayWidth(cell))
        lines[index] += isNumber ? padding + cell : cell + padding
      }
      used += separator + breadth
      columnsShown += 1
    }
    if table.columns.allSatisfy({ ($0.field.unit ?? "").isEmpty }) { lines.remove(at: 1) }
    var text = lines.map { trimmedEnd($0) + "\n" }.joined()
    var rest: [String] = []
    if shown < table.rowCount { rest.append("\(table.rowCount - shown) more rows") }
    if columnsShown < table.columns.count {
      rest.append("\(table.columns.count - columnsShown) more columns")
    }
    if !rest.isEmpty { text += "… " + rest.joined(separator: ", ") + "\n" }
    return text
  }

  private static func trimmedEnd(_ line: String) -> String {
    var end = line.endIndex
    while end > line.startIndex, line[line.index(before: end)] == " " { end = line.index(before: end) }
    return String(line[..<end])
  }

  /// Control characters would move the cursor: they are shown as `·`.
  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars { shown.unicodeScalars.append(isControl(scalar) ? "·" : scalar) }
    return shown
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0) || scalar.properties.isBidiControl
  }

  private static func shortened(_ text: String, to limit: Int) -> String {
    displayWidth(text) <= limit ? text : String(text.prefix(limit - 1)) + "…"
  }

  /// Places that a text takes on a terminal; characters of the East count two.
  private static func displayWidth(_ text: String) -> Int {
    text.reduce(0) { sum, character in
      guard let value = character.unicodeScalars.first?.value else { return sum }
      let isWide =
        (value >= 0x1100 && value <= 0x115F) || (value >= 0x2E80 && value <= 0xA4CF)
        || (value >= 0xAC00 && value <= 0xD7A3) || (value >= 0xF900 && value <= 0xFAFF)
        || (value >= 0xFE30 && value <= 0xFE6F) || (value >= 0xFF00 && value <= 0xFF60)
        || (value >= 0x1F300 && value <= 0x1FAFF) || (value >= 0x20000 && value <= 0x3FFFD)
      return sum + (isWide ? 2 : 1)
    }
  }
}
