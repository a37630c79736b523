/// Finds the datatype of a column of text.
enum CSVInference {
  /// The column with its cells as numbers or truth values, where every one is such.
  static func typed(_ column: Column) -> Column {
    let storage = column.storage
    var (mayBeInteger, mayBeNumber, mayBeTruth) = (true, true, true)
    var isAnything = false
    for row in 0..<column.rowCount where !storage.nulls.bit(row) {
      let text = storage.text(row)
      guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self), !text.isEmpty else { continue }
      if isNullWord(text) { continue }
      isAnything = true
      if mayBeInteger { mayBeInteger = isInteger(start, text.count) }
      if !mayBeInteger, mayBeNumber { mayBeNumber = isNumber(start, text.count) }
      if mayBeTruth { mayBeTruth = text.count > 3 && NumberText.boolean(start, text.count).value != nil }
      if !mayBeInteger, !mayBeNumber, !mayBeTruth { return column }
    }
    guard isAnything else { return column }
    var field = column.field
    field.arraysize = .scalar
    field.datatype = mayBeInteger ? .long : mayBeNumber ? .double : .boolean
    var sink = ColumnSink(field)
    for row in 0..<column.rowCount {
      let text = storage.text(row)
      if !storage.nulls.bit(row), let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) {
        _ = sink.appendText(start, text.count)
      } else {
        sink.appendNull()
      }
    }
    let typed = Column(field: field, storage: ColumnStorage(taking: &sink))
    sink.deallocate()
    return typed
  }

  private static func isNullWord(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count <= 6 && NumberText.isNullWord(String(decoding: text, as: UTF8.self).trimmed)
  }

  private static func isInteger(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard case .value = NumberText.integer(bytes, length) else { return false }
    var start = bytes[0] == 0x2D || bytes[0] == 0x2B ? 1 : 0
    while start < length, bytes[start] == 0x20 { start += 1 }
    // 007 is a name, 0x1F may be one.
    return length - start == 1 || bytes[start] != 0x30
  }

  private static func isNumber(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard case .value = NumberText.double(bytes, length) else { return false }
    let isLeadingZero = length > 1 && bytes[0] == 0x30 && bytes[1] >= 0x30 && bytes[1] <= 0x39
    return !isLeadingZero
  }
}
