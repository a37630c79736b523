/// A set of cells of the sky: Multi-Order Coverage map (MOC 2.0, IVOA Recommendation 2022, space dimension).
///
/// Kept as sorted, disjoint, never touching ranges of order-29 cells, and the deepest order whose cells the set is made
/// of. All set operations are one walk over the ranges of both sides.
///
/// ```swift
/// var seen = MOC(coneAt: SkyPosition(ra: 10.68, dec: 41.27), radius: 2, order: 10)
/// seen.formUnion(MOC(cells: [1024, 1025], order: 6))
/// print(seen.skyFraction, seen.ascii)
/// ```
public struct MOC: Sendable, Hashable {
  /// The deepest order, 0…29: the set is a union of cells of this order.
  public private(set) var order: Int

  /// The order-29 cells of the set: ascending, disjoint, never touching.
  public private(set) var ranges: [Range<UInt64>]

  /// The empty set at an order.
  ///
  /// - Parameter order: 0…29
  public init(order: Int = 0) {
    precondition(0...HEALPix.maximumOrder ~= order, "MOC order \(order) is not in 0…29")
    self.order = order
    ranges = []
  }

  /// The whole sky.
  public static let fullSky = MOC(order: 0, normalized: [0..<end])

  /// One past the last order-29 cell.
  static let end: UInt64 = 12 << 58

  /// A set from ranges that fulfil the invariants already.
  init(order: Int, normalized ranges: [Range<UInt64>]) {
    self.order = order
    self.ranges = ranges
    checkInvariants()
  }

  /// A set from ranges of order-29 cells in any order, overlapping or not, widened to whole cells of `order`.
  ///
  /// - Parameters:
  ///   - ranges: ranges below 12·4²⁹; what is above is left out
  ///   - order: 0…29
  /// - Complexity: O(n log n), O(n) if sorted already.
  public init(ranges: some Sequence<Range<UInt64>>, order: Int) {
    self.init(order: order)
    let mask = Self.cellMask(order: order)
    var list: [Range<UInt64>] = []
    var isSorted = true
    var previous: UInt64 = 0
    for r in ranges where !r.isEmpty && r.lowerBound < Self.end {
      let lower = r.lowerBound & ~mask
      let upper = min((r.upperBound - 1) | mask, Self.end - 1) + 1
      isSorted = isSorted && lower >= previous
      previous = lower
      list.append(lower..<upper)
    }
    if !isSorted { list.sort { $0.lowerBound < $1.lowerBound } }
    self.ranges = Self.merged(list)
    checkInvariants()
  }

  /// A set of cells of one order, NESTED.
  ///
  /// - Parameters:
  ///   - cells: in any order, repeats allowed; numbers that are no cells are left out
  ///   - order: 0…29
  /// - Complexity: O(n log n), O(n) if sorted already.
  public init(cells: some Sequence<UInt64>, order: Int) {
    let healpix = HEALPix(order: order)
    self.init(ranges: cells.lazy.filter(healpix.contains).map { healpix.range(of: $0) }, order: order)
  }

  /// The cells of `order` that have a point in common with a cone.
  ///
  /// - Parameters:
  ///   - center: degrees
  ///   - radius: degrees
  ///   - order: 0…29
  /// - Complexity: O(cells along the circle).
  public init(coneAt center: SkyPosition, radius: Double, order: Int) {
    let healpix = HEALPix(order: order)
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    var list: [Range<UInt64>] = []
    healpix.visitCone(ra: center.ra, dec: center.dec, radius: radius) { cells, _ in
      list.append(cells.lowerBound << shift..<cells.upperBound << shift)
    }
    self.init(order: order, normalized: Self.merged(list))
  }

  /// Bits below a cell of `order` in an order-29 number.
  static func cellMask(order: Int) -> UInt64 { (1 << UInt64(2 * (HEALPix.maximumOrder - order))) - 1 }

  /// Joins ranges, sorted by their beginning, that overlap or touch.
  static func merged(_ sorted: [Range<UInt64>]) -> [Range<UInt64>] {
    var result: [Range<UInt64>] = []
    result.reserveCapacity(sorted.count)
    for r in sorted {
      if let last = result.last, r.lowerBound <= last.upperBound {
        if r.upperBound > last.upperBound { result[result.count - 1] = last.lowerBound..<r.upperBound }
      } else {
        result.append(r)
      }
    }
    return result
  }

  // MARK: Looking

  /// Whether nothing is covered.
  public var isEmpty: Bool { ranges.isEmpty }

  /// Number of order-29 cells.
  public var deepestCellCount: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }

  /// The covered part of the sky, 0…1.
  ///
  /// - Complexity: O(number of ranges).
  public var skyFraction: Double { Double(deepestCellCount) / Double(Self.end) }

  /// The covered area in square degrees.
  public var area: Double { skyFraction * 41252.96124941928 }

  /// Whether a position is covered; false for what is no position.
  ///
  /// - Complexity: O(log n) in the number of ranges.
  public func contains(ra: Double, dec: Double) -> Bool {
    guard SkyPosition.isValid(ra: ra, dec: dec) else { return false }
    return contains(HEALPix.deepestCell(ra: SkyPosition.normalized(ra: ra), dec: dec))
  }

  /// Whether an order-29 cell is covered.
  ///
  /// - Complexity: O(log n) in the number of ranges.
  public func contains(_ deepestCell: UInt64) -> Bool {
    let k = firstRange(endingAfter: deepestCell)
    return k < ranges.count && ranges[k].lowerBound <= deepestCell
  }

  /// Whether a whole cell is covered.
  public func contains(_ cell: UInt64, order: Int) -> Bool {
    let r = HEALPix(order: order).range(of: cell)
    let k = firstRange(endingAfter: r.lowerBound)
    return k < ranges.count && ranges[k].lowerBound <= r.lowerBound && ranges[k].upperBound >= r.upperBound
  }

  /// Whether any of a cell is covered.
  public func intersects(_ cell: UInt64, order: Int) -> Bool {
    let r = HEALPix(order: order).range(of: cell)
    let k = firstRange(endingAfter: r.lowerBound)
    return k < ranges.count && ranges[k].lowerBound < r.upperBound
  }

  /// Index of the first range that ends after a cell.
  func firstRange(endingAfter cell: UInt64) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= cell { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The fewest cells that make up the set, each of the lowest order possible, ascending on the Z-order curve.
  ///
  /// - Complexity: O(number of cells).
  public var cells: [(order: Int, cell: UInt64)] {
    var result: [(order: Int, cell: UInt64)] = []
    for r in ranges {
      var start = r.lowerBound
      while start < r.upperBound {
        let aligned = start == 0 ? 29 : min(29, start.trailingZeroBitCount / 2)
        let fits = (63 - (r.upperBound - start).leadingZeroBitCount) / 2
        let levels = min(aligned, fits)
        result.append((HEALPix.maximumOrder - levels, start >> UInt64(2 * levels)))
        start += 1 << UInt64(2 * levels)
      }
    }
    return result
  }

  /// The cells of one order that are covered, at least in part, as ranges.
  ///
  /// - Complexity: O(number of ranges).
  public func cellRanges(atOrder order: Int) -> [Range<UInt64>] {
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    return degraded(to: min(order, self.order)).ranges.map { $0.lowerBound >> shift..<$0.upperBound >> shift }
  }

  /// Traps, in debug builds, if the ranges are not as promised or do not consist of cells of the order.
  func checkInvariants() {
    assert(invariantsHold)
  }

  /// Whether ranges ascend without touching, stay on the sphere and consist of whole cells of the order.
  var invariantsHold: Bool {
    let mask = Self.cellMask(order: order)
    var previous: UInt64?
    for r in ranges {
      if r.isEmpty || r.upperBound > Self.end || (r.lowerBound | r.upperBound) & mask != 0 { return false }
      if let previous, r.lowerBound <= previous { return false }
      previous = r.upperBound
    }
    return 0...HEALPix.maximumOrder ~= order
  }
}
