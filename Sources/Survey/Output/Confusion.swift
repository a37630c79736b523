/// How often spectra of each true class were given each class.
public struct Confusion: Sendable, Codable {
  /// Names of the classes.
  public let classes: [String]
  /// Spectra by true class (rows) and given class (columns).
  public private(set) var counts: [[Int]]

  /// An empty table for some classes.
  public init(classes: [String]) {
    self.classes = classes
    counts = Array(repeating: Array(repeating: 0, count: classes.count), count: classes.count)
  }

  /// Counts one spectrum.
  public mutating func add(truth: Int, given: Int) { counts[truth][given] += 1 }

  /// Share of the spectra given a class that are of it; nil where none was given it.
  public func precision(of index: Int) -> Double? {
    let given = counts.reduce(0) { $0 + $1[index] }
    return given == 0 ? nil : Double(counts[index][index]) / Double(given)
  }

  /// Share of the spectra of a class that were given it; nil where there are none.
  public func recall(of index: Int) -> Double? {
    let there = counts[index].reduce(0, +)
    return there == 0 ? nil : Double(counts[index][index]) / Double(there)
  }

  /// Precision and recall of being anything but background, whichever class it is.
  public func detection(background: Int) -> (precision: Double?, recall: Double?) {
    var found = 0
    var given = 0
    var there = 0
    for truth in counts.indices {
      for predicted in counts.indices {
        let count = counts[truth][predicted]
        if truth != background { there += count }
        if predicted != background { given += count }
        if truth != background, predicted != background { found += count }
      }
    }
    return (
      given == 0 ? nil : Double(found) / Double(given), there == 0 ? nil : Double(found) / Double(there)
    )
  }
}

extension SurveyFolder {
  /// Compares a model's classes with the truth, where that is known, leaving out what it was trained on.
  ///
  /// - Parameter truth: index of the true class of a spectrum, by its publisher DID; nil where unknown.
  public func confusion(
    model: String, collections: [String], truth: (String) -> Int?
  ) throws(SurveyError) -> Confusion {
    var confusion = Confusion(classes: classSet.names)
    let trained = Set(
      try labels.current().filter { $0.purpose != "performance" }.map { $0.collection + "\u{1}" + $0.did })
    for collection in try self.collections(named: collections) {
      for (did, given) in try scores(model: model, collection: collection.id)
      where !trained.contains(collection.name + "\u{1}" + did) {
        if let true_ = truth(did) { confusion.add(truth: true_, given: given) }
      }
    }
    return confusion
  }
}
