import Glibc

/// Numbers and truth values as they stand in documents, read from their bytes.
enum NumberText {
  /// What a text means as a number.
  enum Outcome<Value> {
    /// A number in a spelling of the standard.
    case value(Value)
    /// Nothing: empty or white space.
    case empty
    /// A word or sign for nothing: `null`, `NULL`, `N/A`, `-`, `--`.
    case nullWord
    /// A number in a spelling that the standard does not have: `3.0` for an integer, `1.5d3`.
    case odd(Value)
    /// An integer too great for 64 bits.
    case tooGreat
    /// No number.
    case garbage

    /// The number, however spelt.
    @inline(__always)
    var number: Value? {
      switch self {
      case .value(let value), .odd(let value): value
      default: nil
      }
    }
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

  /// Reads an integer: decimal with an optional sign, or hexadecimal with `0x`.
  @inline(__always)
  static func integer(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Outcome<Int64> {
    var start = 0
    var end = length
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    guard start < end else { return .empty }
    var index = start
    let isNegative = bytes[index] == 0x2D
    if isNegative || bytes[index] == 0x2B { index += 1 }
    let count = end - index
    if count > 0, count <= 18 {
      var value: Int64 = 0
      while index < end {
        let digit = bytes[index] &- 0x30
        if digit > 9 { return unusualInteger(bytes + start, end - start) }
        value = value &* 10 &+ Int64(digit)
        index += 1
      }
      return .value(isNegative ? -value : value)
    }
    return unusualInteger(bytes + start, end - start)
  }

  /// Hexadecimal, nineteen digits and more, decimals, words.
  @inline(never)
  private static func unusualInteger(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Outcome<Int64> {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    let unsigned = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text[...]
    if unsigned.hasPrefix("0x") || unsigned.hasPrefix("0X") {
      let digits = unsigned.dropFirst(2)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return .garbage }
      guard let value = UInt64(digits, radix: 16) else { return .tooGreat }
      return .value(text.hasPrefix("-") ? 0 &- Int64(bitPattern: value) : Int64(bitPattern: value))
    }
    if unsigned.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), !unsigned.isEmpty {
      return Int64(text).map(Outcome.value) ?? .tooGreat
    }
    if isNullWord(text) { return .nullWord }
    switch double(bytes, length) {
    case .value(let number), .odd(let number):
      if number.isNaN { return .nullWord }
      guard number == number.rounded(.towardZero) else { return .garbage }
      return Int64(exactly: number).map(Outcome.odd) ?? .tooGreat
    default: return .garbage
    }
  }

  /// Whether a text is a word for nothing.
  static func isNullWord(_ text: String) -> Bool {
    switch text.lowercased() {
    case "null", "none", "n/a", "na", "-", "--", "---", "nil", "(null)", "\\n", "masked": true
    default: false
    }
  }

  /// Reads a real number: decimal with an optional exponent, `NaN`, `+Inf`, `-Inf` and their usual variants.
  @inline(__always)
  static func double(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Outcome<Double> {
    var index = 0
    var end = length
    while index < end, isBlank(bytes[index]) { index += 1 }
    while end > index, isBlank(bytes[end - 1]) { end -= 1 }
    guard index < end else { return .empty }
    let start = index
    let isNegative = bytes[index] == 0x2D
    if isNegative || bytes[index] == 0x2B { index += 1 }
    var mantissa: UInt64 = 0
    let firstDigit = index
    while index < end {
      let digit = bytes[index] &- 0x30
      if digit > 9 { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index += 1
    }
    var digits = index - firstDigit
    var exponent = 0
    if index < end, bytes[index] == 0x2E {
      index += 1
      let fraction = index
      while end - index >= 8, let eight = eightDigits(bytes + index) {
        mantissa = mantissa &* 100_000_000 &+ eight
        index += 8
      }
      while index < end {
        let digit = bytes[index] &- 0x30
        if digit > 9 { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        index += 1
      }
      exponent = fraction - index
      digits += index - fraction
    }
    if digits == 0 { return unusualDouble(bytes + start, end - start) }
    if index < end {
      guard bytes[index] | 0x20 == 0x65 else { return unusualDouble(bytes + start, end - start) }
      index += 1
      var isNegativeExponent = false
      if index < end, bytes[index] == 0x2D || bytes[index] == 0x2B {
        isNegativeExponent = bytes[index] == 0x2D
        index += 1
      }
      guard index < end else { return unusualDouble(bytes + start, end - start) }
      var written = 0
      while index < end {
        let digit = bytes[index] &- 0x30
        if digit > 9 { return unusualDouble(bytes + start, end - start) }
        if written < 100_000 { written = written * 10 + Int(digit) }
        index += 1
      }
      exponent += isNegativeExponent ? -written : written
    }
    if digits > 19 { return .value(longDouble(bytes + start, end - start)) }
    let magnitude = DecimalConversion.double(mantissa, exponent: exponent)
    return .value(isNegative ? -magnitude : magnitude)
  }

  /// The value of eight digits, or `nil` where one of them is none.
  @inline(__always)
  private static func eightDigits(_ bytes: UnsafePointer<UInt8>) -> UInt64? {
    var word = UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    let high = word & 0xF0F0_F0F0_F0F0_F0F0
    let carry = (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
    guard high == 0x3030_3030_3030_3030, carry == 0x3030_3030_3030_3030 else { return nil }
    word = word &- 0x3030_3030_3030_3030
    word = (word &* 10) &+ (word >> 8)
    let low = (word & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let top = ((word >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (low &+ top) >> 32
  }

  /// More digits than a word holds: the C library's conversion.
  @inline(never)
  private static func longDouble(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Double {
    var text = [CChar](repeating: 0, count: length + 1)
    for index in 0..<length { text[index] = CChar(bitPattern: bytes[index]) }
    return strtod(text, nil)
  }

  /// Infinities, words, Fortran exponents, hexadecimal integers.
  @inline(never)
  private static func unusualDouble(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Outcome<Double> {
    guard length <= 64 else { return .garbage }
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self).lowercased()
    switch text {
    case "nan", "+nan", "-nan": return .value(.nan)
    case "inf", "+inf", "infinity", "+infinity": return .value(.infinity)
    case "-inf", "-infinity": return .value(-.infinity)
    default: break
    }
    if isNullWord(text) { return .nullWord }
    let unsigned = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text[...]
    if unsigned.hasPrefix("0x") {
      guard case .value(let value) = integer(bytes, length) else { return .garbage }
      return .odd(Double(value))
    }
    // Fortran writes 1.5D3, and 1.5-120 where the exponent has three digits.
    guard let first = unsigned.utf8.first, (first >= 0x30 && first <= 0x39) || first == 0x2E,
      unsigned.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || [0x2E, 0x64, 0x65, 0x2B, 0x2D].contains($0) })
    else { return .garbage }
    var plain = text.replacing("d", with: "e")
    if !plain.contains("e"), let sign = plain.dropFirst().lastIndex(where: { $0 == "-" || $0 == "+" }) {
      plain.insert("e", at: sign)
    }
    return Double(plain).map(Outcome.odd) ?? .garbage
  }

  /// A `Double` as the nearest `Float` of the text it was read from.
  @inline(__always)
  static func float(_ value: Double, _ bytes: UnsafePointer<UInt8>, _ length: Int) -> Float {
    // Only where the first rounding hit the middle between two Floats can the second one go wrong.
    if value.bitPattern & 0x1FFF_FFFF == 0x1000_0000 { return exactFloat(value, bytes, length) }
    return Float(value)
  }

  @inline(never)
  private static func exactFloat(_ value: Double, _ bytes: UnsafePointer<UInt8>, _ length: Int) -> Float {
    var text = [CChar](repeating: 0, count: length + 1)
    for index in 0..<length { text[index] = CChar(bitPattern: bytes[index]) }
    let exact = strtof(text, nil)
    return abs(Double(exact) - value) <= abs(value) * 1e-6 ? exact : Float(value)
  }

  /// What a text means as a truth value.
  enum Truth {
    case yes, no, unknown, garbage

    /// The truth value, `nil` where it is unknown or none.
    var value: Bool? { self == .yes ? true : self == .no ? false : nil }
  }

  /// Reads a truth value: `T t 1 true`, `F f 0 false`, `?` and nothing, in any case.
  static func boolean(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Truth {
    var start = 0
    var end = length
    while start < end, isBlank(bytes[start]) || bytes[start] == 0 { start += 1 }
    while end > start, isBlank(bytes[end - 1]) || bytes[end - 1] == 0 { end -= 1 }
    if end - start <= 1 {
      guard start < end else { return .unknown }
      switch bytes[start] {
      case 0x54, 0x74, 0x31: return .yes
      case 0x46, 0x66, 0x30: return .no
      case 0x3F: return .unknown
      default: return .garbage
      }
    }
    switch String(decoding: UnsafeBufferPointer(start: bytes + start, count: end - start), as: UTF8.self)
      .lowercased()
    {
    case "true": return .yes
    case "false": return .no
    case "null": return .unknown
    default: return .garbage
    }
  }

  /// The numbers of a text, separated by blanks or commas; NaN for what is none.
  static func doubles(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> [Double] {
    UnsafeBufferPointer(start: bytes, count: length).split { isBlank($0) || $0 == 0x2C }.map { part in
      let piece = UnsafeBufferPointer(rebasing: part)
      return piece.baseAddress.flatMap { double($0, piece.count).number } ?? .nan
    }
  }
}
