/// Disjoint sets of numbers that can be united (Tarjan 1975, doi:10.1145/321879.321884).
///
/// The root of a set is its smallest number, whatever the order of the unions.
struct UnionFind {
  private var parent: [UInt32]
  private var isLinked: [Bool]

  /// Sets of one number each, 0..<count.
  init(count: Int) {
    parent = (0..<UInt32(count)).map { $0 }
    isLinked = [Bool](repeating: false, count: count)
  }

  /// The smallest number of the set.
  mutating func root(of k: Int) -> Int {
    var at = k
    while parent[at] != UInt32(at) {
      parent[at] = parent[Int(parent[at])]
      at = Int(parent[at])
    }
    return at
  }

  /// Makes one set of the sets of two numbers.
  mutating func unite(_ a: Int, _ b: Int) {
    let (x, y) = (root(of: a), root(of: b))
    isLinked[a] = true
    isLinked[b] = true
    if x < y { parent[y] = UInt32(x) } else if y < x { parent[x] = UInt32(y) }
  }

  /// Whether the number has never been united with another.
  func isAlone(_ k: Int) -> Bool { !isLinked[k] }
}
