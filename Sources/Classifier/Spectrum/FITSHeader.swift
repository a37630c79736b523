/// The header of one FITS unit: its cards, found by keyword.
///
/// Cards are kept as they are in the file and read when asked for: a LAMOST header has 120 of them, of which
/// twenty are wanted. (FITS standard 4.0, section 4.)
struct FITSHeader: Sendable {
  /// The cards, 80 bytes each, up to and without `END`.
  private let cards: [UInt8]
  /// Keyword of each card, its 8 bytes as one number.
  private let keywords: [UInt64]

  /// Reads the header that starts at `offset`.
  /// - Returns: The header and the offset behind it, a multiple of 2880 from `offset`.
  /// - Throws: `truncated` where there is no `END` card.
  static func read(_ source: SpectrumBytes, at offset: Int) throws(SpectrumError) -> (FITSHeader, end: Int) {
    // One read fetches the usual survey header of up to five blocks.
    var size = 5 * FITSFile.block
    while true {
      let end = min(offset + size, source.count)
      let bytes = try source.bytes(offset..<end)
      if let header = FITSHeader(bytes) {
        let used = (header.keywords.count + 1) * 80
        let blocks = (used + FITSFile.block - 1) / FITSFile.block
        return (header, offset + blocks * FITSFile.block)
      }
      guard end < source.count, size < 1 << 22 else {
        throw SpectrumError(
          .truncated, "FITS header has no END card within \(source.count - offset) bytes",
          hint: "fetch the file again")
      }
      size *= 2
    }
  }

  /// The header at the start of `bytes`, or `nil` where they end before the `END` card.
  private init?(_ bytes: ArraySlice<UInt8>) {
    var keywords = [UInt64]()
    keywords.reserveCapacity(bytes.count / 80)
    let isComplete = bytes.withUnsafeBytes { buffer in
      var at = 0
      while at + 80 <= buffer.count {
        let keyword = buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        if keyword == Self.end { return true }
        keywords.append(keyword)
        at += 80
      }
      return false
    }
    guard isComplete else { return nil }
    self.keywords = keywords
    cards = Array(bytes.prefix(keywords.count * 80))
  }

  /// Number of cards.
  var count: Int { keywords.count }

  private static let end = packed("END")

  /// A keyword of up to 8 characters as the number its bytes make in memory, padded with blanks.
  private static func packed(_ keyword: String) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for byte in keyword.utf8.prefix(8) {
      value |= UInt64(byte) << shift
      shift += 8
    }
    while shift < 64 {
      value |= 0x20 << shift
      shift += 8
    }
    return UInt64(littleEndian: value)
  }

  /// The 70 bytes behind `= ` of the first card with this keyword, or `nil`.
  private func field(_ keyword: String) -> ArraySlice<UInt8>? {
    let wanted = Self.packed(keyword)
    guard let card = keywords.firstIndex(of: wanted) else { return nil }
    return field(at: card)
  }

  private func field(at card: Int) -> ArraySlice<UInt8>? {
    let start = card * 80
    guard cards[start + 8] == UInt8(ascii: "=") else { return nil }
    return cards[(start + 9)..<(start + 80)]
  }

  /// What stands before the comment of a field: the value, trimmed; quotes kept.
  private static func value(of field: ArraySlice<UInt8>) -> (
    text: ArraySlice<UInt8>, comment: ArraySlice<UInt8>
  ) {
    let blank = UInt8(ascii: " ")
    let rest = field.drop { $0 == blank }
    var end = rest.startIndex
    if rest.first == UInt8(ascii: "'") {
      end += 1
      while end < rest.endIndex {
        if rest[end] == UInt8(ascii: "'") {
          end += 1
          guard end < rest.endIndex, rest[end] == UInt8(ascii: "'") else { break }
        }
        end += 1
      }
      let tail = rest[end...].drop { $0 == blank || $0 == UInt8(ascii: "/") }
      return (rest[..<end], tail)
    }
    end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    var text = rest[..<end]
    while text.last == blank { text.removeLast() }
    return (text, rest[end...].drop { $0 == UInt8(ascii: "/") || $0 == blank })
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    var trimmed = bytes
    while let last = trimmed.last, last <= 0x20 { trimmed.removeLast() }
    return String(decoding: trimmed, as: UTF8.self)
  }

  private static func unquoted(_ value: ArraySlice<UInt8>) -> String? {
    guard value.first == UInt8(ascii: "'") else { return nil }
    var inner = value.dropFirst()
    if inner.last == UInt8(ascii: "'") { inner = inner.dropLast() }
    guard inner.contains(UInt8(ascii: "'")) else { return text(inner) }
    var bytes = [UInt8]()
    var isSecond = false
    for byte in inner {
      isSecond = byte == UInt8(ascii: "'") && !isSecond
      if !isSecond { bytes.append(byte) }
    }
    return text(bytes[...])
  }

  /// Whether there is a card with this keyword, with a value or not.
  func has(_ keyword: String) -> Bool { field(keyword) != nil }

  /// Value of a string card without trailing blanks; `nil` if there is none, it is blank or of another type.
  func string(_ keyword: String) -> String? {
    guard let field = field(keyword), let string = Self.unquoted(Self.value(of: field).text) else {
      return nil
    }
    return string.isEmpty ? nil : string
  }

  /// Value of a number card; `nil` if there is none, it has no value or is a string.
  func double(_ keyword: String) -> Double? {
    guard let field = field(keyword) else { return nil }
    return Self.number(Self.value(of: field).text)
  }

  /// Value of a number card, or of a string card that holds nothing but a number.
  func lenientDouble(_ keyword: String) -> Double? {
    double(keyword) ?? string(keyword).flatMap { Self.number(Array($0.utf8)[...]) }
  }

  /// Value of an integer card.
  func integer(_ keyword: String) -> Int? {
    guard let field = field(keyword) else { return nil }
    let value = Self.value(of: field).text
    var result = 0
    var digits = 0
    var isNegative = false
    for (place, byte) in value.enumerated() {
      switch byte {
      case 0x30...0x39:
        let (product, over) = result.multipliedReportingOverflow(by: 10)
        let (sum, overSum) = product.addingReportingOverflow(Int(byte) - 0x30)
        guard !over, !overSum else { return nil }
        result = sum
        digits += 1
      case UInt8(ascii: "-") where place == 0: isNegative = true
      case UInt8(ascii: "+") where place == 0: break
      default: return nil
      }
    }
    guard digits > 0 else { return nil }
    return isNegative ? -result : result
  }

  /// Value of a logical card, or of a string card `'T'` or `'F'` as SDSS writes them.
  func logical(_ keyword: String) -> Bool? {
    guard let field = field(keyword) else { return nil }
    let value = Self.value(of: field).text
    let text = Self.unquoted(value) ?? Self.text(value)
    return text == "T" ? true : text == "F" ? false : nil
  }

  /// Comment behind the value of a card.
  func comment(_ keyword: String) -> String? {
    guard let field = field(keyword) else { return nil }
    let comment = Self.text(Self.value(of: field).comment)
    return comment.isEmpty ? nil : comment
  }

  /// Value of any card as text; `nil` where it has none.
  func text(_ keyword: String) -> String? {
    guard let field = field(keyword) else { return nil }
    let value = Self.value(of: field).text
    let text = Self.unquoted(value) ?? Self.text(value)
    return text.isEmpty ? nil : text
  }

  /// A number in FITS notation, where the exponent may be a `D`.
  static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard let first = bytes.first, first != UInt8(ascii: "'"), bytes.count <= 70 else { return nil }
    // Digits, signs, points and exponents only: `inf`, `nan` and hexadecimal are not FITS numbers.
    var hasOldExponent = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"),
        UInt8(ascii: "e"):
        continue
      case UInt8(ascii: "D"), UInt8(ascii: "d"): hasOldExponent = true
      default: return nil
      }
    }
    var text = String(decoding: bytes, as: UTF8.self)
    if hasOldExponent { text = String(text.map { $0 == "D" || $0 == "d" ? "E" : $0 }) }
    if bytes.last == UInt8(ascii: ".") { text.append("0") }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
