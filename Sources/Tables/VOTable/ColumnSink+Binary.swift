import Glibc

/// Cells of BINARY and BINARY2 (VOTable 1.4 §§5.2, 5.3, 6).
extension ColumnSink {
  /// Appends the cell that begins at `bytes`; returns its length, or -1 where the cell does not end in time.
  ///
  /// - Parameter isNull: the null flag of BINARY2; the cell's bytes are there all the same.
  /// - Parameter isRepaired: set where text was not in UTF-8.
  @inline(__always)
  mutating func appendBinary(
    _ bytes: UnsafePointer<UInt8>, _ available: Int, isNull: Bool, isRepaired: inout Bool
  ) -> Int {
    if layout.kind == .text, layout.stringLength == 0, layout.textLength < 0, !layout.isUnicode {
      guard available >= 4 else { return -1 }
      let length = Int(Self.word(bytes))
      guard available - 4 >= length else { return -1 }
      appendCharacters(bytes + 4, length, isNull: isNull, &isRepaired)
      return 4 + length
    }
    if layout.perRow == 1 {
      switch layout.kind {
      case .double:
        guard available >= 8 else { return -1 }
        let value = Double(bitPattern: Self.big(bytes))
        values.append(value)
        endCell(isNull: isNull || value.isNaN || (hasNullDouble && value == nullDouble))
        return 8
      case .float:
        guard available >= 4 else { return -1 }
        let value = Float(bitPattern: Self.big(bytes))
        values.append(value)
        endCell(isNull: isNull || value.isNaN || (hasNullDouble && Double(value) == nullDouble))
        return 4
      case .long:
        guard available >= 8 else { return -1 }
        let value: Int64 = Self.big(bytes)
        values.append(value)
        endCell(isNull: isNull || (hasNullInteger && value == nullInteger))
        return 8
      case .int:
        guard available >= 4 else { return -1 }
        let value: Int32 = Self.big(bytes)
        values.append(value)
        endCell(isNull: isNull || (hasNullInteger && Int64(value) == nullInteger))
        return 4
      case .short:
        guard available >= 2 else { return -1 }
        let value: Int16 = Self.big(bytes)
        values.append(value)
        endCell(isNull: isNull || (hasNullInteger && Int64(value) == nullInteger))
        return 2
      case .byte:
        guard available >= 1 else { return -1 }
        values.append(bytes[0])
        endCell(isNull: isNull || (hasNullInteger && Int64(bytes[0]) == nullInteger))
        return 1
      default: break
      }
    }
    return appendUnusualBinary(bytes, available, isNull: isNull, &isRepaired)
  }

  @inline(__always)
  static func big<T: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafePointer<UInt8>) -> T {
    T(bigEndian: UnsafeRawPointer(bytes).loadUnaligned(as: T.self))
  }

  @inline(__always)
  private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt32 { big(bytes) }

  @inline(__always)
  private mutating func appendCharacters(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, isNull: Bool, _ isRepaired: inout Bool
  ) {
    var end = length
    if length > 0, let zero = memchr(bytes, 0, length) {
      end = zero - UnsafeMutableRawPointer(mutating: bytes)
    }
    let start = values.count
    if TextRepair.isASCII(bytes, end) {
      values.append(bytes, end)
    } else if TextRepair.append(bytes, end, to: &values) {
      isRepaired = true
    }
    endText()
    endCell(isNull: isNull || isNullText(from: start))
  }

  /// Whether the string just appended stands for a null.
  @inline(__always)
  private func isNullText(from start: Int) -> Bool {
    let length = values.count - start
    if length == 0 { return emptyTextIsNull }
    guard nullText.count == length, let base = values.base else { return false }
    return isNullText(UnsafePointer((base + start).assumingMemoryBound(to: UInt8.self)))
  }

  /// Bits, truth values, arrays, fixed and 16-bit text.
  @inline(never)
  private mutating func appendUnusualBinary(
    _ bytes: UnsafePointer<UInt8>, _ available: Int, isNull: Bool, _ isRepaired: inout Bool
  ) -> Int {
    if layout.kind == .text { return appendBinaryText(bytes, available, isNull: isNull, &isRepaired) }
    var used = 0
    var count = layout.perRow
    if count < 0 {
      guard available >= 4 else { return -1 }
      count = Int(Self.word(bytes)) * layout.components
      used = 4
    }
    let size = layout.kind == .bit ? (count + 7) / 8 : count * layout.kind.size
    guard available - used >= size else { return -1 }
    let cells = bytes + used
    for index in 0..<count { appendBinaryElement(cells, index, isScalar: layout.perRow == 1) }
    let isUnknown =
      layout.kind == .boolean && count == 1 && layout.perRow == 1 && elementNulls.bit(elementCount - 1)
    endCell(isNull: isNull || isUnknown)
    return used + size
  }

  @inline(__always)
  private mutating func appendBinaryElement(_ cells: UnsafePointer<UInt8>, _ index: Int, isScalar: Bool) {
    switch layout.kind {
    case .bit: values.append((cells[index >> 3] >> UInt8(7 - index & 7)) & 1)
    case .boolean:
      if let value = NumberText.boolean(cells + index, 1).value {
        values.append(UInt8(value ? 1 : 0))
      } else {
        appendNullElement()
      }
    case .byte: appendBinaryInteger(Int64(cells[index]))
    case .short: appendBinaryInteger(Int64(Self.big(cells + 2 * index) as Int16))
    case .int: appendBinaryInteger(Int64(Self.big(cells + 4 * index) as Int32))
    case .long: appendBinaryInteger(Self.big(cells + 8 * index))
    case .float:
      let value = Float(bitPattern: Self.big(cells + 4 * index))
      values.append(hasNullDouble && Double(value) == nullDouble ? .nan : value)
    case .double:
      let value = Double(bitPattern: Self.big(cells + 8 * index))
      values.append(hasNullDouble && value == nullDouble ? .nan : value)
    case .text: break
    }
  }

  @inline(__always)
  private mutating func appendBinaryInteger(_ value: Int64) {
    if hasNullInteger, value == nullInteger { elementNulls.setBit(elementCount) }
    appendInteger(value)
  }

  private mutating func appendBinaryText(
    _ bytes: UnsafePointer<UInt8>, _ available: Int, isNull: Bool, _ isRepaired: inout Bool
  ) -> Int {
    let unit = layout.isUnicode ? 2 : 1
    var used = 0
    var length: Int
    if layout.stringLength == 0 {
      length = layout.textLength
    } else {
      length = layout.perRow < 0 ? -1 : layout.perRow * layout.stringLength
    }
    if length < 0 {
      guard available >= 4 else { return -1 }
      length = Int(Self.word(bytes))
      used = 4
    }
    guard (available - used) / unit >= length else { return -1 }
    let text = bytes + used
    if layout.stringLength == 0 {
      if layout.isUnicode {
        let start = values.count
        TextRepair.append(utf16: text, units: length, to: &values)
        endText()
        endCell(isNull: isNull || isNullText(from: start))
      } else {
        appendCharacters(text, length, isNull: isNull, &isRepaired)
      }
      return used + length * unit
    }
    var start = 0
    var count = 0
    while start < length {
      let end = min(start + max(layout.stringLength, 1), length)
      if layout.isUnicode {
        TextRepair.append(utf16: text + 2 * start, units: end - start, to: &values)
        endText()
      } else {
        appendPadded(text + start, end - start)
      }
      count += 1
      start = end
    }
    while count < layout.perRow {
      endText()
      count += 1
    }
    endCell(isNull: isNull || (emptyTextIsNull && length == 0))
    return used + length * unit
  }
}
