import Testing

@testable import Classifier

/// Numbers by imbalanced-learn 0.14, scikit-learn 1.9 and SciPy 1.17; see Fixtures/training-golden.py.
struct TrainingGolden: Decodable {
  struct Sampled: Decodable {
    let mean, meanError, square, squareError: [Double]
    let count: Int
  }
  struct Balanced: Decodable {
    let neighbours: [[Int]]
    let smote, adasyn: Sampled
  }
  struct Scores: Decodable {
    let confusion: [[Int]]
    let precision, recall, f1, averagePrecision: [Double]
    let weightedAveragePrecision, mcc, crossEntropy, macroF1, brier, ece, temperature: Double
  }
  let balancing: Balanced
  let scores: Scores
  let intervals: [[Double]]
}

@Suite("Balancing")
struct TrainingBalancingTests {
  let golden: TrainingGolden
  let set: TrainingSet

  init() throws {
    golden = try fixture("training-golden.json", as: TrainingGolden.self)
    let labels =
      [Int](repeating: 0, count: 120) + [Int](repeating: 1, count: 40) + [Int](repeating: 2, count: 25)
    let shifts: [Float] = [0, 0.8, -0.8]
    let vectors = Formula.values(11, 185 * 4).enumerated().map { $1 + shifts[labels[$0 / 4]] }
    set = try TrainingSet(vectors: vectors, labels: labels, groups: Array(0..<185), isSimulated: false)
  }

  private func vector(_ set: TrainingSet, _ row: Int) -> [Float] { Array(set.vectors[row * 4..<row * 4 + 4]) }

  @Test("neighbours are those scikit-learn finds")
  func neighbours() {
    let search = NeighbourSearch(vectors: Array(set.vectors[120 * 4..<160 * 4]), length: 4)
    #expect(search.nearest(5, to: Array(0..<40), threads: 2) == golden.balancing.neighbours)
  }

  @Test("of equally near vectors the lower rows are taken, and never the vector itself")
  func duplicates() {
    let search = NeighbourSearch(vectors: [0, 0, 0, 1, 1, 5], length: 1)
    #expect(search.nearest(3, to: [0, 4], threads: 1) == [[1, 2, 3], [3, 0, 1]])
  }

  @Test(
    "each SMOTE vector lies between a vector and one of its five nearest of the class, evenly along the way")
  func smoteRule() throws {
    var steps: [Double] = []
    var bases = [Int](repeating: 0, count: 40)
    for seed in 0..<20 {
      let grown = try Balancing.smote(set, seed: UInt64(seed))
      #expect(grown.classCounts == [120, 120, 120])
      #expect(Array(grown.vectors.prefix(set.vectors.count)) == set.vectors)
      for row in set.count..<set.count + 80 {
        #expect(grown.labels[row] == 1)
        let point = vector(grown, row)
        let base = grown.groups[row] - 120
        let start = vector(set, 120 + base)
        // The neighbour towards which the point lies: the one whose direction it follows best.
        let fits = golden.balancing.neighbours[base].map { other -> (step: Double, error: Double) in
          let way = zip(vector(set, 120 + other), start).map { Double($0 - $1) }
          let gone = zip(point, start).map { Double($0 - $1) }
          let step = zip(way, gone).reduce(0) { $0 + $1.0 * $1.1 } / way.reduce(0) { $0 + $1 * $1 }
          return (step, zip(way, gone).reduce(0) { $0 + abs($1.1 - step * $1.0) })
        }
        let best = try #require(fits.min { $0.error < $1.error })
        #expect(best.error < 1e-5 && best.step > -1e-5 && best.step < 1)
        steps.append(best.step)
        bases[base] += 1
      }
    }
    // Kolmogorov and Smirnov: the largest gap to the even distribution stays under 1.95/√n in 99.9 % of
    // cases.
    let sorted = steps.sorted()
    let gap = sorted.enumerated().map { abs((Double($0) + 0.5) / Double(sorted.count) - $1) }.max() ?? 1
    #expect(gap < 1.95 / Double(sorted.count).squareRoot())
    // Chi-square of 1600 draws among 40 bases: 39 degrees, 99.9 % below 72.1.
    #expect(bases.reduce(0) { $0 + Double(($1 - 40) * ($1 - 40)) / 40 } < 72.1)
  }

  @Test(
    "SMOTE and ADASYN draw from imbalanced-learn's distribution: moments within five standard errors"
  )
  func distribution() throws {
    let samplers: [(TrainingGolden.Sampled, (UInt64) throws -> TrainingSet)] = [
      (golden.balancing.smote, { try Balancing.smote(self.set, seed: $0) }),
      (golden.balancing.adasyn, { try Balancing.adasyn(self.set, seed: $0) }),
    ]
    for (expected, sample) in samplers {
      var (mean, square) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
      let runs = 400
      for seed in 0..<runs {
        let grown = try sample(UInt64(seed))
        let rows = (set.count..<grown.count).filter { grown.labels[$0] == 1 }
        #expect(rows.count == expected.count)
        for row in rows {
          for (index, value) in vector(grown, row).enumerated() {
            mean[index] += Double(value) / Double(rows.count * runs)
            square[index] += Double(value * value) / Double(rows.count * runs)
          }
        }
      }
      for index in 0..<4 {
        // Both sides are estimates with the same error.
        #expect(abs(mean[index] - expected.mean[index]) < 5 * 2.0.squareRoot() * expected.meanError[index])
        #expect(
          abs(square[index] - expected.square[index]) < 5 * 2.0.squareRoot() * expected.squareError[index])
      }
    }
  }

  @Test("the published training set 6102/5301/1533 becomes 18,306")
  func publishedCounts() throws {
    let counts = [6102, 5301, 1533]
    let labels = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    let set = try TrainingSet(
      vectors: Formula.values(31, labels.count * 4), labels: labels, groups: Array(labels.indices),
      isSimulated: true)
    let grown = try Balancing.smote(set, seed: 1)
    #expect(grown.count == 18_306)
    #expect(grown.classCounts == [6102, 6102, 6102])
  }

  @Test("under-sampling keeps whole rows, as many of each class as the smallest has")
  func undersampling() {
    let small = Balancing.undersampling(set, seed: 3)
    #expect(small.classCounts == [25, 25, 25])
    #expect(Set(small.groups).count == 75)
    for row in 0..<small.count { #expect(vector(small, row) == vector(set, small.groups[row])) }
    #expect(Balancing.undersampling(set, seed: 4).groups != small.groups)
  }

  @Test("class weights are those scikit-learn calls balanced")
  func weights() {
    // n / (classes · count): 185/360, 185/120, 185/75.
    let expected: [Float] = [185 / 360, 185 / 120, 185 / 75]
    for (found, value) in zip(Balancing.classWeights(set), expected) { #expect(abs(found - value) < 1e-6) }
  }

  @Test("a class with too few vectors for its neighbours is refused by name")
  func tooFew() throws {
    let few = set.subset(Array(0..<125))
    let error = #expect(throws: ClassifierError.self) { try Balancing.smote(few, seed: 1) }
    #expect(error?.code == .trainingSet)
    #expect(error?.message.contains("emission has 5 vectors") == true)
  }
}
