/// The nearest vectors of a set by Euclidean distance, by comparing with all of them.
///
/// Distances come as |a|² + |b|² − 2a·b from one matrix product a block of queries; cost: queries × vectors ×
/// length.
struct NeighbourSearch {
  private let values, packed, norms: FloatBuffer
  private let length: Int

  /// - Parameter vectors: vectors of `length` values, one after another
  init(vectors: [Float], length: Int) {
    values = FloatBuffer(vectors)
    self.length = length
    let (base, total) = (values.base, vectors.count / length)
    packed = FloatBuffer(count: length * Kernels.best.whole(total))
    Kernels.best.pack(packed.base, base, row: 1, column: length, k: length, n: total)
    norms = FloatBuffer(
      (0..<total).map { row in
        (row * length..<(row + 1) * length).reduce(0) { $0 + base[$1] * base[$1] }
      })
  }

  /// The `count` nearest other vectors of each of the given ones, nearest first, the lower row first of
  /// equals.
  func nearest(_ count: Int, to queries: [Int], threads: Int) -> [[Int]] {
    let blockSize = 64
    let blocks = (queries.count + blockSize - 1) / blockSize
    var result = [[Int]](repeating: [], count: queries.count)
    result.withUnsafeMutableBufferPointer { result in
      let lines = UncheckedPointer(result)
      Parallel.run(pieces: blocks, threads: threads) { block in
        let range = block * blockSize..<min(queries.count, (block + 1) * blockSize)
        let found = search(count, queries: queries[range])
        for (index, line) in zip(range, found) { lines.value[index] = line }
      }
    }
    return result
  }

  private func search(_ count: Int, queries: ArraySlice<Int>) -> [[Int]] {
    let (total, squares) = (norms.count, norms.base)
    let picked = FloatBuffer(count: queries.count * length)
    for (place, row) in queries.enumerated() {
      (picked.base + place * length).update(from: values.base + row * length, count: length)
    }
    let products = FloatBuffer(count: queries.count * total)
    Kernels.best.multiply(
      products.base, ldc: total, picked.base, row: length, column: 1, packed.base, ldb: nil,
      m: queries.count, n: total, k: length, accumulate: false)
    return queries.enumerated().map { place, query in
      let line = products.base + place * total
      var best: [(distance: Float, row: Int)] = []
      var worst = Float.infinity
      for row in 0..<total {
        // |query|² is the same for all and left out.
        let distance = squares[row] - 2 * line[row]
        // Nearly all vectors end here.
        if distance >= worst || row == query { continue }
        var slot = best.count
        while slot > 0, best[slot - 1].distance > distance { slot -= 1 }
        best.insert((distance, row), at: slot)
        if best.count > count { best.removeLast() }
        if best.count == count { worst = best[count - 1].distance }
      }
      return best.map(\.row)
    }
  }
}

/// Lets threads write to places of their own in one buffer.
struct UncheckedPointer<Element>: @unchecked Sendable {
  let value: UnsafeMutableBufferPointer<Element>
  init(_ value: UnsafeMutableBufferPointer<Element>) { self.value = value }
}
