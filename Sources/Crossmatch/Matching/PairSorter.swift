import Synchronization

/// Sorts pairs by left row, then by separation and right row.
///
/// Two counting sorts: pairs go to chunks of left rows first, as many as keep the writing in cache, then each chunk is
/// sorted by itself. Threads share the runs first and the chunks afterwards.
struct PairSorter {
  let leftRows: Int
  let order: PairOrder
  let threads: Int

  /// The pairs of all runs in order.
  ///
  /// - Parameter limit: how many pairs of each left row are kept, the nearest; nil for all
  func sorted(_ runs: PairRuns, keeping limit: Int? = nil) -> [MatchPair] {
    let shift = max(0, Int.bitWidth - leftRows.leadingZeroBitCount - 11)
    let chunks = (leftRows >> shift) + 1
    var starts = counts(runs, chunks, shift)
    var sum = 0
    var first: [Int] = []
    for c in 0..<chunks {
      first.append(sum)
      for run in starts.indices {
        let n = starts[run][c]
        starts[run][c] = sum
        sum += n
      }
    }
    first.append(sum)
    return [MatchPair](unsafeUninitializedCapacity: sum) { target, count in
      if let base = target.baseAddress {
        LargeMemory.prefer(base, bytes: sum * MemoryLayout<MatchPair>.stride)
      }
      nonisolated(unsafe) let target = target
      ParallelFor.threads(runs.threads) { [starts] run in
        var next = starts[run]
        next.withUnsafeMutableBufferPointer { next in
          for p in runs.run(run) {
            let c = p.left &>> shift
            target[next[c]] = p
            next[c] &+= 1
          }
        }
      }
      let kept = sortChunks(target, first, rows: 1 << shift, limit)
      count = sum
      if limit != nil { count = Self.close(target, first, kept) }
    }
  }

  /// Pairs of every run in every chunk.
  private func counts(_ runs: PairRuns, _ chunks: Int, _ shift: Int) -> [[Int]] {
    let results = ThreadResults<[Int]>(runs.threads)
    ParallelFor.threads(runs.threads) { run in
      var counts = [Int](repeating: 0, count: chunks)
      counts.withUnsafeMutableBufferPointer { counts in
        for p in runs.run(run) { counts[p.left &>> shift] &+= 1 }
      }
      results.set(run, counts)
    }
    return results.values
  }

  /// Sorts every chunk; with a limit, leaves what is kept at its front and says how many that are.
  private func sortChunks(
    _ target: UnsafeMutableBufferPointer<MatchPair>, _ first: [Int], rows: Int, _ limit: Int?
  ) -> [Int] {
    let next = Atomic<Int>(0)
    let kept = ThreadResults<Int>(first.count - 1)
    nonisolated(unsafe) let target = target
    ParallelFor.threads(threads) { _ in
      var scratch: [MatchPair] = []
      var starts = [Int32](repeating: 0, count: rows + 1)
      while true {
        let c = next.add(1, ordering: .relaxed).oldValue
        if c >= first.count - 1 { break }
        let chunk = UnsafeMutableBufferPointer(rebasing: target[first[c]..<first[c + 1]])
        if chunk.count > 1 { sort(chunk, from: c * rows, &starts, &scratch) }
        kept.set(c, limit.map { Self.prune(chunk, to: $0) } ?? chunk.count)
      }
    }
    return kept.values
  }

  private func sort(
    _ chunk: UnsafeMutableBufferPointer<MatchPair>, from base: Int, _ starts: inout [Int32],
    _ scratch: inout [MatchPair]
  ) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: chunk)
    starts.withUnsafeMutableBufferPointer { start in
      start.update(repeating: 0)
      scratch.withUnsafeBufferPointer { scratch in
        for p in scratch { start[p.left &- base &+ 1] &+= 1 }
        for r in 1..<start.count { start[r] &+= start[r &- 1] }
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
      if end - k > 1 { chunk[k..<end].sort(by: order.precedes) }
      k = end
    }
  }

  /// Moves the first pairs of every left row to the front; returns how many there are.
  private static func prune(_ chunk: UnsafeMutableBufferPointer<MatchPair>, to limit: Int) -> Int {
    var kept = 0
    var rank = 0
    var previous = UInt32.max
    for p in chunk {
      rank = p.leftRow == previous ? rank &+ 1 : 0
      previous = p.leftRow
      if rank < limit {
        chunk[kept] = p
        kept &+= 1
      }
    }
    return kept
  }

  /// Closes the gaps between chunks; returns how many pairs are left.
  private static func close(
    _ target: UnsafeMutableBufferPointer<MatchPair>, _ first: [Int], _ kept: [Int]
  ) -> Int {
    var end = 0
    guard let base = target.baseAddress else { return 0 }
    for (c, n) in kept.enumerated() {
      if end != first[c] { (base + end).update(from: base + first[c], count: n) }
      end += n
    }
    return end
  }
}
