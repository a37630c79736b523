/// Labelled feature vectors to learn from, each known to belong to a star.
public struct TrainingSet: Sendable {
  /// Values, vector after vector.
  public let vectors: [Float]
  /// Values of one vector.
  public let vectorLength: Int
  /// Class of each vector, 0 ..< `classNames.count`.
  public let labels: [Int]
  /// Star of each vector: vectors of one star carry the same number and never part in a split.
  public let groups: [Int]
  /// Whether each vector was made by a simulator.
  public let isSimulated: [Bool]
  /// Names of the classes, in the order of the labels.
  public let classNames: [String]
  /// Name of the feature preset the vectors were made with.
  public let featurePreset: String

  /// Number of vectors.
  public var count: Int { labels.count }

  /// Names of the three classes of the Be star search, in the order used everywhere.
  public static let beStarClasses = ["absorption", "emission", "double-peak"]

  /// Makes a set.
  ///
  /// - Parameters:
  ///   - vectors: `labels.count` vectors of equal length, one after another
  ///   - labels: class of each
  ///   - groups: star of each
  ///   - isSimulated: whether they were made by a simulator, all of them
  /// - Throws: `CLS-01` if the counts do not fit; `CLS-02` if a label is out of range or a value not finite.
  public init(
    vectors: [Float], labels: [Int], groups: [Int], isSimulated: Bool,
    classNames: [String] = beStarClasses, featurePreset: String = "standard"
  ) throws(ClassifierError) {
    try self.init(
      vectors: vectors, labels: labels, groups: groups,
      simulated: [Bool](repeating: isSimulated, count: labels.count), classNames: classNames,
      featurePreset: featurePreset)
  }

  /// Makes a set of stars known by name; an empty name stands for a star of its own.
  ///
  /// - Throws: as the initializer with numbers.
  public init(
    vectors: [Float], labels: [Int], groups: [String], isSimulated: Bool,
    classNames: [String] = beStarClasses, featurePreset: String = "standard"
  ) throws(ClassifierError) {
    var numbers: [String: Int] = [:]
    var next = 0
    let numbered = groups.map { name -> Int in
      if !name.isEmpty, let known = numbers[name] { return known }
      if !name.isEmpty { numbers[name] = next }
      next += 1
      return next - 1
    }
    try self.init(
      vectors: vectors, labels: labels, groups: numbered, isSimulated: isSimulated, classNames: classNames,
      featurePreset: featurePreset)
  }

  /// Makes a set of which some vectors are simulated and others not.
  ///
  /// - Parameter simulated: whether each vector was made by a simulator
  /// - Throws: as the initializer with one flag for all.
  public init(
    vectors: [Float], labels: [Int], groups: [Int], simulated: [Bool],
    classNames: [String] = beStarClasses, featurePreset: String = "standard"
  ) throws(ClassifierError) {
    guard !labels.isEmpty else {
      throw ClassifierError(.trainingSet, "the training set is empty", hint: "label some spectra first")
    }
    guard labels.count == groups.count, labels.count == simulated.count,
      vectors.count % labels.count == 0, !vectors.isEmpty
    else {
      throw ClassifierError(
        .shape,
        "\(labels.count) labels, \(groups.count) groups, \(simulated.count) marks and \(vectors.count) values"
          + " do not fit together")
    }
    if let row = labels.firstIndex(where: { !classNames.indices.contains($0) }) {
      throw ClassifierError(
        .trainingSet, "label \(labels[row]) of row \(row) is not one of \(classNames.count) classes")
    }
    let length = vectors.count / labels.count
    if let place = vectors.firstIndex(where: { !$0.isFinite }) {
      throw ClassifierError(
        .trainingSet, "value \(place % length) of row \(place / length) is not a finite number")
    }
    self.vectors = vectors
    vectorLength = length
    self.labels = labels
    self.groups = groups
    isSimulated = simulated
    self.classNames = classNames
    self.featurePreset = featurePreset
  }

  /// The set with only the given rows, in the given order.
  public func subset(_ rows: [Int]) -> TrainingSet {
    var values: [Float] = []
    values.reserveCapacity(rows.count * vectorLength)
    for row in rows { values += vectors[row * vectorLength..<(row + 1) * vectorLength] }
    return TrainingSet(
      of: self, vectors: values, labels: rows.map { labels[$0] }, groups: rows.map { groups[$0] },
      isSimulated: rows.map { isSimulated[$0] })
  }

  /// The set, and then another of the same classes and features.
  ///
  /// - Throws: `CLS-01` if the two do not fit together.
  public func joined(with other: TrainingSet) throws(ClassifierError) -> TrainingSet {
    guard vectorLength == other.vectorLength, classNames == other.classNames,
      featurePreset == other.featurePreset
    else {
      throw ClassifierError(
        .shape,
        "vectors of \(vectorLength) values (\(featurePreset), classes \(classNames)) and of \(other.vectorLength)"
          + " (\(other.featurePreset), classes \(other.classNames)) are not one set")
    }
    return TrainingSet(
      of: self, vectors: vectors + other.vectors, labels: labels + other.labels,
      groups: groups + other.groups,
      isSimulated: isSimulated + other.isSimulated)
  }

  /// Vectors of each class.
  public var classCounts: [Int] {
    labels.reduce(into: [Int](repeating: 0, count: classNames.count)) { $0[$1] += 1 }
  }

  /// A set with other rows, of the same classes and features.
  init(of other: TrainingSet, vectors: [Float], labels: [Int], groups: [Int], isSimulated: [Bool]) {
    self.vectors = vectors
    vectorLength = other.vectorLength
    self.labels = labels
    self.groups = groups
    self.isSimulated = isSimulated
    classNames = other.classNames
    featurePreset = other.featurePreset
  }
}
