import Synchronization

/// What a match found, and what it left out.
public struct MatchReport: Sendable, Hashable {
  /// Rows of the left table.
  public var leftRows = 0
  /// Rows of the right table.
  public var rightRows = 0
  /// Left rows that match nothing because they have no valid position: NaN, null or out of range.
  public var leftSkipped = 0
  /// Right rows without a valid position.
  public var rightSkipped = 0
  /// Pairs within the radius, before the mode chose among them.
  public var candidates = 0
  /// Pairs of the result.
  public var matched = 0
  /// Pairs within the radius that the mode dropped.
  public var dropped: Int { candidates - matched }
  /// Different left rows in the result.
  public var leftMatched = 0
  /// Different right rows in the result.
  public var rightMatched = 0
  /// The order-free checksum of the result's pairs.
  public var checksum = PairChecksum()
  /// Sum of the separations of the result, arcsec.
  public var separationSum = 0.0

  /// Pairs of the result at each separation.
  public var offsets = OffsetHistogram([], radiusArcsec: 0)
  /// Pairs of the result beyond 0.99 of the radius: many of them say that the radius cuts true pairs off.
  public var nearRadius = 0

  /// An empty report.
  public init() {}
}

extension MatchReport {
  /// What is summed up over some pairs.
  private struct Slice {
    static let bins = 300
    var checksum = PairChecksum()
    var separations = 0.0
    var left = 0
    var counts = [Int](repeating: 0, count: Slice.bins)

    @inline(__always)
    mutating func add(_ p: MatchPair, scale: Double) {
      checksum.add(left: p.left, right: p.right)
      let separation = p.separation
      separations += separation
      let bin = Int(separation * scale)
      counts[bin < Self.bins ? bin : Self.bins &- 1] &+= 1
    }
  }

  /// Pairs summed up at a time; fixed, so that sums do not depend on the number of threads.
  private static let slice = 65_536

  /// Fills in what follows from the pairs of the result, which are sorted by left row.
  mutating func summarize(_ pairs: [MatchPair], radiusArcsec: Double, threads: Int) {
    let slices = (pairs.count + Self.slice - 1) / Self.slice
    let parts = ThreadResults<Slice>(slices)
    let rights = ThreadResults<RowSet>(threads)
    let next = Atomic<Int>(0)
    let scale = radiusArcsec > 0 ? Double(Slice.bins) / radiusArcsec : 0
    ParallelFor.threads(threads) { [rightRows] thread in
      var seen = RowSet(count: rightRows)
      pairs.withUnsafeBufferPointer { pairs in
        while true {
          let s = next.add(1, ordering: .relaxed).oldValue
          if s >= slices { break }
          var slice = Slice()
          for k in s * Self.slice..<min((s + 1) * Self.slice, pairs.count) {
            let p = pairs[k]
            slice.add(p, scale: scale)
            if k == 0 || pairs[k &- 1].leftRow != p.leftRow { slice.left &+= 1 }
            _ = seen.insert(p.right)
          }
          parts.set(s, slice)
        }
      }
      rights.set(thread, seen)
    }
    matched = pairs.count
    offsets = OffsetHistogram([], radiusArcsec: radiusArcsec)
    for part in parts.values {
      checksum.add(part.checksum)
      separationSum += part.separations
      leftMatched += part.left
      for bin in 0..<Slice.bins { offsets.counts[bin / 10] += part.counts[bin] }
      for bin in Slice.bins * 99 / 100..<Slice.bins { nearRadius += part.counts[bin] }
    }
    var seen = RowSet(count: rightRows)
    for r in rights.values { seen.formUnion(r) }
    rightMatched = seen.count
  }
}
