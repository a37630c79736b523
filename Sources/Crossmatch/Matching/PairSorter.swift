/// Sorts pairs by left row, then by separation and right row.
///
/// Two counting sorts: pairs go to chunks of left rows first, as many as keep the writing in cache, then each chunk is
/// sorted by itself.
struct PairSorter {
  let leftRows: Int

  /// The pairs of all runs in order.
  func sorted(_ runs: PairRuns) -> [MatchPair] {
    let shift = max(0, Int.bitWidth - leftRows.leadingZeroBitCount - 11)
    let chunks = (leftRows >> shift) + 1
    var first = [Int](repeating: 0, count: chunks + 1)
    runs.forEachRun { for p in $0 { first[p.left >> shift + 1] &+= 1 } }
    for c in 0..<chunks { first[c + 1] += first[c] }
    return [MatchPair](unsafeUninitializedCapacity: runs.count) { target, count in
      var next = first
      runs.forEachRun { run in
        for p in run {
          let slot = next[p.left >> shift]
          next[p.left >> shift] = slot &+ 1
          target[slot] = p
        }
      }
      var scratch: [MatchPair] = []
      for c in 0..<chunks where first[c + 1] - first[c] > 1 {
        let chunk = UnsafeMutableBufferPointer(rebasing: target[first[c]..<first[c + 1]])
        sort(chunk, from: c << shift, rows: 1 << shift, &scratch)
      }
      count = runs.count
    }
  }

  private func sort(
    _ chunk: UnsafeMutableBufferPointer<MatchPair>, from base: Int, rows: Int, _ scratch: inout [MatchPair]
  ) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: chunk)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: rows + 1) { start in
      start.initialize(repeating: 0)
      scratch.withUnsafeBufferPointer { scratch in
        for p in scratch { start[p.left &- base &+ 1] &+= 1 }
        for r in 0..<rows { start[r &+ 1] &+= start[r] }
        for p in scratch {
          let slot = Int(start[p.left &- base])
          start[p.left &- base] &+= 1
          chunk[slot] = p
        }
      }
    }
    var k = 0
    while k < chunk.count {
      var end = k &+ 1
      while end < chunk.count && chunk[end].leftRow == chunk[k].leftRow { end &+= 1 }
      if end - k > 1 { chunk[k..<end].sort(by: MatchPair.precedes) }
      k = end
    }
  }
}
