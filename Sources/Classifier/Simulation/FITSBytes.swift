/// A FITS file put together in memory: 80-byte cards and padding to blocks of 2,880 bytes (FITS 4.0, §3 and §4).
package struct FITSBytes: Sendable {
  /// Size of a block in bytes.
  package static let block = 2880

  /// The file so far.
  package private(set) var bytes: [UInt8] = []

  /// An empty file with room for the given number of bytes.
  package init(capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  /// Appends cards that were put together before.
  package mutating func append(cards: [UInt8]) { bytes.append(contentsOf: cards) }

  /// Appends a card with a value as it shall stand there, numbers right-aligned to column 30.
  package mutating func card(_ keyword: String, raw value: String, _ comment: String = "") {
    begin(keyword)
    let text = value.utf8
    for _ in 0..<max(20 - text.count, 0) { bytes.append(0x20) }
    bytes.append(contentsOf: text)
    end(comment, from: 10 + max(20, text.count))
  }

  /// Appends a card with a string, quotes in it doubled; what does not fit into the 68 bytes is cut off.
  package mutating func card(_ keyword: String, _ value: String, _ comment: String = "") {
    begin(keyword)
    let start = bytes.count
    bytes.append(0x27)
    for byte in value.utf8 {
      let size = byte == 0x27 ? 2 : 1
      if bytes.count - start + size > 69 { break }
      bytes.append(contentsOf: repeatElement(byte, count: size))
    }
    while bytes.count - start < 9 { bytes.append(0x20) }
    bytes.append(0x27)
    while bytes.count - start < 20 { bytes.append(0x20) }
    end(comment, from: 10 + bytes.count - start)
  }

  /// Appends a card with a whole number.
  package mutating func card(_ keyword: String, _ value: Int, _ comment: String = "") {
    card(keyword, raw: String(value), comment)
  }

  /// Appends a card with a number of the given number of decimals.
  package mutating func card(_ keyword: String, _ value: Double, _ decimals: Int, _ comment: String = "") {
    card(keyword, raw: SimulationText.fixed(value, decimals), comment)
  }

  /// Appends a card with a truth value.
  package mutating func card(_ keyword: String, _ value: Bool, _ comment: String = "") {
    card(keyword, raw: value ? "T" : "F", comment)
  }

  /// Appends `COMMENT` or `HISTORY` with free text of at most 72 bytes.
  package mutating func text(_ keyword: String, _ text: String) {
    let start = bytes.count
    bytes.append(contentsOf: keyword.utf8)
    while bytes.count - start < 8 { bytes.append(0x20) }
    bytes.append(contentsOf: text.utf8.prefix(72))
    while bytes.count - start < 80 { bytes.append(0x20) }
  }

  /// Appends an empty card.
  package mutating func blank() { text("", "") }

  /// Ends the header: END and blanks to the end of the block.
  package mutating func endHeader() {
    text("END", "")
    pad(with: 0x20)
  }

  /// Appends 32-bit numbers.
  package mutating func append(_ values: [Float]) { SimulationVectors.appendBigEndian(values, to: &bytes) }

  /// Appends rows of 64-bit numbers, all columns of a row together.
  package mutating func append(rows columns: [[Double]]) {
    SimulationVectors.appendBigEndian(rows: columns, to: &bytes)
  }

  /// Ends the data: zeros to the end of the block.
  package mutating func endData() { pad(with: 0) }

  private mutating func begin(_ keyword: String) {
    let start = bytes.count
    bytes.append(contentsOf: keyword.utf8)
    while bytes.count - start < 8 { bytes.append(0x20) }
    bytes.append(0x3D)
    bytes.append(0x20)
  }

  private mutating func end(_ comment: String, from column: Int) {
    var used = column
    if !comment.isEmpty && used < 77 {
      bytes.append(contentsOf: [0x20, 0x2F, 0x20])
      let text = comment.utf8.prefix(80 - used - 3)
      bytes.append(contentsOf: text)
      used += 3 + text.count
    }
    while used < 80 {
      bytes.append(0x20)
      used += 1
    }
  }

  private mutating func pad(with byte: UInt8) {
    let over = bytes.count % Self.block
    if over > 0 { bytes.append(contentsOf: repeatElement(byte, count: Self.block - over)) }
  }
}
