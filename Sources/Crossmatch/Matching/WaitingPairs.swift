/// Pairs of slabs already matched that may still change: those connected with a right row that a later slab has too.
///
/// Pairs that share rows form components, and every mode decides within a component. One with a row that is yet to be
/// seen again waits as a whole; all others are settled.
struct WaitingPairs {
  private var left = SlabRows()
  private var right = SlabRows()
  private var pairs: [MatchPair] = []

  /// Adds the waiting pairs to those of a slab and keeps back what must wait further.
  ///
  /// - Parameters:
  ///   - runs: the pairs of the slab
  ///   - l: the slab's left rows; those of waiting pairs are put among them
  ///   - r: the slab's right rows; those of waiting pairs are put among them
  ///   - isOpen: whether a right row of a declination is in a later slab too
  /// - Returns: the pairs that are settled, of rows of `l` and `r`
  mutating func join(
    _ runs: PairRuns, _ l: inout SlabRows, _ r: inout SlabRows, isOpen: (Double) -> Bool
  ) -> PairRuns {
    // Rows stay in the order of the tables, which is what ties are decided by.
    let (leftRows, leftPlaces, oldLeft) = l.merged(with: left)
    let (rightRows, rightPlaces, oldRight) = r.merged(with: right)
    (l, r) = (leftRows, rightRows)
    var all: [MatchPair] = []
    all.reserveCapacity(runs.count + pairs.count)
    for run in 0..<runs.threads {
      for p in runs.run(run) {
        all.append(MatchPair(left: leftPlaces[p.left], right: rightPlaces[p.right], haversine: p.haversine))
      }
    }
    for p in pairs {
      all.append(MatchPair(left: oldLeft[p.left], right: oldRight[p.right], haversine: p.haversine))
    }
    let waits = open(all, l.rowCount, r) { isOpen($0) }
    let settled = PairRuns(threads: 1)
    var buffer = PairBuffer()
    var kept: [MatchPair] = []
    for (k, p) in all.enumerated() {
      if waits[k] { kept.append(p) } else { buffer.append(p) }
    }
    settled.set(0, buffer)
    self = WaitingPairs(kept, l, r)
    return settled
  }

  /// No pairs.
  init() {}

  /// Pairs of some rows of a slab, with copies of these rows.
  private init(_ kept: [MatchPair], _ l: SlabRows, _ r: SlabRows) {
    let leftUsed = Set(kept.map(\.leftRow)).sorted()
    let rightUsed = Set(kept.map(\.rightRow)).sorted()
    for k in leftUsed { left.append(l.ra[Int(k)], l.dec[Int(k)], l.row[Int(k)]) }
    for k in rightUsed { right.append(r.ra[Int(k)], r.dec[Int(k)], r.row[Int(k)]) }
    let newLeft = Dictionary(uniqueKeysWithValues: zip(leftUsed, UInt32(0)...))
    let newRight = Dictionary(uniqueKeysWithValues: zip(rightUsed, UInt32(0)...))
    pairs = kept.compactMap { p in
      guard let i = newLeft[p.leftRow], let j = newRight[p.rightRow] else { return nil }
      return MatchPair(left: i, right: j, haversine: p.haversine)
    }
  }

  /// Which pairs are in a component with an open right row.
  private func open(_ all: [MatchPair], _ leftCount: Int, _ r: SlabRows, isOpen: (Double) -> Bool) -> [Bool] {
    var forest = UnionFind(count: leftCount + r.rowCount)
    for p in all { forest.unite(p.left, leftCount + p.right) }
    var openRoots: Set<Int> = []
    for p in all where isOpen(r.dec[p.right]) { openRoots.insert(forest.root(of: p.left)) }
    if openRoots.isEmpty { return [Bool](repeating: false, count: all.count) }
    return all.map { openRoots.contains(forest.root(of: $0.left)) }
  }
}

extension SlabRows {
  /// The rows of both lists, each once, in the order of the table, and where the rows of each have gone.
  fileprivate func merged(with other: SlabRows) -> (rows: SlabRows, own: [UInt32], others: [UInt32]) {
    var result = SlabRows()
    result.reserve(rowCount + other.rowCount)
    var (own, others) = ([UInt32](), [UInt32]())
    own.reserveCapacity(rowCount)
    var (i, j) = (0, 0)
    while i < rowCount || j < other.rowCount {
      let place = UInt32(result.rowCount)
      let next = i < rowCount ? row[i] : Int.max
      let otherNext = j < other.rowCount ? other.row[j] : Int.max
      if otherNext < next {
        result.append(other.ra[j], other.dec[j], other.row[j])
      } else {
        result.append(ra[i], dec[i], row[i])
        own.append(place)
        i += 1
      }
      if otherNext <= next {
        others.append(place)
        j += 1
      }
    }
    return (result, own, others)
  }
}
