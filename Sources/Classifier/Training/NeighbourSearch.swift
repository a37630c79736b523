/// The nearest vectors of a set by Euclidean distance, by comparing with all of them.
///
/// Distances come as |a|² + |b|² − 2a·b from one matrix product a block of queries; cost: queries × vectors ×
/// length.
struct NeighbourSearch {
  private let values, packed, norms: FloatBuffer
  private let length: Int
  private let total: Int

  // Distances of so many queries to so many vectors stay in the second-level cache.
  private static let (queryBlock, vectorBlock) = (56, 1024)

  /// - Parameter vectors: vectors of `length` values, one after another
  init(vectors: [Float], length: Int) {
    self.init(vectors: vectors, length: length, rows: Array(0..<vectors.count / length))
  }

  /// - Parameters:
  ///   - vectors: vectors of `length` values, one after another
  ///   - rows: those of them to search among, which are then known by their places in this list
  init(vectors: [Float], length: Int, rows: [Int]) {
    self.length = length
    total = rows.count
    values = FloatBuffer(unset: total * length)
    vectors.withUnsafeBufferPointer { [values] source in
      guard let start = source.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        (values.base + place * length).update(from: start + row * length, count: length)
      }
    }
    let whole = Kernels.best.whole(total)
    packed = FloatBuffer(unset: length * whole)
    Kernels.best.pack(packed.base, values.base, row: 1, column: length, k: length, n: total)
    // Up to a whole panel, so that whole vectors of the processor can be compared; none is nearer than infinity.
    norms = FloatBuffer(unset: whole)
    for place in 0..<total {
      let vector = values.base + place * length
      var sum: Float = 0
      for index in 0..<length { sum += vector[index] * vector[index] }
      norms.base[place] = sum
    }
    for place in total..<max(total, whole) { norms.base[place] = .infinity }
  }

  /// The `count` nearest other vectors of each of the given ones, nearest first, the lower row first of
  /// equals.
  func nearest(_ count: Int, to queries: [Int], threads: Int) -> [[Int]] {
    let blocks = (queries.count + Self.queryBlock - 1) / Self.queryBlock
    var result = [[Int]](repeating: [], count: queries.count)
    let rooms = (0..<max(1, min(threads, blocks))).map { _ in
      (
        picked: FloatBuffer(unset: Self.queryBlock * length),
        products: FloatBuffer(unset: Self.queryBlock * Self.vectorBlock)
      )
    }
    result.withUnsafeMutableBufferPointer { result in
      let lines = UncheckedPointer(result)
      Parallel.run(pieces: blocks, threads: threads) { worker, block in
        let range = block * Self.queryBlock..<min(queries.count, (block + 1) * Self.queryBlock)
        let found = search(
          count, queries: queries[range], picked: rooms[worker].picked.base,
          products: rooms[worker].products.base)
        for (index, line) in zip(range, found) { lines.value[index] = line.rows }
      }
    }
    return result
  }

  private func search(
    _ count: Int, queries: ArraySlice<Int>, picked: MutableFloats, products: MutableFloats
  ) -> [Nearest] {
    for (place, row) in queries.enumerated() {
      (picked + place * length).update(from: values.base + row * length, count: length)
    }
    var found = queries.map { Nearest(count, but: $0) }
    for first in stride(from: 0, to: total, by: Self.vectorBlock) {
      // Rows as far apart as the block is wide; the panels' zeros fill the last.
      let width = Kernels.best.whole(min(Self.vectorBlock, total - first))
      Kernels.best.multiply(
        products, ldc: Self.vectorBlock, picked, row: length, column: 1, packed.base + first * length,
        ldb: nil, m: queries.count, n: width, k: length, accumulate: false)
      for place in found.indices {
        found[place].look(
          products + place * Self.vectorBlock, squares: norms.base + first, first: first, width: width)
      }
    }
    return found
  }
}

/// The nearest so far of one vector.
private struct Nearest {
  private let count: Int
  private let own: Int
  private var best: [(distance: Float, row: Int)] = []
  private var worst = Float.infinity

  init(_ count: Int, but own: Int) {
    self.count = count
    self.own = own
    best.reserveCapacity(count + 1)
  }

  var rows: [Int] { best.map(\.row) }

  /// Looks at `width` vectors (a multiple of 8), the first of which has the number `first`.
  ///
  /// - Parameter products: of each with the vector itself
  mutating func look(_ products: Floats, squares: Floats, first: Int, width: Int) {
    var limit = SIMD8(repeating: worst)
    for place in stride(from: 0, to: width, by: 8) {
      // The vector's own square is the same for all and left out.
      let square = UnsafeRawPointer(squares + place).loadUnaligned(as: SIMD8<Float>.self)
      let product = UnsafeRawPointer(products + place).loadUnaligned(as: SIMD8<Float>.self)
      let distances = square - (product + product)
      // Nearly all vectors end here.
      guard any(distances .< limit) else { continue }
      for lane in 0..<8 where distances[lane] < worst && first + place + lane != own {
        add(distances[lane], first + place + lane)
      }
      limit = SIMD8(repeating: worst)
    }
  }

  private mutating func add(_ distance: Float, _ row: Int) {
    var slot = best.count
    while slot > 0, best[slot - 1].distance > distance { slot -= 1 }
    best.insert((distance, row), at: slot)
    if best.count > count { best.removeLast() }
    if best.count == count { worst = best[count - 1].distance }
  }
}

/// Lets threads write to places of their own in one buffer.
struct UncheckedPointer<Element>: @unchecked Sendable {
  let value: UnsafeMutableBufferPointer<Element>
  init(_ value: UnsafeMutableBufferPointer<Element>) { self.value = value }
}
