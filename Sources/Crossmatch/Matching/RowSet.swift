/// A set of row numbers, a bit each.
struct RowSet {
  private var words: [UInt64]

  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  @inline(__always)
  func contains(_ row: Int) -> Bool { words[row >> 6] & (1 << UInt64(row & 63)) != 0 }

  /// Adds a row; whether it was not in the set yet.
  @inline(__always)
  mutating func insert(_ row: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(row & 63)
    defer { words[row >> 6] |= bit }
    return words[row >> 6] & bit == 0
  }

  /// Number of rows in the set.
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Adds the rows of another set of the same size.
  mutating func formUnion(_ other: RowSet) {
    for k in words.indices { words[k] |= other.words[k] }
  }
}
