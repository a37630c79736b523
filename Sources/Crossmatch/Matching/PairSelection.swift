/// Chooses, from all pairs within the radius, those a mode keeps.
struct PairSelection {
  let mode: MatchMode
  let leftRows: Int
  let rightRows: Int

  /// The pairs kept, ascending by left row, separation and right row.
  func choose(_ found: [MatchPair]) -> [MatchPair] {
    let sorted = found.sorted { a, b in
      if a.leftRow != b.leftRow { return a.leftRow < b.leftRow }
      return MatchPair.precedes(a, b)
    }
    switch mode {
    case .all: return sorted
    case .bestPerLeft: return nearest(1, of: sorted)
    case .nearest(let k): return nearest(k, of: sorted)
    case .bestPerRight:
      let best = bestPerRight(sorted)
      return sorted.indices.filter { best[sorted[$0].right] == $0 }.map { sorted[$0] }
    case .mutual:
      let best = bestPerRight(sorted)
      return sorted.indices.filter {
        best[sorted[$0].right] == $0 && ($0 == 0 || sorted[$0 - 1].leftRow != sorted[$0].leftRow)
      }.map { sorted[$0] }
    case .oneToOneGreedy, .oneToOneOptimal: return greedy(sorted)
    }
  }

  private func nearest(_ k: Int, of sorted: [MatchPair]) -> [MatchPair] {
    var result: [MatchPair] = []
    var rank = 0
    for (n, p) in sorted.enumerated() {
      rank = n > 0 && sorted[n - 1].leftRow == p.leftRow ? rank + 1 : 0
      if rank < k { result.append(p) }
    }
    return result
  }

  /// For each right row the place of its best pair.
  private func bestPerRight(_ pairs: [MatchPair]) -> [Int] {
    var best = [Int](repeating: -1, count: rightRows)
    for (n, p) in pairs.enumerated() where best[p.right] < 0 || MatchPair.precedes(p, pairs[best[p.right]]) {
      best[p.right] = n
    }
    return best
  }

  private func greedy(_ pairs: [MatchPair]) -> [MatchPair] {
    var left = RowSet(count: leftRows)
    var right = RowSet(count: rightRows)
    var result: [MatchPair] = []
    for p in pairs.sorted(by: MatchPair.precedes) where !left.contains(p.left) && !right.contains(p.right) {
      _ = left.insert(p.left)
      _ = right.insert(p.right)
      result.append(p)
    }
    return result.sorted { $0.leftRow < $1.leftRow }
  }
}
