/// Finds the partners within one band: rows of one table are sorted into buckets of right ascension, rows of the other
/// look up the few buckets their partners can be in.
///
/// Buckets hold about one row. No unit vectors and no trigonometry are needed but for pairs whose differences in both
/// coordinates are small enough.
struct SweepKernel: ~Copyable {
  private let window: SweepWindow
  private let decision: RadiusDecision
  /// Whether the bucketed table is the left one.
  private let bucketsAreLeft: Bool
  private(set) var pairs = PairBuffer()

  private var capacity = 0
  private var ra = UnsafeMutablePointer<Double>.allocate(capacity: 1)
  private var dec = UnsafeMutablePointer<Double>.allocate(capacity: 1)
  private var row = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  private var bucketCapacity = 0
  private var start = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)

  init(radius: Double, bucketsAreLeft: Bool) {
    window = SweepWindow(radius: radius)
    decision = RadiusDecision(radius: radius)
    self.bucketsAreLeft = bucketsAreLeft
  }

  deinit {
    ra.deallocate()
    dec.deallocate()
    row.deallocate()
    start.deallocate()
  }

  /// Adds the pairs of band `band`.
  mutating func match(_ buckets: RowStore, _ queries: RowStore, band: Int) {
    let (h, q) = (buckets.first[band], queries.first[band])
    let (bucketed, asked) = (buckets.first[band + 1] - h, queries.first[band + 1] - q)
    guard bucketed > 0 && asked > 0 else { return }
    let count = bucketCount(for: bucketed)
    fill(buckets.ra + h, buckets.dec + h, buckets.row + h, bucketed, count)
    sweep(queries.ra + q, queries.dec + q, queries.row + q, asked, count)
  }

  private func bucketCount(for rows: Int) -> Int {
    max(16, 1 << (Int.bitWidth - (rows - 1).leadingZeroBitCount))
  }

  /// Sorts rows into buckets by counting.
  private mutating func fill(
    _ ra: UnsafePointer<Double>, _ dec: UnsafePointer<Double>, _ row: UnsafePointer<UInt32>, _ rows: Int,
    _ buckets: Int
  ) {
    reserve(rows: rows, buckets: buckets)
    let scale = Double(buckets) / 360
    let start = self.start
    start.update(repeating: 0, count: buckets + 2)
    // Counts stand two places on, so that after the second pass every entry is the start of its bucket.
    for k in 0..<rows { start[min(Int(ra[k] * scale), buckets &- 1) &+ 2] &+= 1 }
    var sum: UInt32 = 0
    for b in 2..<buckets + 2 {
      sum &+= start[b]
      start[b] = sum
    }
    let (ra1, dec1, row1) = (self.ra, self.dec, self.row)
    for k in 0..<rows {
      let b = min(Int(ra[k] * scale), buckets &- 1) &+ 1
      let slot = Int(start[b])
      start[b] &+= 1
      ra1[slot] = ra[k]
      dec1[slot] = dec[k]
      row1[slot] = row[k]
    }
  }

  private mutating func reserve(rows: Int, buckets: Int) {
    if rows > capacity {
      capacity = rows + rows / 4
      ra.deallocate()
      dec.deallocate()
      row.deallocate()
      ra = .allocate(capacity: capacity)
      dec = .allocate(capacity: capacity)
      row = .allocate(capacity: capacity)
    }
    if buckets + 2 > bucketCapacity {
      bucketCapacity = buckets + 2
      start.deallocate()
      start = .allocate(capacity: bucketCapacity)
    }
  }

  private mutating func sweep(
    _ ra: UnsafePointer<Double>, _ dec: UnsafePointer<Double>, _ row: UnsafePointer<UInt32>, _ rows: Int,
    _ buckets: Int
  ) {
    var lowest = 90.0
    var highest = -90.0
    for k in 0..<rows {
      lowest = min(lowest, dec[k])
      highest = max(highest, dec[k])
    }
    let widest = window.ra(atDec: max(lowest.magnitude, highest.magnitude))
    let narrowest = window.ra(atDec: lowest * highest <= 0 ? 0 : min(lowest.magnitude, highest.magnitude))
    let perRow = widest > 1.2 * narrowest
    for k in 0..<rows {
      let width = perRow ? window.ra(atDec: dec[k]) : widest
      let a = ra[k]
      if width > 179 {
        scan(a, dec[k], row[k], 360, 0, 360, buckets)
        continue
      }
      let (low, high) = (a - width, a + width)
      scan(a, dec[k], row[k], width, max(low, 0), min(high, 360), buckets)
      if low < 0 { scan(a + 360, dec[k], row[k], width, low + 360, 360, buckets) }
      if high > 360 { scan(a - 360, dec[k], row[k], width, 0, high - 360, buckets) }
    }
  }

  /// Compares a row with all in the buckets between two right ascensions.
  @inline(__always)
  private mutating func scan(
    _ a: Double, _ d: Double, _ query: UInt32, _ width: Double, _ low: Double, _ high: Double, _ buckets: Int
  ) {
    let scale = Double(buckets) / 360
    let first = Int(start[min(Int(low * scale), buckets &- 1)])
    let end = Int(start[min(Int(high * scale), buckets &- 1) &+ 1])
    var k = first
    while k < end {
      if (dec[k] - d).magnitude <= window.dec && (ra[k] - a).magnitude <= width { consider(k, a, d, query) }
      k &+= 1
    }
  }

  @inline(__always)
  private mutating func consider(_ k: Int, _ a: Double, _ d: Double, _ query: UInt32) {
    let h = Haversine.between(ra[k], dec[k], a, d)
    guard decision.isWithin(h, ra[k], dec[k], a, d) else { return }
    let other = row[k]
    pairs.append(
      bucketsAreLeft
        ? MatchPair(left: other, right: query, haversine: h)
        : MatchPair(left: query, right: other, haversine: h))
  }
}
