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

  deinit { free(words) }

  /// The cells of a MOC at its order.
  init(_ moc: MOC) {
    shift = UInt64(2 * (HEALPix.maximumOrder - moc.order))
    cellCount = 12 << UInt64(2 * moc.order)
    wordCount = Int(cellCount + 63) / 64
    words = LargeMemory.allocate(8 * (wordCount + 1)).bindMemory(to: UInt64.self, capacity: wordCount + 1)
    words.initialize(repeating: 0, count: wordCount + 1)
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

  /// Whether the cell that holds an order-29 cell is in the set.
  @inline(__always)
  func contains(_ deepest: UInt64) -> Bool {
    let c = bit(deepest)
    return (words[Int(truncatingIfNeeded: c &>> 6)] &>> (c & 63)) & 1 != 0
  }
}
