/// The rows of a CSV text as ranges of its bytes.
struct CSVCells {
  /// A cell: where its text stands, and how.
  struct Cell {
    var range: Range<Int>
    /// Whether it stood in quotation marks.
    var isQuoted: Bool
    /// Whether it holds doubled quotation marks.
    var isEscaped: Bool

    var isEmpty: Bool { range.isEmpty && !isQuoted }
  }

  private let text: [UInt8]
  private let separator: UInt8
  private var position = 0
  /// The line that the last row ended on, from 1.
  private(set) var line = 0

  init(_ text: [UInt8], separator: UInt8) {
    self.text = text
    self.separator = separator
  }

  /// The text of a cell.
  func bytes(of cell: Cell) -> [UInt8] {
    guard cell.isEscaped else { return Array(text[cell.range]) }
    var plain: [UInt8] = []
    var isSecond = false
    for byte in text[cell.range] {
      if byte == 0x22, !isSecond {
        isSecond = true
        plain.append(byte)
        continue
      }
      if byte != 0x22 || !isSecond { plain.append(byte) }
      isSecond = false
    }
    return plain
  }

  /// The cells of the next row, `nil` at the end.
  mutating func nextRow(limit: Int) throws(TableError) -> [Cell]? {
    guard position < text.count else { return nil }
    line += 1
    var cells: [Cell] = []
    if limit < .max { cells.reserveCapacity(limit) }
    while true {
      cells.append(try nextCell())
      guard position < text.count else { return cells }
      let byte = text[position]
      position += 1
      if byte == separator {
        guard position == text.count else { continue }
        cells.append(Cell(range: position..<position, isQuoted: false, isEscaped: false))
        return cells
      }
      if byte == 0x0D, position < text.count, text[position] == 0x0A { position += 1 }
      return cells
    }
  }

  private mutating func nextCell() throws(TableError) -> Cell {
    if position < text.count, text[position] == 0x22 { return try quotedCell() }
    let start = position
    while position < text.count {
      let byte = text[position]
      if byte == separator || byte == 0x0A || byte == 0x0D { break }
      position += 1
    }
    return Cell(range: start..<position, isQuoted: false, isEscaped: false)
  }

  private mutating func quotedCell() throws(TableError) -> Cell {
    let opening = line
    position += 1
    let start = position
    var isEscaped = false
    while position < text.count {
      if text[position] == 0x0A { line += 1 }
      guard text[position] == 0x22 else {
        position += 1
        continue
      }
      if position + 1 < text.count, text[position + 1] == 0x22 {
        isEscaped = true
        position += 2
        continue
      }
      let end = position
      position += 1
      while position < text.count, text[position] != separator, text[position] != 0x0A, text[position] != 0x0D
      {
        guard text[position] == 0x20 else {
          throw TableError(code: "CSV-03", message: "text behind a closing quotation mark", line: line)
        }
        position += 1
      }
      return Cell(range: start..<end, isQuoted: true, isEscaped: isEscaped)
    }
    throw TableError(code: "CSV-03", message: "a quotation mark is never closed", line: opening)
  }
}
