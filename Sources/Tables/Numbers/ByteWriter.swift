/// Text in the making, as bytes.
struct ByteWriter {
  var bytes: [UInt8] = []

  /// What has been written.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends a string.
  @inline(__always)
  mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends an integer in decimal.
  mutating func write(_ value: Int64) {
    if value < 0 { bytes.append(0x2D) }
    var magnitude = value.magnitude
    if magnitude < 10 {
      bytes.append(0x30 + UInt8(magnitude))
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = 20
      while magnitude > 0 {
        start -= 1
        digits[start] = 0x30 + UInt8(magnitude % 10)
        magnitude /= 10
      }
      bytes.append(contentsOf: digits[start..<20])
    }
  }

  /// Appends a number in its shortest form that reads back to the same value; `NaN`, `+Inf`, `-Inf`.
  mutating func write(_ value: Double) {
    if value.isFinite {
      var text = value.description
      text.withUTF8 { bytes.append(contentsOf: $0) }
    } else {
      write(value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf")
    }
  }

  /// Appends a number in its shortest form that reads back to the same value; `NaN`, `+Inf`, `-Inf`.
  mutating func write(_ value: Float) {
    if value.isFinite {
      var text = value.description
      text.withUTF8 { bytes.append(contentsOf: $0) }
    } else {
      write(value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf")
    }
  }

  /// Appends one element of a column of numbers, bits or truth values as TABLEDATA has it; null is `null`.
  mutating func element(of storage: ColumnStorage, _ element: Int, null: String) {
    if storage.elementNulls.bit(element) {
      write(null)
      return
    }
    switch storage.layout.kind {
    case .boolean: bytes.append(storage.values.load(element, as: UInt8.self) != 0 ? 0x54 : 0x46)
    case .float: write(storage.values.load(element, as: Float.self))
    case .double: write(storage.values.load(element, as: Double.self))
    case .text: break
    default: write(Int64(storage.integer(element) ?? 0))
    }
  }

  /// Appends a cell of numbers, bits or truth values, with blanks between the elements.
  mutating func cell(of storage: ColumnStorage, _ row: Int, null: String = "NaN") {
    var isFirst = true
    for element in storage.elements(row) {
      if !isFirst { bytes.append(0x20) }
      isFirst = false
      self.element(of: storage, element, null: storage.layout.kind == .boolean ? "?" : null)
    }
  }

  /// Appends text with the characters escaped that XML reserves.
  ///
  /// Characters that XML 1.0 cannot hold at all (control characters) become U+FFFD.
  mutating func escaped(_ text: UnsafeRawBufferPointer, attribute: Bool = false) {
    guard text.contains(where: { $0 < 0x20 || $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 }) else {
      bytes.append(contentsOf: text)
      return
    }
    for byte in text {
      switch byte {
      case 0x26: write("&amp;")
      case 0x3C: write("&lt;")
      case 0x3E: write("&gt;")
      case 0x22 where attribute: write("&quot;")
      case 0x0D: write("&#13;")
      case 0x09, 0x0A: if attribute { write(byte == 9 ? "&#9;" : "&#10;") } else { bytes.append(byte) }
      case 0..<0x20: write("\u{FFFD}")
      default: bytes.append(byte)
      }
    }
  }

  /// Appends text with the characters escaped that XML reserves.
  mutating func escaped(_ text: String, attribute: Bool = false) {
    var text = text
    text.withUTF8 { escaped(UnsafeRawBufferPointer($0), attribute: attribute) }
  }
}
