/// Text that claims to be UTF-8.
enum TextRepair {
  /// Whether all bytes are ASCII.
  @inline(__always)
  static func isASCII(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    var index = 0
    var all: UInt64 = 0
    let raw = UnsafeRawPointer(bytes)
    while length - index >= 8 {
      all |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < length {
      all |= UInt64(bytes[index])
      index += 1
    }
    return all & 0x8080_8080_8080_8080 == 0
  }

  /// The length of the UTF-8 character at the start: 0 where it is none, -1 where it is cut off by the end.
  @inline(__always)
  static func characterLength(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Int {
    let first = bytes[0]
    if first < 0x80 { return 1 }
    let wanted =
      first >= 0xC2 && first < 0xE0 ? 2 : first & 0xF0 == 0xE0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0
    guard wanted > 0 else { return 0 }
    for index in 1..<wanted {
      if index == length { return -1 }
      guard bytes[index] & 0xC0 == 0x80 else { return 0 }
    }
    let second = bytes[1]
    switch first {
    case 0xE0 where second < 0xA0, 0xED where second > 0x9F, 0xF0 where second < 0x90,
      0xF4 where second > 0x8F:
      return 0
    default: return wanted
    }
  }

  /// Whether all bytes are UTF-8.
  static func isUTF8(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    if isASCII(bytes, length) { return true }
    var index = 0
    while index < length {
      let step = characterLength(bytes + index, length - index)
      if step <= 0 { return false }
      index += step
    }
    return true
  }

  /// What Windows-1252 has at 0x80…0x9F; the rest is as in ISO 8859-1.
  private static let windows1252: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x8D,
    0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
    0x203A,
    0x0153, 0x9D, 0x017E, 0x0178,
  ]

  /// Appends a byte of Windows-1252 as UTF-8.
  static func append(windows1252 byte: UInt8, to output: inout RawBuffer) {
    let scalar = byte >= 0x80 && byte < 0xA0 ? UInt32(windows1252[Int(byte) - 0x80]) : UInt32(byte)
    append(scalar: scalar, to: &output)
  }

  /// Appends a character as UTF-8; what is none becomes U+FFFD.
  static func append(scalar: UInt32, to output: inout RawBuffer) {
    let valid = scalar < 0xD800 || (scalar > 0xDFFF && scalar < 0x110000) ? scalar : 0xFFFD
    switch valid {
    case 0..<0x80: output.append(UInt8(valid))
    case 0x80..<0x800:
      output.append(UInt8(0xC0 | valid >> 6))
      output.append(UInt8(0x80 | valid & 0x3F))
    case 0x800..<0x10000:
      output.append(UInt8(0xE0 | valid >> 12))
      output.append(UInt8(0x80 | valid >> 6 & 0x3F))
      output.append(UInt8(0x80 | valid & 0x3F))
    default:
      output.append(UInt8(0xF0 | valid >> 18))
      output.append(UInt8(0x80 | valid >> 12 & 0x3F))
      output.append(UInt8(0x80 | valid >> 6 & 0x3F))
      output.append(UInt8(0x80 | valid & 0x3F))
    }
  }

  /// Appends text as UTF-8; bytes that are none are taken for Windows-1252.
  ///
  /// - Returns: Whether there were such bytes.
  static func append(_ bytes: UnsafePointer<UInt8>, _ length: Int, to output: inout RawBuffer) -> Bool {
    if isUTF8(bytes, length) {
      output.append(bytes, length)
      return false
    }
    var index = 0
    while index < length {
      let step = characterLength(bytes + index, length - index)
      if step > 0 {
        output.append(bytes + index, step)
        index += step
      } else {
        append(windows1252: bytes[index], to: &output)
        index += 1
      }
    }
    return true
  }

  /// Appends UTF-16, big-endian, as UTF-8, up to the first NUL.
  static func append(utf16 bytes: UnsafePointer<UInt8>, units: Int, to output: inout RawBuffer) {
    var index = 0
    func unit(_ index: Int) -> UInt32 { UInt32(bytes[2 * index]) << 8 | UInt32(bytes[2 * index + 1]) }
    while index < units {
      let first = unit(index)
      index += 1
      if first == 0 { return }
      if first >= 0xD800, first < 0xDC00, index < units {
        let second = unit(index)
        if second >= 0xDC00, second < 0xE000 {
          append(scalar: 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), to: &output)
          index += 1
          continue
        }
      }
      append(scalar: first, to: &output)
    }
  }
}
