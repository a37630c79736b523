import Glibc

/// What stands behind an &: a reference, or nothing of the kind.
enum XMLReference {
  /// A character reference or one of XML's five; its length and the character.
  case known(length: Int, scalar: UInt32)
  /// A reference to an entity that XML lacks.
  case named(length: Int)
  /// A reference to a character that XML forbids.
  case forbidden(length: Int)
  /// A bare &.
  case bare
  /// The bytes end before it is clear.
  case cut

  /// No reference is longer.
  static let longest = 40

  /// Looks at bytes that begin with &.
  init(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    let limit = min(count, Self.longest)
    var end = 1
    while end < limit, bytes[end] != 0x3B {
      let byte = bytes[end]
      let isName =
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
        || byte == 0x23 && end == 1
        || byte == 0x5F || byte == 0x2D || byte == 0x2E || byte >= 0x80
      guard isName else {
        self = .bare
        return
      }
      end += 1
    }
    guard end < limit else {
      self = count < Self.longest ? .cut : .bare
      return
    }
    let length = end + 1
    guard end > 1 else {
      self = .bare
      return
    }
    if bytes[1] == 0x23 {
      let isHexadecimal = end > 2 && bytes[2] == 0x78
      let first = isHexadecimal ? 3 : 2
      let digits = String(
        decoding: UnsafeBufferPointer(start: bytes + first, count: end - first), as: UTF8.self)
      guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
        let value = UInt32(digits, radix: isHexadecimal ? 16 : 10)
      else {
        self = .bare
        return
      }
      let isAllowed =
        value == 9 || value == 10 || value == 13 || (value >= 0x20 && value < 0xD800)
        || (value >= 0xE000 && value < 0xFFFE) || (value >= 0x10000 && value < 0x110000)
      self = isAllowed ? .known(length: length, scalar: value) : .forbidden(length: length)
      return
    }
    switch String(decoding: UnsafeBufferPointer(start: bytes + 1, count: end - 1), as: UTF8.self) {
    case "amp": self = .known(length: length, scalar: 0x26)
    case "lt": self = .known(length: length, scalar: 0x3C)
    case "gt": self = .known(length: length, scalar: 0x3E)
    case "quot": self = .known(length: length, scalar: 0x22)
    case "apos": self = .known(length: length, scalar: 0x27)
    case let name where name.utf8.first.map({ MarkupLexer.isNameStart($0) }) == true:
      self = .named(length: length)
    default: self = .bare
    }
  }
}
