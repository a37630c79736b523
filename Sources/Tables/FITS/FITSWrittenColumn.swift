import CCFITSIO

/// A column on its way into a FITS table.
struct FITSWrittenColumn {
  let field: Field
  /// The TFORM.
  let form: String
  /// The TNULL, where there are null integers.
  let nullInteger: Int64?
  /// The TDIM, for more than one axis.
  let shape: String?
  private let column: Column
  private let storage: ColumnStorage
  private let width: Int

  init(_ column: Column) {
    self.column = column
    let storage = column.storage
    self.storage = storage
    field = column.field
    let layout = storage.layout
    let letter =
      switch layout.kind {
      case .boolean: "L"
      case .bit: "X"
      case .byte: "B"
      case .short: "I"
      case .int: "J"
      case .long: "K"
      case .float: layout.components == 2 ? "C" : "E"
      case .double: layout.components == 2 ? "M" : "D"
      case .text: "A"
      }
    if layout.kind == .text {
      let strings = storage.textEnds.count >> 3
      let longest = max((0..<strings).reduce(0) { max($0, storage.textRange($1).count) }, 1)
      if layout.perRow == 1 {
        (form, shape, width) = ("\(longest)A", nil, longest)
      } else {
        // The strings of a cell one after another, each as wide as the longest of the column.
        let most = max((0..<storage.rowCount).reduce(0) { max($0, storage.elements($1).count) }, 1)
        (form, shape, width) = ("\(longest * most)A\(longest)", "(\(longest),\(most))", longest)
      }
    } else {
      width = 0
      form = layout.perRow >= 0 ? "\(layout.perRow / layout.components)\(letter)" : "1P\(letter)"
      let axes = column.field.arraysize
      shape =
        axes.fixedAxes.count > 1 && !axes.isVariable
        ? "(" + axes.fixedAxes.map(String.init).joined(separator: ",") + ")" : nil
    }
    let hasNull = column.hasNulls || storage.elementNulls.count > 0
    nullInteger =
      hasNull && field.datatype.isInteger
      ? field.nullValue.flatMap { Int64($0) } ?? WrittenColumn.unusedInteger(storage, field.datatype) : nil
  }

  func write(to file: CFITSIOFile, _ index: Int, rows: Int) throws(TableError) {
    switch storage.layout.kind {
    case .text: try writeText(to: file, index, rows)
    case .boolean:
      try write(to: file, index, rows, TLOGICAL, CChar.self) { CChar($0.values.load($1, as: UInt8.self)) }
    case .bit:
      try write(to: file, index, rows, TBIT, CChar.self) { CChar($0.values.load($1, as: UInt8.self)) }
    case .byte: try write(to: file, index, rows, TBYTE, UInt8.self) { $0.values.load($1, as: UInt8.self) }
    case .short: try write(to: file, index, rows, TSHORT, Int16.self) { $0.values.load($1, as: Int16.self) }
    case .int: try write(to: file, index, rows, TINT, Int32.self) { $0.values.load($1, as: Int32.self) }
    case .long: try write(to: file, index, rows, TLONGLONG, Int64.self) { $0.values.load($1, as: Int64.self) }
    case .float:
      let type = storage.layout.components == 2 ? TCOMPLEX : TFLOAT
      try write(to: file, index, rows, type, Float.self) { $0.values.load($1, as: Float.self) }
    case .double:
      let type = storage.layout.components == 2 ? TDBLCOMPLEX : TDOUBLE
      try write(to: file, index, rows, type, Double.self) { $0.values.load($1, as: Double.self) }
    }
  }

  private func write<T: BitwiseCopyable>(
    to file: CFITSIOFile, _ index: Int, _ rows: Int, _ type: Int32, _: T.Type,
    _ value: (ColumnStorage, Int) -> T
  ) throws(TableError) {
    let perRow = storage.layout.perRow
    guard perRow != 0 else { return }
    var row = 0
    while row < rows {
      let block = perRow > 0 ? min(rows - row, max(1, 65_536 / perRow)) : 1
      let elements = storage.elements(row).lowerBound..<storage.elements(row + block - 1).upperBound
      let buffer = elements.map { value(storage, $0) }
      try file.write(
        index, row: row + 1, count: elements.count / storage.layout.components, type: type, buffer)
      for cell in row..<row + block where needsNull(cell) { try writeNulls(to: file, index, cell) }
      row += block
    }
  }

  private func needsNull(_ row: Int) -> Bool {
    if storage.nulls.bit(row) { return storage.layout.kind != .bit }
    return storage.elementNulls.count > 0 && storage.elements(row).contains { storage.elementNulls.bit($0) }
  }

  private func writeNulls(to file: CFITSIOFile, _ index: Int, _ row: Int) throws(TableError) {
    let elements = storage.elements(row)
    for (place, element) in elements.enumerated()
    where storage.nulls.bit(row) || storage.elementNulls.bit(element) {
      if place % storage.layout.components == 0 {
        try file.writeNull(index, row: row + 1, element: place / storage.layout.components + 1)
      }
    }
  }

  private func writeText(to file: CFITSIOFile, _ index: Int, _ rows: Int) throws(TableError) {
    if storage.layout.perRow == 1 {
      var row = 0
      while row < rows {
        let block = min(rows - row, 4096)
        try file.write(
          index, row: row + 1,
          strings: (row..<row + block).map { String(decoding: storage.text($0), as: UTF8.self) })
        row += block
      }
      return
    }
    for row in 0..<rows {
      try file.write(index, row: row + 1, strings: column.strings(row))
    }
  }
}
