#if canImport(Glibc)
  import Glibc
#endif

/// Spectra to choose from, with what is known of them.
///
/// Only the probabilities are needed by every strategy; `network` and `vectors` by BALD, BADGE, core-set and diverse batches,
/// `committee` by disagreement.
public struct QueryPool: Sendable {
  /// Gives the feature vectors of rows, one after the other.
  public typealias Vectors = @Sendable (_ rows: [Int]) throws(ClassifierError) -> [Float]

  /// Rows × `classCount`, row after row.
  public let probabilities: [Float]
  /// Number of classes.
  public let classCount: Int
  /// Rows not to ask about, such as those that have a label.
  public var excluded: Set<Int> = []
  /// The star of each row; empty for all different.
  ///
  /// A batch holds each star once, as long as there are others.
  public var stars: [Int] = []
  /// The network the probabilities are from.
  public var network: Network?
  /// The spectra as the network sees them.
  public var vectors: Vectors?
  /// Probabilities of the same rows by other networks, each as `probabilities`.
  public var committee: [[Float]] = []
  /// Vectors that have a label, one after the other; for core-set.
  public var labelled: [Float] = []
  /// Rows of which strategies that look at the spectra themselves look at most, those of highest entropy (core-set: any).
  public var shortlist = 4000
  /// Threads to use at most; nil for one per processor.
  public var threads: Int?

  /// Makes a pool.
  ///
  /// - Parameter probabilities: whole rows of `classCount` (≥ 2) values
  public init(probabilities: [Float], classCount: Int) {
    precondition(classCount >= 2 && probabilities.count % classCount == 0, "probabilities are not whole rows")
    self.probabilities = probabilities
    self.classCount = classCount
  }

  /// Number of rows.
  public var count: Int { probabilities.count / classCount }

  /// The rows to ask about, the most wanted first.
  ///
  /// Depends on the arguments only; rows of equal merit come in ascending order, rows with a probability that is
  /// not a number never. A star that has several rows is asked about once, unless too few stars are left.
  ///
  /// - Parameters:
  ///   - count: how many; fewer if the pool is smaller
  ///   - seed: decides all that is drawn; give each round another
  /// - Throws: `CLS-09` where the strategy needs what is not there; what `vectors` throws.
  public func select(
    _ count: Int, by strategy: QueryStrategy, seed: UInt64
  ) throws(ClassifierError) -> [Int] {
    guard stars.isEmpty || stars.count == self.count else {
      throw ClassifierError(.shape, "\(stars.count) stars given for \(self.count) spectra")
    }
    let free = (0..<self.count).filter { row in
      !excluded.contains(row)
        && (0..<classCount).allSatisfy { !probabilities[row * classCount + $0].isNaN }
    }
    var taken = Taken(stars: stars)
    try choose(count, by: strategy, among: free, seed: seed, into: &taken)
    return taken.rows
  }

  /// What has been chosen so far.
  struct Taken {
    let stars: [Int]
    private(set) var rows: [Int] = []
    private(set) var rowSet: Set<Int> = []
    private var starSet: Set<Int> = []

    init(stars: [Int]) { self.stars = stars }

    func hasStar(of row: Int) -> Bool { !stars.isEmpty && starSet.contains(stars[row]) }

    mutating func add(_ row: Int) {
      rows.append(row)
      rowSet.insert(row)
      if !stars.isEmpty { starSet.insert(stars[row]) }
    }

    /// Takes the first `count` of rows in the order given, other stars before stars that are there already.
    mutating func add(_ count: Int, of order: [Int]) {
      var missing = count
      var repeated: [Int] = []
      for row in order where missing > 0 && !rowSet.contains(row) {
        if hasStar(of: row) {
          repeated.append(row)
        } else {
          add(row)
          missing -= 1
        }
      }
      for row in repeated.prefix(max(0, missing)) { add(row) }
    }
  }

  private func choose(
    _ count: Int, by strategy: QueryStrategy, among free: [Int], seed: UInt64, into taken: inout Taken
  ) throws(ClassifierError) {
    guard count > 0 else { return }
    switch strategy {
    case .random:
      var random = CounterRandom(seed: seed, .query)
      taken.add(count, of: random.permutation(free.count).map { free[$0] })
    case .entropy, .margin, .maximumScore, .bald, .disagreement:
      taken.add(count, of: try ranked(strategy, among: free, seed: seed).map(\.row))
    case .badge:
      let rows = left(mostEntropic(free, shortlist), taken)
      let hidden = try hiddenLayer(rows, why: strategy)
      let chosen = GradientEmbedding(
        hidden: hidden, probabilities: rows.flatMap { self.row($0) }, classCount: classCount
      ).spread(min(count, rows.count), seed: seed)
      taken.add(count, of: chosen.map { rows[$0] })
    case .coreSet:
      var random = CounterRandom(seed: seed, .query, 1)
      let rows = left(random.permutation(free.count).prefix(shortlist).map { free[$0] }, taken)
      let network = try needed(strategy)
      let known =
        try labelled.isEmpty
        ? []
        : network.hiddenActivations(
          of: labelled, rows: labelled.count / network.architecture.inputLength, threads: threads)
      let chosen = CoreSet.choose(
        min(count, rows.count), from: try hiddenLayer(rows, why: strategy), known: known,
        width: network.architecture.dense.last ?? 1)
      taken.add(count, of: chosen.map { rows[$0] })
    case .diverse(let inner):
      let best = try ranked(inner, among: free.filter { !taken.rowSet.contains($0) }, seed: seed)
      let near = oneAStar(best, taken).prefix(5 * count)
      let rows = near.map(\.row)
      // Merits as shares of the best: spread counts for nothing where there is no merit.
      let least = near.last?.merit ?? 0
      let range = max((near.first?.merit ?? 0) - least, .leastNormalMagnitude)
      let chosen = WeightedSpread(
        points: try hiddenLayer(rows, why: strategy), weights: near.map { 0.1 + ($0.merit - least) / range }
      ).choose(min(count, rows.count), seed: seed)
      taken.add(count, of: chosen.map { rows[$0] })
      if chosen.count < count { taken.add(count - chosen.count, of: best.map(\.row)) }
    case .mixture(let parts):
      var rest = count
      var weight = parts.reduce(0) { $0 + $1.weight }
      for (place, part) in parts.enumerated() {
        let share = min(rest, Int((Double(rest) * part.weight / weight).rounded()))
        let before = taken.rows.count
        // Parts draw different numbers.
        try choose(share, by: part.strategy, among: free, seed: seed &+ UInt64(place) << 32, into: &taken)
        rest -= taken.rows.count - before
        weight -= part.weight
      }
    }
  }

  private func row(_ index: Int) -> ArraySlice<Float> {
    probabilities[index * classCount..<(index + 1) * classCount]
  }

  private func left(_ rows: [Int], _ taken: Taken) -> [Int] { rows.filter { !taken.rowSet.contains($0) } }

  /// Rows in descending order of merit, the lower row first of equals.
  private func ranked(
    _ strategy: QueryStrategy, among free: [Int], seed: UInt64
  ) throws(ClassifierError) -> [(row: Int, merit: Float)] {
    let (rows, merits) = try merit(strategy, among: free, seed: seed)
    return zip(rows, merits).map { (row: $0, merit: $1) }.sorted {
      ($0.merit, $1.row) > ($1.merit, $0.row)
    }
  }

  private func merit(
    _ strategy: QueryStrategy, among free: [Int], seed: UInt64
  ) throws(ClassifierError) -> (rows: [Int], merit: [Float]) {
    switch strategy {
    case .entropy:
      let all = Uncertainty.entropy(probabilities, classCount: classCount)
      return (free, free.map { all[$0] })
    case .margin:
      let all = Uncertainty.margin(probabilities, classCount: classCount)
      return (free, free.map { -all[$0] })
    case .maximumScore(let classes):
      return (free, free.map { row in classes.reduce(0) { $0 + probabilities[row * classCount + $1] } })
    case .disagreement:
      guard !committee.isEmpty, committee.allSatisfy({ $0.count == probabilities.count }) else {
        throw ClassifierError(
          .configuration, "strategy \(strategy) wants the probabilities of more than one network",
          hint: "classify the spectra with other models, too")
      }
      let all = Uncertainty.disagreement([probabilities] + committee, classCount: classCount)
      return (free, free.map { all[$0].isNaN ? 0 : all[$0] })
    case .bald(let passes):
      let network = try needed(strategy)
      let rows = mostEntropic(free, shortlist)
      let values = try network.dropoutProbabilities(
        of: try spectra(rows, why: strategy), rows: rows.count, passes: passes, seed: seed, threads: threads)
      let size = rows.count * classCount
      let members = (0..<passes).map { Array(values[$0 * size..<($0 + 1) * size]) }
      return (rows, Uncertainty.disagreement(members, classCount: classCount))
    case .random, .badge, .coreSet, .diverse, .mixture:
      return ([], [])
    }
  }

  /// The rows of highest entropy, in ascending order.
  private func mostEntropic(_ free: [Int], _ count: Int) -> [Int] {
    guard free.count > count else { return free }
    let entropy = Uncertainty.entropy(probabilities, classCount: classCount)
    return free.sorted { (entropy[$0], $1) > (entropy[$1], $0) }.prefix(count).sorted()
  }

  private func oneAStar(_ ranked: [(row: Int, merit: Float)], _ taken: Taken) -> [(row: Int, merit: Float)] {
    guard !stars.isEmpty else { return ranked }
    var seen: Set<Int> = []
    return ranked.filter { !taken.hasStar(of: $0.row) && seen.insert(stars[$0.row]).inserted }
  }

  private func needed(_ strategy: QueryStrategy) throws(ClassifierError) -> Network {
    guard let network, vectors != nil else {
      throw ClassifierError(.configuration, "strategy \(strategy) wants the network and the spectra")
    }
    return network
  }

  private func spectra(_ rows: [Int], why strategy: QueryStrategy) throws(ClassifierError) -> [Float] {
    let network = try needed(strategy)
    let values = try vectors?(rows) ?? []
    guard values.count == rows.count * network.architecture.inputLength else {
      throw ClassifierError(.shape, "\(values.count) values given for \(rows.count) spectra of the pool")
    }
    return values
  }

  /// The last hidden layer of the given rows, row after row.
  private func hiddenLayer(_ rows: [Int], why strategy: QueryStrategy) throws(ClassifierError) -> [Float] {
    try needed(strategy).hiddenActivations(
      of: try spectra(rows, why: strategy), rows: rows.count, threads: threads)
  }
}
