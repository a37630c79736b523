/// The values of a column, once they are all there; never changed, so any thread may read it.
final class ColumnStorage: @unchecked Sendable {
  let layout: ColumnLayout
  let rowCount: Int
  /// The elements one after another, or the bytes of all strings (UTF-8).
  let values: RawBuffer
  /// Where each string ends in `values`, as `Int`.
  let textEnds: RawBuffer
  /// Where the elements of each row end, as `Int`; empty where every row has `layout.perRow` of them.
  let rowEnds: RawBuffer
  /// A bit for each row that is null; may end early.
  let nulls: RawBuffer
  /// A bit for each element that is null; may end early.
  let elementNulls: RawBuffer

  /// Takes over the memory of a sink.
  init(taking sink: inout ColumnSink) {
    layout = sink.layout
    rowCount = sink.rows
    values = sink.values
    textEnds = sink.textEnds
    rowEnds = sink.rowEnds
    nulls = sink.nulls
    elementNulls = sink.elementNulls
    sink.forget()
  }

  deinit {
    var buffers = (values, textEnds, rowEnds, nulls, elementNulls)
    buffers.0.deallocate()
    buffers.1.deallocate()
    buffers.2.deallocate()
    buffers.3.deallocate()
    buffers.4.deallocate()
  }

  /// The elements of a row.
  @inline(__always)
  func elements(_ row: Int) -> Range<Int> {
    precondition(row >= 0 && row < rowCount, "row out of range")
    if layout.perRow >= 0 { return row * layout.perRow..<(row + 1) * layout.perRow }
    let start = row == 0 ? 0 : rowEnds.load(row - 1, as: Int.self)
    return start..<rowEnds.load(row, as: Int.self)
  }

  /// The bytes of a string.
  @inline(__always)
  func textRange(_ element: Int) -> Range<Int> {
    let start = element == 0 ? 0 : textEnds.load(element - 1, as: Int.self)
    return start..<textEnds.load(element, as: Int.self)
  }

  /// The bytes of a string.
  @inline(__always)
  func text(_ element: Int) -> UnsafeRawBufferPointer {
    let range = textRange(element)
    return UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(start: values.base, count: values.count)[range])
  }

  /// A number as `Double`; nulls are not looked at.
  @inline(__always)
  func number(_ element: Int) -> Double {
    switch layout.kind {
    case .boolean, .bit, .byte: Double(values.load(element, as: UInt8.self))
    case .short: Double(values.load(element, as: Int16.self))
    case .int: Double(values.load(element, as: Int32.self))
    case .long: Double(values.load(element, as: Int64.self))
    case .float: Double(values.load(element, as: Float.self))
    case .double: values.load(element, as: Double.self)
    case .text: .nan
    }
  }

  /// An integer; floating-point columns and text give `nil`, nulls are not looked at.
  @inline(__always)
  func integer(_ element: Int) -> Int? {
    switch layout.kind {
    case .boolean, .bit, .byte: Int(values.load(element, as: UInt8.self))
    case .short: Int(values.load(element, as: Int16.self))
    case .int: Int(values.load(element, as: Int32.self))
    case .long: Int(values.load(element, as: Int64.self))
    case .float, .double, .text: nil
    }
  }

  /// Bytes of memory held.
  var memory: Int {
    values.capacity + textEnds.capacity + rowEnds.capacity + nulls.capacity + elementNulls.capacity
  }
}
