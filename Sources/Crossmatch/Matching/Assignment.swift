/// The one-to-one choice with the most pairs and, among these, the smallest sum of separations.
///
/// Successive shortest augmenting paths with potentials (Jonker and Volgenant 1987, doi:10.1007/BF02278710), on the
/// sparse graph of the pairs of one group. Every augmentation adds a pair at the least cost, so that each number of
/// pairs is reached with its smallest sum.
struct Assignment {
  private let pairs: [MatchPair]
  /// Left and right rows numbered from 0 within the group.
  private var leftOf: [Int] = []
  private var rightOf: [Int] = []
  private var leftCount = 0
  private var rightCount = 0
  private var edges: [[Int]] = []

  init(_ pairs: [MatchPair]) {
    self.pairs = pairs
    var left: [UInt32: Int] = [:]
    var right: [UInt32: Int] = [:]
    for (k, p) in pairs.enumerated() {
      let i = left[p.leftRow] ?? left.count
      left[p.leftRow] = i
      let j = right[p.rightRow] ?? right.count
      right[p.rightRow] = j
      leftOf.append(i)
      rightOf.append(j)
      if i == edges.count { edges.append([]) }
      edges[i].append(k)
    }
    leftCount = left.count
    rightCount = right.count
  }

  /// Places, in the list given, of the pairs chosen.
  func solve() -> [Int] {
    let cost = pairs.map(\.separation)
    // The pair each right and each left row is matched by, or −1.
    var pairOfRight = [Int](repeating: -1, count: rightCount)
    var pairOfLeft = [Int](repeating: -1, count: leftCount)
    var leftPotential = [Double](repeating: 0, count: leftCount)
    var rightPotential = [Double](repeating: 0, count: rightCount)
    while true {
      // Dijkstra from all free left rows at once, until a free right row is the nearest of all.
      var leftDistance = [Double](repeating: .infinity, count: leftCount)
      var rightDistance = [Double](repeating: .infinity, count: rightCount)
      var via = [Int](repeating: -1, count: rightCount)
      var queue = DistanceQueue()
      for i in 0..<leftCount where pairOfLeft[i] < 0 {
        leftDistance[i] = 0
        queue.insert(0, i)
      }
      var end = -1
      var reach = Double.infinity
      while let (distance, i) = queue.popFirst(), distance < reach {
        if distance > leftDistance[i] { continue }
        for k in edges[i] where k != pairOfLeft[i] {
          let j = rightOf[k]
          // Rounding may leave a reduced cost a hair below zero.
          let d = distance + max(0, cost[k] + leftPotential[i] - rightPotential[j])
          guard d < rightDistance[j] else { continue }
          rightDistance[j] = d
          via[j] = k
          let next = pairOfRight[j]
          if next >= 0 {
            leftDistance[leftOf[next]] = d
            queue.insert(d, leftOf[next])
          } else if d < reach {
            (end, reach) = (j, d)
          }
        }
      }
      guard end >= 0 else { break }
      for i in 0..<leftCount { leftPotential[i] += min(leftDistance[i], reach) }
      for j in 0..<rightCount { rightPotential[j] += min(rightDistance[j], reach) }
      var j = end
      while true {
        let k = via[j]
        let i = leftOf[k]
        let before = pairOfLeft[i]
        pairOfLeft[i] = k
        pairOfRight[j] = k
        if before < 0 { break }
        j = rightOf[before]
      }
    }
    return pairOfLeft.filter { $0 >= 0 }
  }
}

/// Rows by their distance, nearest first; a row may be entered again with a smaller one.
private struct DistanceQueue {
  private var heap: [(distance: Double, row: Int)] = []

  mutating func insert(_ distance: Double, _ row: Int) {
    heap.append((distance, row))
    var k = heap.count - 1
    while k > 0, heap[k].distance < heap[(k - 1) / 2].distance {
      heap.swapAt(k, (k - 1) / 2)
      k = (k - 1) / 2
    }
  }

  mutating func popFirst() -> (distance: Double, row: Int)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    heap[0] = last
    var k = 0
    while true {
      var least = k
      for child in [2 * k + 1, 2 * k + 2]
      where child < heap.count && heap[child].distance < heap[least].distance { least = child }
      if least == k { return first }
      heap.swapAt(k, least)
      k = least
    }
  }
}
