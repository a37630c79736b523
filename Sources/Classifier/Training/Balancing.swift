/// Ways to make classes equal in number before training.
///
/// The synthetic vectors follow imbalanced-learn's rules; they are appended after the original rows, class by
/// class, and take over the star of the vector they start from.
public enum Balancing {
  /// Synthetic minority over-sampling up to the size of the largest class.
  ///
  /// After Chawla et al. (2002). Each new vector is x + u·(y − x): x drawn from the class with replacement,
  /// y one of its `neighbours` nearest of the same class, u uniform in [0, 1).
  ///
  /// - Throws: `CLS-02` if a class to be enlarged has not more than `neighbours` vectors.
  public static func smote(
    _ set: TrainingSet, neighbours: Int = 5, seed: UInt64, threads: Int? = nil
  ) throws(ClassifierError) -> TrainingSet {
    let largest = set.classCounts.max() ?? 0
    var grown = Growth(set)
    for label in set.classNames.indices {
      let members = set.rows(of: label)
      let missing = largest - members.count
      guard missing > 0, !members.isEmpty else { continue }
      try check(members.count, neighbours: neighbours, name: set.classNames[label])
      var random = CounterRandom(seed: seed, .balance, label)
      let draws = (0..<missing).map { _ in random.integer(below: members.count * neighbours) }
      let steps = (0..<missing).map { _ in random.uniform() }
      // Only vectors that were drawn need their neighbours.
      let bases = Set(draws.map { $0 / neighbours }).sorted()
      let nearest = set.neighbours(neighbours, of: bases, among: members, threads: threads)
      for (draw, step) in zip(draws, steps) {
        guard let line = nearest[draw / neighbours] else { continue }
        grown.append(
          from: members[draw / neighbours], towards: members[line[draw % neighbours]], step: step)
      }
    }
    return grown.result
  }

  /// Adaptive synthetic sampling: as SMOTE, with more new vectors where the class is in a minority.
  ///
  /// After He et al. (2008). A vector's share of the new ones is that of other classes among its
  /// `neighbours` nearest of the whole set.
  ///
  /// - Throws: `CLS-02` if a class to be enlarged is too small, or has no neighbours of other classes at all.
  public static func adasyn(
    _ set: TrainingSet, neighbours: Int = 5, seed: UInt64, threads: Int? = nil
  ) throws(ClassifierError) -> TrainingSet {
    let largest = set.classCounts.max() ?? 0
    var grown = Growth(set)
    let all = Array(set.labels.indices)
    for label in set.classNames.indices {
      let members = set.rows(of: label)
      let missing = largest - members.count
      guard missing > 0, !members.isEmpty else { continue }
      try check(members.count, neighbours: neighbours, name: set.classNames[label])
      let around = set.neighbours(neighbours, of: members, among: all, threads: threads)
      let foreign = members.map { row in
        Double(around[row]?.count { set.labels[$0] != label } ?? 0)
      }
      let total = foreign.reduce(0, +)
      guard total > 0 else {
        throw ClassifierError(
          .trainingSet, "class \(set.classNames[label]) has no neighbours of other classes",
          hint: "balance by smote instead of adasyn")
      }
      let counts = foreign.map { Int(($0 / total * Double(missing)).rounded(.toNearestOrEven)) }
      let bases = members.indices.filter { counts[$0] > 0 }
      let nearest = set.neighbours(neighbours, of: bases, among: members, threads: threads)
      var random = CounterRandom(seed: seed, .balance, label)
      for base in bases {
        guard let line = nearest[base] else { continue }
        for _ in 0..<counts[base] {
          let other = line[random.integer(below: neighbours)]
          grown.append(from: members[base], towards: members[other], step: random.uniform())
        }
      }
    }
    return grown.result
  }

  /// Drops vectors at random, without replacement, until every class present has the size of the smallest.
  public static func undersampling(_ set: TrainingSet, seed: UInt64) -> TrainingSet {
    let smallest = set.classCounts.filter { $0 > 0 }.min() ?? 0
    var rows: [Int] = []
    for label in set.classNames.indices {
      let members = set.rows(of: label)
      var random = CounterRandom(seed: seed, .balance, label)
      rows += random.permutation(members.count).prefix(smallest).map { members[$0] }
    }
    return set.subset(rows.sorted())
  }

  /// count/(classes present·class's count) for each class, 0 for one that is not there.
  public static func classWeights(_ set: TrainingSet) -> [Float] {
    let counts = set.classCounts
    let present = counts.count { $0 > 0 }
    return counts.map { $0 == 0 ? 0 : Float(set.count) / Float(present * $0) }
  }

  private static func check(_ count: Int, neighbours: Int, name: String) throws(ClassifierError) {
    guard count > neighbours else {
      throw ClassifierError(
        .trainingSet, "class \(name) has \(count) vectors, too few for \(neighbours) neighbours",
        hint: "label at least \(neighbours + 1) of them, or choose class weights or no balancing")
    }
  }
}

extension TrainingSet {
  /// The rows of a class, ascending.
  fileprivate func rows(of label: Int) -> [Int] { labels.indices.filter { labels[$0] == label } }

  /// For each of `queries` (indices into `members`): its nearest others, as indices into `members`.
  fileprivate func neighbours(
    _ count: Int, of queries: [Int], among members: [Int], threads: Int?
  ) -> [Int: [Int]] {
    let found = NeighbourSearch(vectors: vectors, length: vectorLength, rows: members)
      .nearest(count, to: queries, threads: threads ?? Parallel.processorCount)
    return Dictionary(uniqueKeysWithValues: zip(queries, found))
  }
}

/// A set and the synthetic vectors to be added to it.
private struct Growth {
  private let set: TrainingSet
  private var steps: [(from: Int, towards: Int, share: Float)] = []

  init(_ set: TrainingSet) { self.set = set }

  mutating func append(from first: Int, towards second: Int, step: Float) {
    steps.append((first, second, step))
  }

  var result: TrainingSet {
    let length = set.vectorLength
    let vectors = [Float](
      unsafeUninitializedCapacity: set.vectors.count + steps.count * length
    ) { target, count in
      set.vectors.withUnsafeBufferPointer { source in
        guard let base = target.baseAddress, let given = source.baseAddress else { return }
        base.initialize(from: given, count: source.count)
        count = source.count
        for step in steps {
          let (start, end, new) = (given + step.from * length, given + step.towards * length, base + count)
          for index in 0..<length { new[index] = start[index] + step.share * (end[index] - start[index]) }
          count += length
        }
      }
    }
    return TrainingSet(
      of: set, vectors: vectors, labels: set.labels + steps.map { set.labels[$0.from] },
      groups: set.groups + steps.map { set.groups[$0.from] },
      isSimulated: set.isSimulated + steps.map { set.isSimulated[$0.from] })
  }
}
