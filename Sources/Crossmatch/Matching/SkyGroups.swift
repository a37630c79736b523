/// Groups of rows of one table that lie close together: repeat visits of one object, duplicates, clusters.
///
/// Friends of friends: rows within the linking length of each other are friends, and friends of friends are of one group
/// (Huchra and Geller 1982, ApJ 257, 423). As chains can grow long that way, a bound on the diameter may be set: links
/// are then made from the shortest on, and one that would make a group wider than the bound is left out.
public struct SkyGroups: Sendable, Hashable {
  /// For every row the number of its group, from 0 in the order of their first rows; nil for rows without a position.
  public let groupOfRow: [Int?]

  /// The rows of every group, ascending.
  public let groups: [[Int]]

  /// Rows without a valid position.
  public let skippedCount: Int

  /// Finds the groups of a table of positions in degrees.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees
  ///   - linkingArcsec: rows at most this far apart are linked
  ///   - maximumDiameterArcsec: no two rows of a group are farther apart than this; nil for no bound
  ///   - threads: threads to search on; the result does not depend on it
  /// - Throws: ``CrossmatchError`` `XMA-01`, `XMA-02`
  /// - Complexity: O(n + links); with a bound O(links · rows of a group).
  public init(
    ra: [Double], dec: [Double], linkingArcsec: Double, maximumDiameterArcsec: Double? = nil, threads: Int = 1
  ) throws(CrossmatchError) {
    let source = try PositionArrays(ra: ra, dec: dec)
    let matcher = Matcher(radiusArcsec: linkingArcsec)
    try matcher.checkParameters(rows: ra.count)
    if let bound = maximumDiameterArcsec, !(bound >= 0) {
      throw CrossmatchError(.parameter, "a largest diameter of \(bound)″")
    }
    var report = MatchReport()
    let runs = Sweep(radiusArcsec: linkingArcsec, threads: max(1, threads)).pairs(source, source, &report)
    var forest = UnionFind(count: ra.count)
    if let bound = maximumDiameterArcsec {
      Self.link(runs, source, Haversine.ofAngle(bound / 3600), &forest)
    } else {
      for run in 0..<runs.threads {
        for p in runs.run(run) where p.leftRow < p.rightRow { forest.unite(p.left, p.right) }
      }
    }
    var numbers = [Int?](repeating: nil, count: ra.count)
    var groups: [[Int]] = []
    for row in ra.indices where SkyPosition.isValid(ra: ra[row], dec: dec[row]) {
      // The root is the smallest row of the group and so has its number already.
      let root = forest.root(of: row)
      if root == row {
        numbers[row] = groups.count
        groups.append([row])
      } else if let number = numbers[root] {
        numbers[row] = number
        groups[number].append(row)
      }
    }
    groupOfRow = numbers
    self.groups = groups
    skippedCount = report.leftSkipped
  }

  /// Links from the shortest on, as long as no group gets wider than the bound.
  private static func link(
    _ runs: PairRuns, _ source: PositionArrays, _ bound: Double, _ forest: inout UnionFind
  ) {
    var links: [MatchPair] = []
    for run in 0..<runs.threads { links += runs.run(run).filter { $0.leftRow < $0.rightRow } }
    links.sort(by: PairOrder(left: source, right: source).precedes)
    var members: [Int: [Int]] = [:]
    for link in links {
      let (a, b) = (forest.root(of: link.left), forest.root(of: link.right))
      if a == b { continue }
      let (first, second) = (members[a] ?? [a], members[b] ?? [b])
      let fits = first.allSatisfy { i in
        second.allSatisfy { j in
          Haversine.between(source.ra[i], source.dec[i], source.ra[j], source.dec[j]) <= bound
        }
      }
      guard fits else { continue }
      forest.unite(a, b)
      members[max(a, b)] = nil
      members[min(a, b)] = first + second
    }
  }

  /// The mean position of the rows of a group, degrees: the direction of the sum of their unit vectors.
  ///
  /// A group whose rows all have the same position gets that position to the last bit.
  public func center(of group: Int, ra: [Double], dec: [Double]) -> SkyPosition {
    let rows = groups[group]
    let first = SkyPosition(ra: ra[rows[0]], dec: dec[rows[0]])
    if rows.allSatisfy({ ra[$0] == first.ra && dec[$0] == first.dec }) { return first }
    return rows.reduce(UnitVector()) { $0 + UnitVector(ra: ra[$1], dec: dec[$1]) }.position
  }
}
