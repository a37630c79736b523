/// One-to-one choices from a list of pairs.
///
/// Pairs fall into groups that share rows, most of them of one pair; only within larger groups is there anything to
/// choose, so both ways cost little more than finding the groups.
struct OneToOne {
  private let pairs: [MatchPair]
  private let order: PairOrder
  private let rightRows: Int

  /// - Parameter pairs: sorted by left row
  init(_ pairs: [MatchPair], _ order: PairOrder, rightRows: Int) {
    self.pairs = pairs
    self.order = order
    self.rightRows = rightRows
  }

  /// Takes the nearest pair, then the nearest of those whose rows are still free, and so on.
  func greedy() -> [MatchPair] {
    choose { group, keep in
      var left: Set<UInt32> = []
      var right: Set<UInt32> = []
      for k in group.sorted(by: { order.precedes(pairs[$0], pairs[$1]) }) {
        let p = pairs[k]
        if left.contains(p.leftRow) || right.contains(p.rightRow) { continue }
        left.insert(p.leftRow)
        right.insert(p.rightRow)
        keep(k)
      }
    }
  }

  /// Takes as many pairs as possible, and of such choices the one of the smallest sum of separations.
  func optimal() -> [MatchPair] {
    choose { group, keep in
      for k in Assignment(group.map { pairs[$0] }).solve() { keep(group[k]) }
    }
  }

  /// Keeps pairs that share no row with another, and lets `solve` choose from every larger group.
  private func choose(_ solve: (_ group: [Int], _ keep: (Int) -> Void) -> Void) -> [MatchPair] {
    // Every right row's first pair stands for its group; a pair joins the groups of its left and its right row.
    var forest = UnionFind(count: pairs.count)
    var owner = [UInt32](repeating: .max, count: rightRows)
    for (k, p) in pairs.enumerated() {
      if k > 0 && pairs[k - 1].leftRow == p.leftRow { forest.unite(k - 1, k) }
      let other = owner[p.right]
      if other == .max { owner[p.right] = UInt32(truncatingIfNeeded: k) } else { forest.unite(Int(other), k) }
    }
    var isKept = [Bool](repeating: false, count: pairs.count)
    var groups: [Int: [Int]] = [:]
    for k in pairs.indices {
      if forest.isAlone(k) { isKept[k] = true } else { groups[forest.root(of: k), default: []].append(k) }
    }
    for (_, group) in groups { solve(group) { isKept[$0] = true } }
    return pairs.indices.filter { isKept[$0] }.map { pairs[$0] }
  }
}
