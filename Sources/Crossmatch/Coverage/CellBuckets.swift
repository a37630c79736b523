#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Cells of one order, in any order and repeated, to be made into ranges.
///
/// They are put into buckets of neighbouring cells first. A bit a cell of a bucket stays in the first-level cache, so that
/// setting bits and walking over them never waits for memory.
struct CellBuckets: ~Copyable {
  /// Bits of a cell's place in its bucket: a bit each is 32 kB.
  private static let bits: UInt64 = 18
  private static let wordsPerBucket = 1 << 12
  /// Places of a piece of a bucket: a page of 4 kB.
  private static let piece = 1024
  private static let pageMask: UInt = 4095

  private let shift: UInt64
  private let cellCount: UInt64
  private let bucketCount: Int
  private let memory: UnsafeMutableRawPointer
  /// Pieces of all buckets in the order they were begun.
  private let pool: UnsafeMutablePointer<UInt32>
  private var pieces = 0
  /// Where every bucket is written next; one more for what is no cell.
  private let next: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  /// For every piece the one before it in its bucket, or none.
  private let before: UnsafeMutablePointer<UInt32>
  private let positions: Int

  /// Room for the cells of so many positions.
  init(order: Int, positions: Int) {
    shift = UInt64(2 * (HEALPix.maximumOrder - order))
    cellCount = 12 << UInt64(2 * order)
    bucketCount = Int((cellCount - 1) >> Self.bits) + 1
    self.positions = positions
    // A full piece is followed by an empty one; 4 kB more to begin at a page.
    let most = positions / Self.piece + 2 * (bucketCount + 1)
    memory = LargeMemory.allocate(4 * Self.piece * (most + 1))
    let start = (UInt(bitPattern: memory) + Self.pageMask) & ~Self.pageMask
    pool = (memory + Int(start - UInt(bitPattern: memory))).bindMemory(
      to: UInt32.self, capacity: Self.piece * most)
    next = .allocate(capacity: bucketCount + 1)
    before = .allocate(capacity: most)
    for b in 0...bucketCount { (next + b).initialize(to: begin(after: .max)) }
  }

  deinit {
    free(memory)
    next.deallocate()
    before.deallocate()
  }

  /// Begins a piece; the place of its first cell.
  private mutating func begin(after last: UInt32) -> UnsafeMutablePointer<UInt32> {
    before[pieces] = last
    pieces &+= 1
    return pool + Self.piece &* (pieces &- 1)
  }

  /// Adds the cells that hold some order-29 cells; ``CellBatch/noCell`` is left out.
  mutating func insert(_ deepest: UnsafeBufferPointer<UInt64>) {
    let (shift, cellCount, next) = (self.shift, self.cellCount, self.next)
    let none = UInt64(truncatingIfNeeded: bucketCount) &<< Self.bits
    for d in deepest {
      let c = d &>> shift
      let cell = c < cellCount ? c : none
      let b = Int(truncatingIfNeeded: cell &>> Self.bits)
      let place = next[b]
      place.pointee = UInt32(truncatingIfNeeded: cell & (1 &<< Self.bits &- 1))
      next[b] = place + 1
      if UInt(bitPattern: place + 1) & Self.pageMask == 0 {
        next[b] = begin(after: UInt32(truncatingIfNeeded: (place - pool) / Self.piece))
      }
    }
  }

  /// The set as ranges of order-29 cells, ascending and never touching.
  func ranges() -> [Range<UInt64>] {
    // At most every other cell begins a range; memory that is not written to costs nothing.
    let most = min(positions, Int(cellCount + 1) / 2)
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.wordsPerBucket)
    defer { words.deallocate() }
    let result = [Range<UInt64>](unsafeUninitializedCapacity: most + 4) { result, count in
      guard let base = result.baseAddress else { return }
      LargeMemory.prefer(base, bytes: 16 * most)
      // Both ends of a range lie one after the other, and so do the edges.
      let start = UnsafeMutableRawPointer(base)
      var end = start
      var carry: UInt64 = 0
      for b in 0..<bucketCount {
        let isEmpty = !fill(words, from: b)
        if isEmpty && carry == 0 { continue }
        end = writeEdges(words, bucket: b, &carry, to: end)
      }
      if carry != 0 {
        end.storeBytes(of: cellCount &<< shift, as: UInt64.self)
        end += 8
      }
      count = (end - start) / 16
    }
    // Much unused room is given back.
    return result.count > most / 2 ? result : result.withUnsafeBufferPointer { Array($0) }
  }

  /// Sets the bits of a bucket; false if there are none.
  private func fill(_ words: UnsafeMutablePointer<UInt64>, from bucket: Int) -> Bool {
    words.update(repeating: 0, count: Self.wordsPerBucket)
    var piece = (next[bucket] - pool) / Self.piece
    var count = (next[bucket] - pool) % Self.piece
    var isFilled = false
    while true {
      let places = pool + Self.piece &* piece
      for k in 0..<count {
        let c = places[k]
        words[Int(c &>> 6)] |= 1 &<< UInt64(c & 63)
      }
      isFilled = isFilled || count > 0
      let last = before[piece]
      if last == .max { return isFilled }
      (piece, count) = (Int(last), Self.piece)
    }
  }

  /// Writes where ranges begin and end: wherever a bit differs from the one before it.
  private func writeEdges(
    _ words: UnsafeMutablePointer<UInt64>, bucket: Int, _ carry: inout UInt64,
    to target: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    var next = target
    var before = carry
    let offset = UInt64(truncatingIfNeeded: bucket) &<< Self.bits
    for k in 0..<Self.wordsPerBucket {
      let w = words[k]
      var changes = w ^ (w &<< 1 | before)
      before = w &>> 63
      let first = offset | UInt64(truncatingIfNeeded: k) &<< 6
      var left = changes.nonzeroBitCount
      // Four at a time, whether there are as many or not, which spares branches nobody can guess.
      while left > 0 {
        for place in 0..<4 {
          let cell = first | UInt64(truncatingIfNeeded: changes.trailingZeroBitCount)
          next.storeBytes(of: cell &<< shift, toByteOffset: 8 &* place, as: UInt64.self)
          changes &= changes &- 1
        }
        next += 8 &* min(left, 4)
        left &-= 4
      }
    }
    carry = before
    return next
  }
}
