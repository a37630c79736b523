/// A column as a serialisation writes it: its field adapted to the values and to the rules of the version.
struct WrittenColumn {
  let field: Field
  private let storage: ColumnStorage
  private let column: Column
  private let layout: ColumnLayout
  /// What stands for a null integer, in the binary serialisations and inside of arrays.
  private let nullInteger: Int64
  private let nullText: String

  init(_ column: Column, version: VOTableVersion, serialization: VOTableSerialization) {
    var field = column.field
    self.column = column
    storage = column.storage
    if field.datatype.isText {
      Self.adaptText(&field, column, version, serialization)
    } else {
      Self.adaptArray(&field, column.storage)
    }
    let isFixedArray = column.storage.layout.perRow > 1
    let needsNull =
      ((serialization == .binary || isFixedArray) && column.hasNulls) || column.storage.elementNulls.count > 0
    if needsNull, field.datatype.isInteger, field.nullValue.flatMap({ Int64($0) }) == nil {
      field.nullValue = String(Self.unusedInteger(column.storage, field.datatype))
    }
    self.field = field
    layout = ColumnLayout(field)
    nullInteger = field.nullValue.flatMap { Int64($0) } ?? 0
    nullText = field.datatype.isInteger ? String(nullInteger) : "NaN"
  }

  /// Text fields are widened to what they hold.
  private static func adaptText(
    _ field: inout Field, _ column: Column, _ version: VOTableVersion, _ serialization: VOTableSerialization
  ) {
    let storage = column.storage
    var isASCII = true
    var longest = 0
    var shortest = Int.max
    for element in 0..<storage.textEnds.count >> 3 {
      let text = storage.text(element)
      if field.datatype == .char, isASCII, text.contains(where: { $0 >= 0x80 }) { isASCII = false }
    }
    if !isASCII, !version.hasUTF8Characters { field.datatype = .unicodeChar }
    for element in 0..<storage.textEnds.count >> 3 {
      let length = length(storage.text(element), isUnicode: field.datatype == .unicodeChar)
      longest = max(longest, length)
      shortest = min(shortest, length)
    }
    let size = field.arraysize
    if size.isScalar || size == .fixed(1) {
      // A single character cannot be empty, nor null in TABLEDATA.
      field.arraysize = .variable
    } else if serialization == .tabledata, size.fixedAxes.count == 1, !size.isVariable,
      shortest < size.fixedAxes[0]
    {
      // In TABLEDATA a string of fixed length has this length, and no padding can be told from blanks.
      field.arraysize = .variable
    } else if let first = size.fixedAxes.first, first < longest {
      if size.fixedAxes.count == 1, !size.isVariable {
        field.arraysize = .variable
      } else {
        field.arraysize.fixedAxes[0] = longest
      }
    } else if size.fixedAxes.isEmpty, let limit = size.limit, limit < longest {
      field.arraysize.limit = nil
    }
  }

  private static func adaptArray(_ field: inout Field, _ storage: ColumnStorage) {
    guard let limit = field.arraysize.limit else { return }
    let axis = max(field.arraysize.fixedAxes.reduce(1, *) * storage.layout.components, 1)
    if (0..<storage.rowCount).contains(where: { storage.elements($0).count > limit * axis }) {
      field.arraysize.limit = nil
    }
  }

  /// Characters as the serialisation counts them: bytes, or units of UTF-16.
  private static func length(_ text: UnsafeRawBufferPointer, isUnicode: Bool) -> Int {
    guard isUnicode else { return text.count }
    return text.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) + ($1 >= 0xF0 ? 1 : 0) }
  }

  /// An integer of the datatype that no cell holds.
  static func unusedInteger(_ storage: ColumnStorage, _ datatype: Datatype) -> Int64 {
    let candidates: [Int64] =
      switch datatype {
      case .unsignedByte: Array((0...255).reversed())
      case .short: [Int64(Int16.min), -9999, -1, Int64(Int16.max)]
      case .int: [Int64(Int32.min), -9999, -1, Int64(Int32.max)]
      default: [Int64.min, -9999, -1, Int64.max]
      }
    let count = storage.values.count / max(storage.layout.kind.size, 1)
    var used = Set<Int64>()
    for element in 0..<count where !storage.elementNulls.bit(element) {
      if storage.layout.perRow == 1, storage.nulls.bit(element) { continue }
      used.insert(Int64(storage.integer(element) ?? 0))
      if used.count > 100_000 { break }
    }
    return candidates.first { !used.contains($0) } ?? (Int64(-30_000)...30_000).first { !used.contains($0) }
      ?? 0
  }

  func isNull(_ row: Int) -> Bool {
    storage.nulls.bit(row)
  }

  // MARK: TABLEDATA

  func writeText(_ row: Int, to out: inout ByteWriter) {
    if storage.nulls.bit(row) {
      writeNull(to: &out)
      return
    }
    if storage.layout.kind == .text {
      out.write("<TD>")
      if layout.stringLength > 0 {
        writePadded(row, to: &out)
      } else if storage.layout.perRow == 1 {
        out.escaped(storage.text(row))
      }
      out.write("</TD>")
      return
    }
    out.write("<TD>")
    out.cell(of: storage, row, null: nullText)
    out.write("</TD>")
  }

  /// An empty cell is null; but an array of fixed length has this length, so its elements are null.
  private func writeNull(to out: inout ByteWriter) {
    guard layout.perRow > 1, layout.kind != .text, layout.kind != .bit else {
      out.write("<TD/>")
      return
    }
    let null = layout.kind == .boolean ? "?" : nullText
    out.write("<TD>" + Array(repeating: null, count: layout.perRow).joined(separator: " ") + "</TD>")
  }

  private func writePadded(_ row: Int, to out: inout ByteWriter) {
    for element in storage.elements(row) {
      let text = storage.text(element)
      out.escaped(text)
      let characters = text.reduce(0) {
        $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) + (layout.isUnicode && $1 >= 0xF0 ? 1 : 0)
      }
      out.bytes.append(contentsOf: repeatElement(0x20, count: max(layout.stringLength - characters, 0)))
    }
  }

  // MARK: BINARY

  func writeBinary(_ row: Int, to out: inout [UInt8]) {
    let isNull = storage.nulls.bit(row)
    if layout.kind == .text {
      writeBinaryText(row, isNull: isNull, to: &out)
      return
    }
    let elements = storage.elements(row)
    if layout.perRow < 0 { Self.append(UInt32(elements.count / layout.components), to: &out) }
    if layout.kind == .bit {
      writeBits(elements, to: &out)
      return
    }
    for element in elements {
      let isMissing = isNull || storage.elementNulls.bit(element)
      switch layout.kind {
      case .boolean:
        out.append(isMissing ? 0x3F : storage.values.load(element, as: UInt8.self) != 0 ? 0x54 : 0x46)
      case .byte:
        out.append(
          isMissing ? UInt8(truncatingIfNeeded: nullInteger) : storage.values.load(element, as: UInt8.self))
      case .short:
        Self.append(
          isMissing ? Int16(truncatingIfNeeded: nullInteger) : storage.values.load(element, as: Int16.self),
          to: &out)
      case .int:
        Self.append(
          isMissing ? Int32(truncatingIfNeeded: nullInteger) : storage.values.load(element, as: Int32.self),
          to: &out)
      case .long:
        Self.append(isMissing ? nullInteger : storage.values.load(element, as: Int64.self), to: &out)
      case .float:
        let value = isNull ? Float.nan : storage.values.load(element, as: Float.self)
        Self.append(value.bitPattern, to: &out)
      case .double:
        let value = isNull ? Double.nan : storage.values.load(element, as: Double.self)
        Self.append(value.bitPattern, to: &out)
      case .bit, .text: break
      }
    }
  }

  private func writeBits(_ elements: Range<Int>, to out: inout [UInt8]) {
    var byte: UInt8 = 0
    for (index, element) in elements.enumerated() {
      byte |= storage.values.load(element, as: UInt8.self) << UInt8(7 - index & 7)
      if index & 7 == 7 {
        out.append(byte)
        byte = 0
      }
    }
    if elements.count & 7 != 0 { out.append(byte) }
  }

  private func writeBinaryText(_ row: Int, isNull: Bool, to out: inout [UInt8]) {
    let elements = storage.elements(row)
    if layout.stringLength > 0 {
      if layout.perRow < 0 { Self.append(UInt32(elements.count * layout.stringLength), to: &out) }
      for element in elements { writeString(storage.text(element), length: layout.stringLength, to: &out) }
      return
    }
    let text = isNull ? UnsafeRawBufferPointer(rebasing: storage.text(row).prefix(0)) : storage.text(row)
    if layout.textLength >= 0 {
      writeString(text, length: layout.textLength, to: &out)
    } else {
      Self.append(UInt32(Self.length(text, isUnicode: layout.isUnicode)), to: &out)
      writeString(text, length: 0, to: &out)
    }
  }

  /// Writes a string and pads it with NUL to `length` characters.
  private func writeString(_ text: UnsafeRawBufferPointer, length: Int, to out: inout [UInt8]) {
    let start = out.count
    if layout.isUnicode {
      for unit in String(decoding: text, as: UTF8.self).utf16 { Self.append(unit, to: &out) }
    } else {
      out.append(contentsOf: text)
    }
    let missing = length * (layout.isUnicode ? 2 : 1) - (out.count - start)
    if missing > 0 { out.append(contentsOf: repeatElement(0, count: missing)) }
  }

  @inline(__always)
  private static func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, to out: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { out.append(contentsOf: $0) }
  }
}
