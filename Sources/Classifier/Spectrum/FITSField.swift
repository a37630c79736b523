/// What stands behind the `=` of a FITS card: a value and a comment (FITS standard 4.0, section 4.2).
///
/// Points into the header's bytes, and lives no longer than the call that hands it out.
struct FITSField {
  /// The value without blanks around it; the quotes of a string are part of it.
  let value: UnsafeBufferPointer<UInt8>
  private let rest: UnsafeBufferPointer<UInt8>

  private static let blank = UInt8(ascii: " ")
  private static let quote = UInt8(ascii: "'")
  private static let slash = UInt8(ascii: "/")

  /// Finds value and comment in the bytes behind the `=`.
  init(_ field: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while start < field.count, field[start] == Self.blank { start += 1 }
    var end = start
    if start < field.count, field[start] == Self.quote {
      end += 1
      while end < field.count {
        if field[end] == Self.quote {
          end += 1
          // Two quotes in a row stand for one.
          guard end < field.count, field[end] == Self.quote else { break }
        }
        end += 1
      }
      end = min(end, field.count)
      rest = UnsafeBufferPointer(rebasing: field[end...])
    } else {
      while end < field.count, field[end] != Self.slash { end += 1 }
      rest = UnsafeBufferPointer(rebasing: field[end...])
      while end > start, field[end - 1] == Self.blank { end -= 1 }
    }
    value = UnsafeBufferPointer(rebasing: field[start..<end])
  }

  /// Whether the value is a string.
  var isString: Bool { value.first == Self.quote }

  /// The value as text: of a string without its quotes and trailing blanks.
  var text: String {
    guard isString else { return Self.trimmed(value[...]) }
    let isClosed = value.count > 1 && value[value.count - 1] == Self.quote
    let inner = value[1..<(isClosed ? value.count - 1 : value.count)]
    guard inner.contains(Self.quote) else { return Self.trimmed(inner) }
    var bytes = [UInt8]()
    var isSecond = false
    for byte in inner {
      isSecond = byte == Self.quote && !isSecond
      if !isSecond { bytes.append(byte) }
    }
    return bytes.withUnsafeBufferPointer { Self.trimmed($0[...]) }
  }

  /// The comment without the slash before it.
  var comment: String { Self.trimmed(rest[...].drop { $0 == Self.blank || $0 == Self.slash }) }

  private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    var end = bytes.endIndex
    while end > bytes.startIndex, bytes[end - 1] <= blank { end -= 1 }
    return String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self)
  }

  /// An integer with an optional sign.
  static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var place = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { place = 1 }
    guard place < bytes.count, bytes.count - place < 19 else { return nil }
    var result = 0
    while place < bytes.count {
      guard 0x30...0x39 ~= bytes[place] else { return nil }
      result = result * 10 + Int(bytes[place]) - 0x30
      place += 1
    }
    return isNegative ? -result : result
  }

  /// A number in FITS notation, where the exponent may be a `D`: `inf`, `nan` and hexadecimal are none.
  static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { number($0) }
  }

  /// A number in FITS notation, from its bytes.
  /// - Complexity: O(bytes); some 20 ns for the usual number of up to 15 digits.
  static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard !bytes.isEmpty, bytes.count <= 70 else { return nil }
    var digits: UInt64 = 0
    var count = 0
    var decimals = 0
    var hasPoint = false
    var isSimple = true
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case 0x30...0x39:
        // More than 18 digits overflow and go the long way.
        count += 1
        if count <= 18 { digits = digits &* 10 &+ UInt64(byte &- 0x30) }
        if hasPoint { decimals += 1 }
      case UInt8(ascii: "."):
        guard !hasPoint else { return nil }
        hasPoint = true
      case UInt8(ascii: "-"), UInt8(ascii: "+"): isSimple = isSimple && place == 0
      case UInt8(ascii: "E"), UInt8(ascii: "e"), UInt8(ascii: "D"), UInt8(ascii: "d"):
        isSimple = false
        // Digits behind the exponent are no decimals.
        hasPoint = true
      default: return nil
      }
    }
    guard count > 0 else { return nil }
    // Both numbers are exact, so their quotient is the nearest there is.
    if isSimple, count <= 18, digits < 1 << 53, decimals < powers.count {
      let value = Double(digits) / powers[decimals]
      return bytes[0] == UInt8(ascii: "-") ? -value : value
    }
    var text = String(decoding: bytes, as: UTF8.self)
    if bytes.contains(where: { $0 | 0x20 == UInt8(ascii: "d") }) {
      text = String(text.map { $0 == "D" || $0 == "d" ? "E" : $0 })
    }
    if text.hasSuffix(".") { text.append("0") }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// Powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]
}
