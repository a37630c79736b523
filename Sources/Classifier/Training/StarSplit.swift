/// Cuts a set into parts such that no star is in two of them, and each part has its share of every class.
public enum StarSplit {
  /// Keeps whole stars aside.
  ///
  /// Stars are taken in an order drawn from `seed`, class by class (a star counts to the class most of its
  /// spectra have), each if it does not carry the class beyond its share; a star with too many spectra stays
  /// in the first part. So does a star without which the first part would have nothing of some class: there
  /// would be nothing to learn it from.
  ///
  /// - Parameters:
  ///   - fraction: share of the spectra of each class to keep aside, 0 ..< 1
  /// - Returns: rows of the two parts, ascending
  public static func holdOut(
    labels: [Int], groups: [Int], fraction: Double, seed: UInt64
  ) -> (kept: [Int], aside: [Int]) {
    let stars = Star.all(labels: labels, groups: groups)
    var aside: Set<Int> = []
    for label in Set(stars.map(\.label)).sorted() {
      let members = stars.filter { $0.label == label }
      let total = members.reduce(0) { $0 + $1.rows.count }
      let target = Int((fraction * Double(total)).rounded())
      var random = CounterRandom(seed: seed, .split, label)
      var taken = 0
      for index in random.permutation(members.count) where taken + members[index].rows.count <= target {
        taken += members[index].rows.count
        aside.formUnion(members[index].rows)
      }
    }
    for label in Set(labels).sorted()
    where !labels.indices.contains(where: { labels[$0] == label && !aside.contains($0) }) {
      let holders = stars.filter { star in star.rows.contains { labels[$0] == label } }
      if let smallest = holders.min(by: { ($0.rows.count, $0.rows[0]) < ($1.rows.count, $1.rows[0]) }) {
        aside.subtract(smallest.rows)
      }
    }
    return (labels.indices.filter { !aside.contains($0) }, aside.sorted())
  }

  /// Cuts into `count` folds for cross-validation.
  ///
  /// Stars with the most unequal classes are dealt first, each to the fold where the shares of the classes
  /// then vary least between the folds, as scikit-learn's StratifiedGroupKFold does.
  ///
  /// - Returns: the rows of each fold, ascending
  public static func folds(_ count: Int, labels: [Int], groups: [Int], seed: UInt64) -> [[Int]] {
    let stars = Star.all(labels: labels, groups: groups)
    let classes = (labels.max() ?? 0) + 1
    var totals = [Double](repeating: 0, count: classes)
    for label in labels { totals[label] += 1 }
    let counts = stars.map { star in
      star.rows.reduce(into: [Double](repeating: 0, count: classes)) { $0[labels[$1]] += 1 }
    }
    var random = CounterRandom(seed: seed, .split, -1)
    let drawn = random.permutation(stars.count)
    let spreads = counts.map(deviation)
    let order = drawn.indices.sorted { first, second in
      let (a, b) = (spreads[drawn[first]], spreads[drawn[second]])
      return a != b ? a > b : first < second
    }.map { drawn[$0] }

    var held = [[Double]](repeating: [Double](repeating: 0, count: classes), count: count)
    var rows = [[Int]](repeating: [], count: count)
    for star in order {
      var best = (fold: 0, spread: Double.infinity, size: Double.infinity)
      for fold in 0..<count {
        var spread = 0.0
        for label in 0..<classes where totals[label] > 0 {
          spread += deviation(
            held.indices.map { (held[$0][label] + ($0 == fold ? counts[star][label] : 0)) / totals[label] })
        }
        let size = held[fold].reduce(0, +)
        if spread < best.spread - 1e-12 || (abs(spread - best.spread) <= 1e-12 && size < best.size) {
          best = (fold, spread, size)
        }
      }
      for label in 0..<classes { held[best.fold][label] += counts[star][label] }
      rows[best.fold] += stars[star].rows
    }
    return rows.map { $0.sorted() }
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  /// A star's rows and the class most of them have, the lowest of equals.
  private struct Star {
    var rows: [Int] = []
    var label = 0

    static func all(labels: [Int], groups: [Int]) -> [Star] {
      var place: [Int: Int] = [:]
      var stars: [Star] = []
      for (row, group) in groups.enumerated() {
        let index = place[group] ?? stars.count
        if index == stars.count {
          place[group] = index
          stars.append(Star())
        }
        stars[index].rows.append(row)
      }
      for index in stars.indices {
        var counts: [Int: Int] = [:]
        for row in stars[index].rows { counts[labels[row], default: 0] += 1 }
        stars[index].label = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
      }
      return stars
    }
  }
}
