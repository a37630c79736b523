/// A column while its cells come in, one row after another; plain old data.
///
/// The cell functions of the serialisations stand in extensions. Each appends exactly one cell.
struct ColumnSink {
  let layout: ColumnLayout
  var rows = 0
  var values = RawBuffer()
  var textEnds = RawBuffer()
  var rowEnds = RawBuffer()
  var nulls = RawBuffer()
  var elementNulls = RawBuffer()

  /// The declared null of an integer column.
  var nullInteger: Int64 = 0
  var hasNullInteger = false
  /// The declared null of a floating-point column.
  var nullDouble: Double = .nan
  var hasNullDouble = false
  /// The declared null of a text column, as bytes.
  var nullText = RawBuffer()
  /// Whether an empty string is a null (TABLEDATA and BINARY have no other way to say it).
  var emptyTextIsNull = true
  /// Whether text longer than its declared length is worth a word: char without arraysize.
  var isSingleCharacter = false

  init(_ field: Field) {
    layout = ColumnLayout(field)
    isSingleCharacter = field.datatype.isText && field.arraysize.isScalar
    guard let null = field.nullValue, !null.isEmpty else { return }
    let bytes = Array(null.utf8)
    bytes.withUnsafeBufferPointer { pointer in
      guard let start = pointer.baseAddress else { return }
      switch layout.kind {
      case .text:
        nullText.append(start, pointer.count)
      case .float, .double:
        if case .value(let number) = NumberText.double(start, pointer.count), !number.isNaN {
          nullDouble = layout.kind == .float ? Double(Float(number)) : number
          hasNullDouble = true
        }
      case .boolean: break
      default:
        if case .value(let number) = NumberText.integer(start, pointer.count) {
          nullInteger = number
          hasNullInteger = true
        }
      }
    }
  }

  /// The number of elements so far.
  @inline(__always)
  var elementCount: Int {
    layout.kind == .text ? textEnds.count >> 3 : values.count / layout.kind.size
  }

  /// Ends a cell: notes where it ends and, if so, that it is null.
  @inline(__always)
  mutating func endCell(isNull: Bool = false) {
    if layout.perRow < 0 { rowEnds.append(elementCount) }
    if isNull { nulls.setBit(rows) }
    rows += 1
  }

  /// Ends a string.
  @inline(__always)
  mutating func endText() { textEnds.append(values.count) }

  /// Appends a null cell.
  @inline(never)
  mutating func appendNull() {
    if layout.perRow > 0 {
      if layout.kind == .text {
        for _ in 0..<layout.perRow { endText() }
      } else {
        for _ in 0..<layout.perRow { appendPlaceholder() }
      }
    }
    endCell(isNull: true)
  }

  /// Appends the element that stands in memory for a null.
  @inline(__always)
  mutating func appendPlaceholder() {
    switch layout.kind {
    case .boolean, .bit, .byte: values.append(UInt8(0))
    case .short: values.append(Int16(0))
    case .int: values.append(Int32(0))
    case .long: values.append(Int64(0))
    case .float: values.append(Float.nan)
    case .double: values.append(Double.nan)
    case .text: endText()
    }
  }

  /// Appends an integer element, which must fit its type.
  @inline(__always)
  mutating func appendInteger(_ value: Int64) {
    switch layout.kind {
    case .boolean, .bit, .byte: values.append(UInt8(truncatingIfNeeded: value))
    case .short: values.append(Int16(truncatingIfNeeded: value))
    case .int: values.append(Int32(truncatingIfNeeded: value))
    case .long: values.append(value)
    case .float: values.append(Float(value))
    case .double: values.append(Double(value))
    case .text: endText()
    }
  }

  /// Whether an integer fits the element type.
  @inline(__always)
  func fits(_ value: Int64) -> Bool {
    switch layout.kind {
    case .bit, .boolean: value == 0 || value == 1
    case .byte: value >= 0 && value <= 255
    case .short: value >= Int64(Int16.min) && value <= Int64(Int16.max)
    case .int: value >= Int64(Int32.min) && value <= Int64(Int32.max)
    default: true
    }
  }

  /// Takes back the rows from `row` on, as if they had never come.
  mutating func truncate(toRows row: Int) {
    guard row < rows else { return }
    let elements: Int
    if layout.perRow >= 0 {
      elements = row * layout.perRow
    } else {
      elements = row == 0 ? 0 : rowEnds.load(row - 1, as: Int.self)
      rowEnds.truncate(to: row * MemoryLayout<Int>.size)
    }
    if layout.kind == .text {
      values.truncate(to: elements == 0 ? 0 : textEnds.load(elements - 1, as: Int.self))
      textEnds.truncate(to: elements * MemoryLayout<Int>.size)
    } else {
      values.truncate(to: elements * layout.kind.size)
    }
    nulls.clearBits(from: row)
    elementNulls.clearBits(from: elements)
    rows = row
  }

  /// Bytes of memory in use.
  var memory: Int { values.count + textEnds.count + rowEnds.count + nulls.count + elementNulls.count }

  /// Starts over with fresh memory; the old is someone else's now.
  mutating func forget() {
    values = RawBuffer()
    textEnds = RawBuffer()
    rowEnds = RawBuffer()
    nulls = RawBuffer()
    elementNulls = RawBuffer()
    rows = 0
  }

  /// Frees all memory.
  mutating func deallocate() {
    values.deallocate()
    textEnds.deallocate()
    rowEnds.deallocate()
    nulls.deallocate()
    elementNulls.deallocate()
    nullText.deallocate()
  }
}
