#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A set of cells of one order, a bit each: 25 MB at order 12.
///
/// Cells are told by any order-29 cell in them. ``CellBatch/noCell`` has a bit of its own, which belongs to no cell, so
/// that nobody need ask before.
final class CellBits {
  private let words: UnsafeMutablePointer<UInt64>
  /// Words of cells; one more follows for what is none.
  private let wordCount: Int
  private let shift: UInt64
  private let cellCount: UInt64

  /// Whether so many positions are worth the memory and the walk over all of it.
  static func pays(order: Int, positions: Int) -> Bool { order <= 12 && positions >= 1 << (2 * order) / 16 }

  /// The empty set of cells of an order.
  init(order: Int) {
    shift = UInt64(2 * (HEALPix.maximumOrder - order))
    cellCount = 12 << UInt64(2 * order)
    wordCount = Int(cellCount + 63) / 64
    words = LargeMemory.allocate(8 * (wordCount + 1)).bindMemory(to: UInt64.self, capacity: wordCount + 1)
    words.initialize(repeating: 0, count: wordCount + 1)
  }

  deinit { free(words) }

  /// The cells of a MOC at its order.
  convenience init(_ moc: MOC) {
    self.init(order: moc.order)
    for r in moc.ranges {
      let (first, last) = (Int(r.lowerBound >> shift), Int(r.upperBound >> shift) - 1)
      let (low, high): (UInt64, UInt64) = (~0 &<< UInt64(first & 63), ~0 &>> UInt64(63 - last & 63))
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

  @inline(__always)
  private func bit(_ deepest: UInt64) -> UInt64 {
    let c = deepest &>> shift
    return c < cellCount ? c : UInt64(truncatingIfNeeded: wordCount &<< 6)
  }

  /// Adds the cell that holds an order-29 cell.
  @inline(__always)
  func insert(_ deepest: UInt64) {
    let c = bit(deepest)
    words[Int(truncatingIfNeeded: c &>> 6)] |= 1 &<< (c & 63)
  }

  /// Whether the cell that holds an order-29 cell is in the set.
  @inline(__always)
  func contains(_ deepest: UInt64) -> Bool {
    let c = bit(deepest)
    return (words[Int(truncatingIfNeeded: c &>> 6)] &>> (c & 63)) & 1 != 0
  }

  /// The set as ranges of order-29 cells, ascending and never touching.
  var ranges: [Range<UInt64>] {
    // A range begins and ends where a bit differs from the one before it.
    var edges = 0
    var carry: UInt64 = 0
    for k in 0..<wordCount {
      let w = words[k]
      edges &+= (w ^ (w &<< 1 | carry)).nonzeroBitCount
      carry = w &>> 63
    }
    // A range that reaches the last bit has no end among the edges.
    let count = (edges + 1) / 2
    return [Range<UInt64>](unsafeUninitializedCapacity: count) { result, initialized in
      guard let base = result.baseAddress else { return }
      LargeMemory.prefer(base, bytes: 16 * count)
      // Both ends of a range lie one after the other, and so do the edges.
      var next = UnsafeMutableRawPointer(base)
      var carry: UInt64 = 0
      for k in 0..<wordCount {
        let w = words[k]
        var changes = w ^ (w &<< 1 | carry)
        carry = w &>> 63
        let first = UInt64(truncatingIfNeeded: k) &<< 6
        while changes != 0 {
          let cell = first | UInt64(truncatingIfNeeded: changes.trailingZeroBitCount)
          next.storeBytes(of: cell &<< shift, as: UInt64.self)
          next += 8
          changes &= changes &- 1
        }
      }
      if carry != 0 { next.storeBytes(of: (UInt64(wordCount) &<< 6) &<< shift, as: UInt64.self) }
      initialized = count
    }
  }
}
