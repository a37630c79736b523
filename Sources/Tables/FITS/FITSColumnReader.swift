import CCFITSIO
import Glibc

/// Reads one column of a FITS table, in blocks of rows.
struct FITSColumnReader {
  let file: CFITSIOFile
  let index: Int
  let rows: Int
  let field: Field
  let kind: FITSTableReader.Kind

  func read() throws(TableError) -> Column {
    var sink = ColumnSink(field)
    do throws(TableError) {
      switch kind {
      case .logical: try fill(&sink, TLOGICAL, CChar.self) { $0.values.append(UInt8($1 == 0 ? 0 : 1)) }
      case .bits: try fill(&sink, TBIT, CChar.self) { $0.values.append(UInt8($1 == 0 ? 0 : 1)) }
      case .bytes: try fill(&sink, TBYTE, UInt8.self) { $0.values.append($1) }
      case .shorts: try fill(&sink, TSHORT, Int16.self) { $0.values.append($1) }
      case .ints: try fill(&sink, TINT, Int32.self) { $0.values.append($1) }
      case .longs: try fill(&sink, TLONGLONG, Int64.self) { $0.values.append($1) }
      case .floats: try fill(&sink, complex ? TCOMPLEX : TFLOAT, Float.self) { $0.values.append($1) }
      case .doubles: try fill(&sink, complex ? TDBLCOMPLEX : TDOUBLE, Double.self) { $0.values.append($1) }
      case .text(let width): try fillText(&sink, width: width)
      }
    } catch {
      sink.deallocate()
      throw error
    }
    let column = Column(field: field, storage: ColumnStorage(taking: &sink))
    sink.deallocate()
    return column
  }

  /// Whether CFITSIO is to look for nulls: it would take an infinity for one, and NaN needs no looking for.
  private func looksForNulls() throws(TableError) -> Bool {
    let stored = abs(Int32(truncatingIfNeeded: try file.storedType(index)))
    return ![TFLOAT, TDOUBLE, TCOMPLEX, TDBLCOMPLEX].contains(stored)
  }

  private var complex: Bool { field.datatype.isComplex }

  private func fill<T: BitwiseCopyable>(
    _ sink: inout ColumnSink, _ type: Int32, _: T.Type, _ append: (inout ColumnSink, T) -> Void
  ) throws(TableError) {
    let perRow = sink.layout.perRow
    let looksForNulls = try looksForNulls()
    if perRow == 0 {
      for _ in 0..<rows { sink.endCell(isNull: true) }
      return
    }
    var row = 0
    while row < rows {
      let block = perRow > 0 ? min(rows - row, max(1, 65_536 / perRow)) : 1
      let count =
        perRow > 0 ? block * perRow : try file.arrayLength(index, row: row + 1) * sink.layout.components
      guard count < 1 << 31 else {
        throw TableError(code: "FIT-05", message: "column \(index): cell too large")
      }
      let values = UnsafeMutablePointer<T>.allocate(capacity: max(count, 1))
      let nulls = UnsafeMutablePointer<CChar>.allocate(capacity: max(count, 1))
      defer {
        values.deallocate()
        nulls.deallocate()
      }
      memset(nulls, 0, max(count, 1))
      try file.read(
        index, row: row + 1, count: count / sink.layout.components, type: type, into: values,
        nulls: looksForNulls ? nulls : nil)
      let isComplex = sink.layout.components == 2
      for cell in 0..<block {
        let length = perRow > 0 ? perRow : count
        var missing = 0
        for element in 0..<length {
          let position = cell * length + element
          if !isComplex, nulls[position] != 0 {
            sink.appendNullElement()
            missing += 1
          } else {
            append(&sink, values[position])
          }
        }
        sink.endCell(isNull: length > 0 && missing == length)
      }
      row += block
    }
  }

  private func fillText(_ sink: inout ColumnSink, width: Int) throws(TableError) {
    if sink.layout.perRow > 1 {
      let count = sink.layout.perRow
      for row in 0..<rows {
        try file.readStrings(index, row: row + 1, count: count, width: width) { append($0, to: &sink) }
        sink.endCell()
      }
      return
    }
    let isVariable = try file.storedType(index) < 0
    var row = 0
    while row < rows {
      let block = isVariable ? 1 : min(rows - row, max(1, 1_000_000 / (width + 1)))
      let length = isVariable ? try file.arrayLength(index, row: row + 1) : width
      if length == 0 {
        for _ in 0..<block { sink.appendNull() }
      } else {
        try file.readStrings(index, row: row + 1, count: block, width: length) { text in
          let start = sink.values.count
          append(text, to: &sink)
          sink.endCell(isNull: sink.values.count == start)
        }
      }
      row += block
    }
  }

  private func append(_ text: UnsafeMutablePointer<CChar>, to sink: inout ColumnSink) {
    var length = strlen(text)
    while length > 0, text[length - 1] == 32 { length -= 1 }
    text.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
      _ = TextRepair.append(bytes, length, to: &sink.values)
    }
    sink.endText()
  }
}
