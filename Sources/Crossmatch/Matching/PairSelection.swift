/// Chooses, from all pairs within the radius, those a mode keeps.
struct PairSelection {
  let mode: MatchMode
  let left: any PositionSource
  let right: any PositionSource
  let threads: Int
  let order: PairOrder

  init(
    mode: MatchMode, left: any PositionSource, right: any PositionSource, threads: Int,
    order: PairOrder? = nil
  ) {
    self.mode = mode
    self.left = left
    self.right = right
    self.threads = threads
    self.order = order ?? PairOrder(left: left, right: right)
  }

  /// The pairs kept, ascending by left row, separation and right row.
  func choose(_ found: PairRuns) -> [MatchPair] {
    let sorter = PairSorter(leftRows: left.rowCount, order: order, threads: threads)
    switch mode {
    case .all: return sorter.sorted(found)
    case .bestPerLeft: return sorter.sorted(found, keeping: 1)
    case .nearest(let k): return sorter.sorted(found, keeping: max(0, k))
    case .bestPerRight:
      let pairs = sorter.sorted(found)
      let best = bestPerRight(pairs)
      return kept(pairs) { k, p in best[p.right] == UInt32(truncatingIfNeeded: k) }
    case .mutual:
      let pairs = sorter.sorted(found)
      let best = bestPerRight(pairs)
      return kept(pairs) { k, p in
        best[p.right] == UInt32(truncatingIfNeeded: k) && (k == 0 || pairs[k - 1].leftRow != p.leftRow)
      }
    case .oneToOneGreedy: return OneToOne(sorter.sorted(found), order, rightRows: right.rowCount).greedy()
    case .oneToOneOptimal: return OneToOne(sorter.sorted(found), order, rightRows: right.rowCount).optimal()
    }
  }

  private func kept(_ pairs: [MatchPair], where condition: (Int, MatchPair) -> Bool) -> [MatchPair] {
    var result: [MatchPair] = []
    result.reserveCapacity(min(pairs.count, right.rowCount))
    for k in pairs.indices where condition(k, pairs[k]) { result.append(pairs[k]) }
    return result
  }

  /// For each right row the place of its best pair in the list; all ones where there is none.
  private func bestPerRight(_ pairs: [MatchPair]) -> [UInt32] {
    var best = [UInt32](repeating: .max, count: right.rowCount)
    for (k, p) in pairs.enumerated() {
      let other = best[p.right]
      if other == .max || order.precedes(p, pairs[Int(other)]) {
        best[p.right] = UInt32(truncatingIfNeeded: k)
      }
    }
    return best
  }
}
