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
      let bytes = try source.beginning(offset..<end)
      if let header = FITSHeader(bytes) {
        let used = (header.keywords.count + 1) * 80
        let blocks = (used + FITSFile.block - 1) / FITSFile.block
        return (header, offset + blocks * FITSFile.block)
      }
      if bytes.count < end - offset { _ = try source.bytes(offset..<end) }
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

  /// The header as bytes, with cards changed, left out and added, `END` and the blanks to a whole block.
  /// - Parameters:
  ///   - changes: Keyword and new value as it stands in a card; cards that are not there are not made.
  ///   - left: Keywords to leave out.
  ///   - added: Cards of up to 80 characters to put before `END`.
  func rewritten(changes: [(String, String)], leavingOut left: [String], adding added: [String]) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(cards.count + 4 * FITSFile.block)
    let changed = Dictionary(changes.map { (Self.packed($0.0), $0) }) { first, _ in first }
    let dropped = Set(left.map(Self.packed))
    for (index, keyword) in keywords.enumerated() where !dropped.contains(keyword) {
      let card = cards[(index * 80)..<(index * 80 + 80)]
      guard let (name, value) = changed[keyword], card[card.startIndex + 8] == UInt8(ascii: "=") else {
        bytes += card
        continue
      }
      let comment = comment(name).map { " / " + $0 } ?? ""
      // Fixed format: numbers end in column 30, strings begin in column 11.
      let blanks = String(repeating: " ", count: max(0, 20 - value.count))
      bytes += Self.card(
        name.padded(8) + "= " + (value.first == "'" ? value + blanks : blanks + value) + comment)
    }
    for text in added { bytes += Self.card(text) }
    bytes += Self.card("END")
    bytes += [UInt8](repeating: 0x20, count: (FITSFile.block - bytes.count % FITSFile.block) % FITSFile.block)
    return bytes
  }

  /// A card of 80 bytes of printable ASCII.
  private static func card(_ text: String) -> [UInt8] {
    let bytes = text.utf8.prefix(80).map { 0x20...0x7E ~= $0 ? $0 : 0x3F }
    return bytes + [UInt8](repeating: 0x20, count: 80 - bytes.count)
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

  /// What `body` makes of the 71 bytes behind the `=` of the first card with this keyword; `nil` without one.
  private func field<Result>(_ keyword: String, _ body: (FITSField) -> Result?) -> Result? {
    let wanted = Self.packed(keyword)
    return keywords.withUnsafeBufferPointer { keywords in
      guard let card = keywords.firstIndex(of: wanted) else { return nil }
      return cards.withUnsafeBufferPointer { cards in
        guard cards[card * 80 + 8] == UInt8(ascii: "=") else { return nil }
        return body(FITSField(UnsafeBufferPointer(rebasing: cards[(card * 80 + 9)..<(card * 80 + 80)])))
      }
    }
  }

  /// Whether there is a card with this keyword, with a value or not.
  func has(_ keyword: String) -> Bool { field(keyword) { _ in true } ?? false }

  /// Value of a string card without trailing blanks; `nil` if there is none, it is blank or of another type.
  func string(_ keyword: String) -> String? {
    field(keyword) { $0.isString ? $0.text : nil }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Value of a number card; `nil` if there is none, it has no value or is a string.
  func double(_ keyword: String) -> Double? {
    field(keyword) { $0.isString ? nil : FITSField.number($0.value) }
  }

  /// Value of a number card, or of a string card that holds nothing but a number.
  func lenientDouble(_ keyword: String) -> Double? {
    double(keyword) ?? string(keyword).flatMap(FITSField.number)
  }

  /// Value of an integer card.
  func integer(_ keyword: String) -> Int? {
    field(keyword) { $0.isString ? nil : FITSField.integer($0.value) }
  }

  /// Value of a logical card, or of a string card `'T'` or `'F'` as SDSS writes them.
  func logical(_ keyword: String) -> Bool? {
    switch text(keyword) {
    case "T": true
    case "F": false
    default: nil
    }
  }

  /// Comment behind the value of a card.
  func comment(_ keyword: String) -> String? {
    field(keyword) { $0.comment }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Value of any card as text; `nil` where it has none.
  func text(_ keyword: String) -> String? {
    field(keyword) { $0.text }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension String {
  /// The text with blanks behind it, up to a number of characters.
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension String {
  /// Whether the bytes of another text stand in this one: what `contains` says of words, in a twentieth of its time.
  func hasPart(_ word: String) -> Bool {
    var (text, word) = (self, word)
    return text.withUTF8 { text in
      word.withUTF8 { word in
        guard let first = word.first, text.count >= word.count else { return word.isEmpty }
        for start in 0...(text.count - word.count) where text[start] == first {
          if UnsafeBufferPointer(rebasing: text[start..<(start + word.count)]).elementsEqual(word) {
            return true
          }
        }
        return false
      }
    }
  }
}
