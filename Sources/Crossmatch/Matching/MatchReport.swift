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

  /// An empty report.
  public init() {}
}

extension MatchReport {
  /// Pairs summed up at a time; fixed, so that sums do not depend on the number of threads.
  private static let slice = 65_536

  /// Fills in what follows from the pairs of the result, which are sorted by left row.
  mutating func summarize(_ pairs: [MatchPair], threads: Int) {
    let slices = (pairs.count + Self.slice - 1) / Self.slice
    let parts = ThreadResults<(checksum: PairChecksum, separations: Double, left: Int)>(slices)
    let rights = ThreadResults<RowSet>(threads)
    let next = Atomic<Int>(0)
    ParallelFor.threads(threads) { [rightRows] thread in
      var seen = RowSet(count: rightRows)
      pairs.withUnsafeBufferPointer { pairs in
        while true {
          let s = next.add(1, ordering: .relaxed).oldValue
          if s >= slices { break }
          var checksum = PairChecksum()
          var (separations, left) = (0.0, 0)
          for k in s * Self.slice..<min((s + 1) * Self.slice, pairs.count) {
            let p = pairs[k]
            checksum.add(left: p.left, right: p.right)
            separations += p.separation
            if k == 0 || pairs[k &- 1].leftRow != p.leftRow { left &+= 1 }
            _ = seen.insert(p.right)
          }
          parts.set(s, (checksum, separations, left))
        }
      }
      rights.set(thread, seen)
    }
    matched = pairs.count
    for part in parts.values {
      checksum.add(part.checksum)
      separationSum += part.separations
      leftMatched += part.left
    }
    var seen = RowSet(count: rightRows)
    for r in rights.values { seen.formUnion(r) }
    rightMatched = seen.count
  }
}
