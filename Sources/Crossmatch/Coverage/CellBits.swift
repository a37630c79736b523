/// A set of cells of one order, a bit each: 25 MB at order 12.
struct CellBits {
  private var words: [UInt64]
  private let shift: UInt64

  /// Whether so many positions are worth the memory and the walk over all of it.
  static func pays(order: Int, positions: Int) -> Bool { order <= 12 && positions >= 1 << (2 * order) / 16 }

  /// The empty set of cells of an order.
  init(order: Int) {
    shift = UInt64(2 * (HEALPix.maximumOrder - order))
    words = [UInt64](repeating: 0, count: (12 << (2 * order) + 63) / 64)
  }

  /// The cells of a MOC at its order.
  init(_ moc: MOC) {
    self.init(order: moc.order)
    for r in moc.ranges {
      let (first, last) = (Int(r.lowerBound >> shift), Int(r.upperBound >> shift) - 1)
      let (low, high): (UInt64, UInt64) = (~0 << UInt64(first & 63), ~0 >> UInt64(63 - last & 63))
      let (i, j) = (first >> 6, last >> 6)
      if i == j {
        words[i] |= low & high
      } else {
        words[i] |= low
        for k in i + 1..<j { words[k] = ~0 }
        words[j] |= high
      }
    }
  }

  /// Adds the cell that holds an order-29 cell.
  @inline(__always)
  mutating func insert(_ deepest: UInt64) {
    let c = deepest &>> shift
    words[Int(truncatingIfNeeded: c &>> 6)] |= 1 &<< (c & 63)
  }

  /// Whether the cell that holds an order-29 cell is in the set.
  @inline(__always)
  func contains(_ deepest: UInt64) -> Bool {
    let c = deepest &>> shift
    return words[Int(truncatingIfNeeded: c &>> 6)] & (1 &<< (c & 63)) != 0
  }

  /// The set as ranges of order-29 cells, ascending and never touching.
  var ranges: [Range<UInt64>] {
    var result: [Range<UInt64>] = []
    // A range begins and ends where a bit differs from the one before it.
    var edges = 0
    var carry: UInt64 = 0
    for w in words {
      edges &+= (w ^ (w << 1 | carry)).nonzeroBitCount
      carry = w >> 63
    }
    result.reserveCapacity(edges / 2 + 1)
    carry = 0
    var start: UInt64 = 0
    for (k, w) in words.enumerated() {
      var changes = w ^ (w << 1 | carry)
      carry = w >> 63
      while changes != 0 {
        let bit = UInt64(changes.trailingZeroBitCount)
        let cell = (UInt64(k) << 6 | bit) << shift
        if w & (1 &<< bit) != 0 { start = cell } else { result.append(start..<cell) }
        changes &= changes &- 1
      }
    }
    if carry != 0 { result.append(start..<UInt64(words.count * 64) << shift) }
    return result
  }
}
