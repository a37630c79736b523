/// The cards of one header of a FITS file (FITS Standard 4.0, §4).
///
/// Reads what tables need: keywords with a value, free or fixed format, without continued strings. Never reads beyond
/// the bytes given, whatever they hold.
struct FITSHeader {
  /// Keyword and value of every card that has one, in order; strings without quotes and trailing blanks.
  private(set) var cards: [(key: String, value: String)] = []

  /// Bytes of the header with its padding.
  private(set) var length = 0

  /// No header is longer than this, bytes.
  static let longest = 1 << 22

  /// Parses the header that begins at `offset`; nil if there is none or it has no END.
  init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard offset >= 0, offset < bytes.count else { return nil }
    var at = offset
    let end = min(bytes.count, offset + Self.longest)
    while at + 80 <= end {
      let card = UnsafeRawBufferPointer(rebasing: bytes[at..<at + 80])
      at += 80
      let key = Self.text(card[0..<8])
      if key == "END" {
        length = (at - offset + 2879) / 2880 * 2880
        return
      }
      if card[8] == UInt8(ascii: "="), card[9] == UInt8(ascii: " ") {
        cards.append((key, Self.value(card[10..<80])))
      }
    }
    return nil
  }

  subscript(key: String) -> String? { cards.first { $0.key == key }?.value }

  func integer(_ key: String) -> Int? { self[key].flatMap { Int($0) } }

  func double(_ key: String) -> Double? {
    self[key].flatMap { Double($0.replacing("D", with: "E")) }
  }

  private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    var end = bytes.endIndex
    while end > bytes.startIndex, bytes[end - 1] == 0x20 { end -= 1 }
    return String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self)
  }

  private static func value(_ field: Slice<UnsafeRawBufferPointer>) -> String {
    var at = field.startIndex
    while at < field.endIndex, field[at] == 0x20 { at += 1 }
    let quote = UInt8(ascii: "'")
    guard at < field.endIndex, field[at] == quote else {
      var end = at
      while end < field.endIndex, field[end] != UInt8(ascii: "/") { end += 1 }
      return text(field[at..<end])
    }
    var characters: [UInt8] = []
    at += 1
    while at < field.endIndex {
      if field[at] == quote {
        guard at + 1 < field.endIndex, field[at + 1] == quote else { break }
        at += 1
      }
      characters.append(field[at])
      at += 1
    }
    while characters.last == 0x20 { characters.removeLast() }
    return String(decoding: characters, as: UTF8.self)
  }
}

/// Builds a header card by card.
struct FITSHeaderWriter {
  private var text: [UInt8] = []

  /// Adds a card; `comment` is cut where the card ends.
  mutating func add(_ key: String, _ value: Int, _ comment: String = "") {
    card(key, Self.right(String(value)), comment)
  }

  mutating func add(_ key: String, _ value: Bool, _ comment: String = "") {
    card(key, Self.right(value ? "T" : "F"), comment)
  }

  mutating func add(_ key: String, _ value: Double, _ comment: String = "") {
    let digits = "\(value)".uppercased()
    card(key, Self.right(digits.contains { ".E".contains($0) } ? digits : digits + ".0"), comment)
  }

  /// Adds a number just as another header has it.
  mutating func add(_ key: String, verbatim value: String) { card(key, Self.right(value), "") }

  /// Adds a string; what is longer than a card or no printable ASCII is cut or replaced.
  mutating func add(_ key: String, _ value: String, _ comment: String = "") {
    var quoted = "'"
    for c in value.unicodeScalars {
      let piece = c == "'" ? "''" : (0x20...0x7E).contains(c.value) ? String(c) : "?"
      if quoted.utf8.count + piece.utf8.count > 68 { break }
      quoted += piece
    }
    while quoted.utf8.count < 9 { quoted += " " }
    card(key, quoted + "'", comment)
  }

  /// The header with END, padded to whole blocks.
  func finished() -> [UInt8] {
    var all = text
    all += Self.padded("END")
    while all.count % 2880 != 0 { all.append(0x20) }
    return all
  }

  private mutating func card(_ key: String, _ value: String, _ comment: String) {
    var line = key
    while line.utf8.count < 8 { line += " " }
    line += "= " + value
    if !comment.isEmpty {
      while line.utf8.count < 30 { line += " " }
      line += " / " + comment
    }
    text += Self.padded(line)
  }

  private static func right(_ value: String) -> String {
    String(repeating: " ", count: max(0, 20 - value.utf8.count)) + value
  }

  private static func padded(_ line: String) -> [UInt8] {
    var bytes = Array(line.utf8.prefix(80))
    while bytes.count < 80 { bytes.append(0x20) }
    return bytes
  }
}
