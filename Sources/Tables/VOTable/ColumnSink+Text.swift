import Glibc

/// Cells of TABLEDATA (VOTable 1.4 §5.1).
extension ColumnSink {
  /// Appends the cell that a TD holds.
  ///
  /// One byte behind the text must be readable.
  @inline(__always)
  mutating func appendText(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    guard layout.perRow == 1, layout.kind != .boolean, layout.stringLength == 0 else {
      return appendUnusual(bytes, length)
    }
    switch layout.kind {
    case .text: return appendString(bytes, length)
    case .float, .double: return appendReal(bytes, length)
    default: return appendWhole(bytes, length)
    }
  }

  @inline(__always)
  private mutating func appendString(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    values.append(bytes, length)
    endText()
    let isNull = length == 0 || (nullText.count == length && isNullText(bytes))
    endCell(isNull: isNull)
    if layout.textLength >= 0, length > layout.textLength { return longText(bytes, length) }
    return .none
  }

  /// Whether text as long as the declared null is that null.
  @inline(never)
  func isNullText(_ bytes: UnsafePointer<UInt8>) -> Bool {
    nullText.base.map { memcmp($0, bytes, nullText.count) == 0 } ?? false
  }

  @inline(never)
  private func longText(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    var characters = 0
    for index in 0..<length where bytes[index] & 0xC0 != 0x80 { characters += 1 }
    guard characters > layout.textLength else { return .none }
    return isSingleCharacter ? .longCharacter : .longText
  }

  @inline(__always)
  private mutating func appendReal(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    if case .value(let value) = NumberText.double(bytes, length) {
      if layout.kind == .float {
        values.append(NumberText.float(value, bytes, length))
      } else {
        values.append(value)
      }
      let isNull = value.isNaN || (hasNullDouble && isDeclaredNull(value))
      endCell(isNull: isNull)
      return .none
    }
    return appendOddReal(bytes, length)
  }

  @inline(never)
  func isDeclaredNull(_ value: Double) -> Bool {
    layout.kind == .float ? Double(Float(value)) == nullDouble : value == nullDouble
  }

  @inline(never)
  private mutating func appendOddReal(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    var issue = CellIssue.none
    var number: Double?
    switch NumberText.double(bytes, length) {
    case .value(let value): number = value
    case .odd(let value): (number, issue) = (value, .oddNumber)
    case .empty: break
    case .nullWord: issue = .nullWord
    case .tooGreat, .garbage: issue = .notANumber
    }
    if let number, !(hasNullDouble && isDeclaredNull(number)) {
      if layout.kind == .float { values.append(Float(number)) } else { values.append(number) }
      endCell()
    } else {
      appendNull()
    }
    return issue
  }

  @inline(__always)
  private mutating func appendWhole(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    if case .value(let value) = NumberText.integer(bytes, length), fits(value),
      !(hasNullInteger && value == nullInteger)
    {
      appendInteger(value)
      endCell()
      return .none
    }
    return appendOddWhole(bytes, length)
  }

  @inline(never)
  private mutating func appendOddWhole(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    let (value, issue) = wholeNumber(bytes, length)
    if let value {
      appendInteger(value)
      endCell()
    } else {
      appendNull()
    }
    return issue
  }

  /// An integer element, `nil` where it is null, and what is odd about it.
  private func wholeNumber(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> (Int64?, CellIssue) {
    switch NumberText.integer(bytes, length) {
    case .value(let value):
      if hasNullInteger, value == nullInteger { return (nil, .none) }
      return fits(value) ? (value, .none) : hexadecimal(value, bytes, length)
    case .odd(let value):
      if hasNullInteger, value == nullInteger { return (nil, .none) }
      return fits(value) ? (value, .oddNumber) : (nil, .outOfRange)
    case .empty: return (nil, .none)
    case .nullWord: return (nil, .nullWord)
    case .tooGreat: return (nil, .outOfRange)
    case .garbage:
      if layout.kind == .bit, let truth = NumberText.boolean(bytes, length).value {
        return (truth ? 1 : 0, .oddNumber)
      }
      return (nil, .notANumber)
    }
  }

  /// Hexadecimal numbers stand for the bits of the type: 0xffff is -1 in a short.
  private func hexadecimal(_ value: Int64, _ bytes: UnsafePointer<UInt8>, _ length: Int) -> (
    Int64?, CellIssue
  ) {
    guard UnsafeBufferPointer(start: bytes, count: length).contains(where: { $0 | 0x20 == 0x78 }) else {
      return (nil, .outOfRange)
    }
    switch layout.kind {
    case .short where value >= 0 && value <= 0xFFFF: return (Int64(Int16(truncatingIfNeeded: value)), .none)
    case .int where value >= 0 && value <= 0xFFFF_FFFF:
      return (Int64(Int32(truncatingIfNeeded: value)), .none)
    default: return (nil, .outOfRange)
    }
  }

  /// Truth values, arrays, arrays of strings.
  @inline(never)
  private mutating func appendUnusual(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    if layout.kind == .text { return appendStrings(bytes, length) }
    if layout.perRow == 1 {
      let truth = NumberText.boolean(bytes, length)
      if let value = truth.value {
        values.append(UInt8(value ? 1 : 0))
        endCell()
      } else {
        appendNull()
      }
      return truth == .garbage ? .badBoolean : .none
    }
    return appendArray(bytes, length)
  }

  private mutating func appendArray(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    var issue = CellIssue.none
    var index = 0
    var count = 0
    let isBit = layout.kind == .bit
    func isSeparator(_ byte: UInt8) -> Bool {
      NumberText.isBlank(byte) || byte == 0x2C || byte == 0x28 || byte == 0x29 || byte == 0x5B || byte == 0x5D
    }
    while index < length {
      if isSeparator(bytes[index]) {
        if !NumberText.isBlank(bytes[index]) { issue = .arrayCommas }
        index += 1
        continue
      }
      let start = index
      if isBit, bytes[index] == 0x30 || bytes[index] == 0x31 {
        index += 1  // bits may stand without blanks between
      } else {
        while index < length, !isSeparator(bytes[index]) { index += 1 }
      }
      count += 1
      if layout.perRow >= 0, count > layout.perRow { continue }
      let odd = appendElement(bytes + start, index - start)
      if odd != .none { issue = odd }
    }
    if count == 0 {
      if layout.perRow == 0 { endCell() } else { appendNull() }
      return .none
    }
    if layout.perRow >= 0, count != layout.perRow {
      issue = .arrayLength
      while count < layout.perRow {
        appendNullElement()
        count += 1
      }
    } else if layout.perRow < 0, layout.components == 2, count % 2 == 1 {
      issue = .arrayLength
      appendNullElement()
    }
    endCell()
    return issue
  }

  /// Appends a null element of an array.
  mutating func appendNullElement() {
    if layout.kind != .float, layout.kind != .double { elementNulls.setBit(elementCount) }
    appendPlaceholder()
  }

  private mutating func appendElement(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    switch layout.kind {
    case .boolean:
      let truth = NumberText.boolean(bytes, length)
      if let value = truth.value { values.append(UInt8(value ? 1 : 0)) } else { appendNullElement() }
      return truth == .garbage ? .badBoolean : .none
    case .float, .double:
      let outcome = NumberText.double(bytes, length)
      if let value = outcome.number, !(hasNullDouble && isDeclaredNull(value)) {
        if layout.kind == .float {
          values.append(NumberText.float(value, bytes, length))
        } else {
          values.append(value)
        }
      } else {
        appendPlaceholder()
      }
      switch outcome {
      case .odd: return .oddNumber
      case .nullWord: return .nullWord
      case .garbage, .tooGreat: return .notANumber
      default: return .none
      }
    default:
      let (value, issue) = wholeNumber(bytes, length)
      if let value { appendInteger(value) } else { appendNullElement() }
      return issue
    }
  }

  /// Splits the text of an array of strings of equal length.
  private mutating func appendStrings(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    guard length > 0 else {
      appendNull()
      return .none
    }
    var start = 0
    var count = 0
    while start < length, layout.perRow < 0 || count < layout.perRow {
      var end = start
      var characters = 0
      while end < length, characters < max(layout.stringLength, 1) {
        // Outside of the Basic Multilingual Plane a character counts as two units of UTF-16.
        if layout.isUnicode, bytes[end] >= 0xF0 { characters += 1 }
        end += 1
        // The bytes of one character stay together.
        while end < length, bytes[end] & 0xC0 == 0x80 { end += 1 }
        characters += 1
      }
      appendPadded(bytes + start, end - start)
      count += 1
      start = end
    }
    let isLong = start < length
    while count < layout.perRow {
      endText()
      count += 1
    }
    endCell()
    return isLong ? .arrayLength : .none
  }

  /// Appends a string up to its first NUL and without the blanks that pad it.
  mutating func appendPadded(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
    var end = 0
    while end < length, bytes[end] != 0 { end += 1 }
    while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
    values.append(bytes, end)
    endText()
  }

  /// Appends the cell that a TD of base64 holds: text as it is, anything else as in BINARY.
  mutating func appendDecoded(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> CellIssue {
    guard layout.kind != .text else { return appendText(bytes, length) }
    let row = rows
    var isRepaired = false
    if layout.perRow < 0 {
      // A variable array has no count here: the cell's own length tells.
      let size = layout.kind.size
      guard layout.kind != .bit, length % (size * layout.components) == 0 else {
        return appendText(bytes, length)
      }
      var count = UInt32(length / size / layout.components).bigEndian
      var cell = RawBuffer()
      defer { cell.deallocate() }
      withUnsafeBytes(of: &count) { prefix in
        if let start = prefix.baseAddress { cell.append(start.assumingMemoryBound(to: UInt8.self), 4) }
      }
      cell.append(bytes, length)
      if let base = cell.base {
        let start = UnsafePointer(base.assumingMemoryBound(to: UInt8.self))
        if appendBinary(start, cell.count, isNull: length == 0, isRepaired: &isRepaired) == cell.count {
          return .none
        }
      }
    } else if appendBinary(bytes, length, isNull: false, isRepaired: &isRepaired) == length {
      return .none
    }
    truncate(toRows: row)
    return appendText(bytes, length)
  }
}
