/// The columns of a binary table (FITS standard 4.0, section 7.3), found by name.
struct FITSTable {
  /// One column.
  struct Column {
    /// `TTYPEn`.
    let name: String
    /// Position among the columns, from 1.
    let number: Int
    /// Values per row; for a variable-length array 1.
    let repeats: Int
    /// Letter of the TFORM: `E`, `D`, `J` …, or `P`, `Q` for a variable-length array.
    let letter: Character
    /// Where the column starts in a row.
    let offset: Int
  }

  /// The unit the table is in.
  let unit: FITSFile.Unit
  /// The columns in the order of the file.
  let columns: [Column]
  /// Bytes per row.
  let rowSize: Int
  /// Number of rows.
  let rows: Int

  /// The table of a unit, or `nil` where it is none.
  /// - Throws: `damaged` where columns and row size contradict each other.
  init?(_ unit: FITSFile.Unit) throws(SpectrumError) {
    guard unit.kind == "BINTABLE", unit.axes.count == 2 else { return nil }
    rowSize = unit.axes[0]
    rows = unit.axes[1]
    let header = unit.header
    let count = header.integer("TFIELDS") ?? 0
    guard 0...999 ~= count else { throw SpectrumError(.damaged, "FITS table with an invalid TFIELDS") }
    var columns = [Column]()
    var offset = 0
    for number in 1..<(count + 1) {
      guard let (repeats, letter) = header.string("TFORM\(number)").flatMap(Self.form),
        let width = Self.width(repeats: repeats, letter: letter)
      else { throw SpectrumError(.damaged, "FITS table without a valid TFORM\(number)") }
      columns.append(
        Column(
          name: header.string("TTYPE\(number)") ?? "", number: number, repeats: repeats, letter: letter,
          offset: offset))
      offset += width
    }
    guard offset <= rowSize else {
      throw SpectrumError(.damaged, "FITS table whose columns are wider than its rows")
    }
    self.columns = columns
    self.unit = unit
  }

  /// The first column of one of these names, whatever their case, in the order of `names`.
  func column(_ names: String...) -> Column? {
    for name in names {
      if let column = columns.first(where: { $0.name.lowercased() == name.lowercased() }) { return column }
    }
    return nil
  }

  /// `rT` of a TFORM card.
  private static func form(_ text: String) -> (Int, Character)? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let letter = text.dropFirst(digits.count).first, digits.count <= 9 else { return nil }
    return (digits.isEmpty ? 1 : Int(digits) ?? 1, letter)
  }

  private static func width(repeats: Int, letter: Character) -> Int? {
    switch letter {
    case "L", "A", "B": repeats
    case "X": (repeats + 7) / 8
    case "I": 2 * repeats
    case "J", "E": 4 * repeats
    case "K", "D", "C", "P": 8 * repeats
    case "M", "Q": 16 * repeats
    default: nil
    }
  }
}

extension FITSFile {
  /// Number of values a column holds for a spectrum: rows, or the elements of its only row.
  func length(of column: FITSTable.Column, in table: FITSTable) throws(SpectrumError) -> Int {
    guard table.rows == 1 else { return table.rows }
    guard column.letter == "P" || column.letter == "Q" else { return column.repeats }
    try demandData(of: table.unit)
    return try CFITSIOFile.elements(source.all(), unit: table.unit.index, column: column.number)
  }

  /// Values `range` of a column: a row each, or the elements of the only row.
  func values(
    _ column: FITSTable.Column, of table: FITSTable, _ range: Range<Int>
  ) throws(SpectrumError) -> [Double] {
    try demandData(of: table.unit)
    let isVector = table.rows == 1
    let header = table.unit.header
    guard !usesCFITSIO, let type = FITSValue(letter: column.letter) else {
      return try CFITSIOFile.column(
        source.all(), unit: table.unit.index, column: column.number,
        row: isVector ? 1 : range.lowerBound + 1, element: isVector ? range.lowerBound + 1 : 1,
        count: range.count)
    }
    guard range.lowerBound >= 0, range.upperBound <= (isVector ? column.repeats : table.rows),
      column.repeats > 0
    else { throw SpectrumError(.damaged, "FITS column \(column.name) has no values \(range)") }
    if case .parts(let parts) = source { try parts.select(FITSExcerpt(table: table, pixels: range)) }
    let stride = isVector ? type.size : table.rowSize
    let start = table.unit.dataOffset + column.offset + range.lowerBound * stride
    let end = range.isEmpty ? start : start + (range.count - 1) * stride + type.size
    return type.decode(
      try source.bytes(start..<end), count: range.count, stride: stride,
      scale: header.double("TSCAL\(column.number)") ?? 1,
      zero: header.double("TZERO\(column.number)") ?? 0, null: header.integer("TNULL\(column.number)"))
  }
}
