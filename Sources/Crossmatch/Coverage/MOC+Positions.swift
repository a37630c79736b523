extension MOC {
  /// The cells of `order` that hold at least one of some positions.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees, as many
  ///   - order: 0…29
  /// - Complexity: O(n); some 15 ns a position. What is no position is left out.
  public init(ra: [Double], dec: [Double], order: Int) {
    precondition(ra.count == dec.count, "\(ra.count) right ascensions and \(dec.count) declinations")
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    let bits = 4 + 2 * order
    if CellBits.pays(order: order, positions: ra.count) {
      var buckets = CellBuckets(order: order, positions: ra.count)
      CellBatch.forEachBlock(ra, dec) { _, cells in buckets.insert(cells) }
      self.init(order: order, normalized: buckets.ranges())
    } else if bits <= 32 {
      var keys = Self.keys(ra, dec) { UInt32(truncatingIfNeeded: $0 &>> shift) }
      CellSort.sort(&keys, bits: bits)
      self.init(order: order, normalized: Self.ranges(ofSorted: keys, shift))
    } else {
      var keys = Self.keys(ra, dec) { $0 &>> shift }
      CellSort.sort(&keys, bits: bits)
      self.init(order: order, normalized: Self.ranges(ofSorted: keys, shift))
    }
  }

  private static func keys<Key>(_ ra: [Double], _ dec: [Double], _ key: (UInt64) -> Key) -> [Key] {
    [Key](unsafeUninitializedCapacity: ra.count) { keys, count in
      guard let base = keys.baseAddress else { return }
      CellBatch.forEachBlock(ra, dec) { _, cells in
        for c in cells where c != CellBatch.noCell {
          (base + count).initialize(to: key(c))
          count &+= 1
        }
      }
    }
  }

  private static func ranges<Key: FixedWidthInteger>(ofSorted keys: [Key], _ shift: UInt64) -> [Range<UInt64>]
  {
    var result: [Range<UInt64>] = []
    result.reserveCapacity(keys.count)
    guard var first = keys.first else { return result }
    var last = first
    for key in keys {
      if key > last &+ 1 {
        result.append(UInt64(first) << shift..<(UInt64(last) + 1) << shift)
        first = key
      }
      last = key
    }
    result.append(UInt64(first) << shift..<(UInt64(last) + 1) << shift)
    return result
  }

  /// Which of some positions are covered.
  ///
  /// For many positions the set is unfolded into a bit a cell where that takes no more than 25 MB; else every position
  /// looks its range up in a table of cells of a low order.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees, as many
  /// - Returns: a value for each position; false for what is no position.
  /// - Complexity: O(n + ranges); some 15 ns a position.
  public func contains(ra: [Double], dec: [Double]) -> [Bool] {
    precondition(ra.count == dec.count, "\(ra.count) right ascensions and \(dec.count) declinations")
    if CellBits.pays(order: order, positions: ra.count) {
      let bits = CellBits(self)
      return Self.test(ra, dec) { bits.contains($0) }
    }
    let table = RangeTable(self)
    return Self.test(ra, dec) { table.contains($0) }
  }

  @inline(__always)
  private static func test(_ ra: [Double], _ dec: [Double], _ isIn: (UInt64) -> Bool) -> [Bool] {
    [Bool](unsafeUninitializedCapacity: ra.count) { result, count in
      guard let base = result.baseAddress else { return }
      CellBatch.forEachBlock(ra, dec) { first, cells in
        for k in 0..<cells.count { (base + first + k).initialize(to: isIn(cells[k])) }
      }
      count = ra.count
    }
  }
}

/// For every cell of a low order the first range that ends after its beginning.
private struct RangeTable {
  private let ranges: [Range<UInt64>]
  private let shift: UInt64
  private let first: [UInt32]

  init(_ moc: MOC) {
    ranges = moc.ranges
    var order = 0
    while order < 11 && 12 << (2 * order) < 2 * moc.ranges.count { order += 1 }
    shift = UInt64(2 * (HEALPix.maximumOrder - order))
    var first = [UInt32](repeating: 0, count: 12 << (2 * order))
    var k = 0
    for c in first.indices {
      while k < moc.ranges.count && moc.ranges[k].upperBound <= UInt64(c) << shift { k += 1 }
      first[c] = UInt32(k)
    }
    self.first = first
  }

  @inline(__always)
  func contains(_ cell: UInt64) -> Bool {
    guard cell < MOC.end else { return false }
    var k = Int(first[Int(truncatingIfNeeded: cell &>> shift)])
    while k < ranges.count && ranges[k].upperBound <= cell { k &+= 1 }
    return k < ranges.count && ranges[k].lowerBound <= cell
  }
}
