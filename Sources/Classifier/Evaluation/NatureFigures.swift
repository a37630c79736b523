/// What a model says of the simulated spectra of one nature: which kinds of objects it mistakes, and for what.
public struct NatureFigures: Codable, Sendable, Equatable {
  /// The nature, as ``SimulatedNature`` names it.
  public var nature: String
  /// Spectra by true class and by the class of highest probability.
  public var confusion: [[Int]]

  /// Number of spectra.
  public var spectra: Int { confusion.joined().reduce(0, +) }
  /// Share that gets its class.
  public var right: Double {
    Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(max(spectra, 1))
  }
  /// Share of those with visible emission that is called so, whichever its class; nil without such.
  public var found: Double? {
    let rows = confusion.dropFirst()
    let count = rows.joined().reduce(0, +)
    return count == 0 ? nil : Double(count - rows.reduce(0) { $0 + $1[0] }) / Double(count)
  }
  /// Share of those without visible emission that is said to have some; nil without such.
  public var falseAlarms: Double? {
    guard let row = confusion.first else { return nil }
    let count = row.reduce(0, +)
    return count == 0 ? nil : Double(count - row[0]) / Double(count)
  }

  /// One for each nature that is there, in the order of ``SimulatedNature``.
  ///
  /// - Parameter probabilities: rows × classes, the background first
  /// - Throws: `CLS-01` if the counts do not fit.
  public static func all(
    probabilities: [Float], labels: [Int], natures: [SimulatedNature], classCount: Int
  ) throws(ClassifierError) -> [NatureFigures] {
    guard probabilities.count == labels.count * classCount, natures.count == labels.count,
      labels.allSatisfy((0..<classCount).contains)
    else {
      throw ClassifierError(
        .shape,
        "\(probabilities.count) probabilities and \(natures.count) natures do not fit \(labels.count) labels")
    }
    var tables: [SimulatedNature: [[Int]]] = [:]
    let empty = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for (row, label) in labels.enumerated() {
      let line = probabilities[row * classCount..<(row + 1) * classCount]
      tables[natures[row], default: empty][label][ClassificationMetrics.predictedClass(line)] += 1
    }
    return SimulatedNature.allCases.compactMap { nature in
      tables[nature].map { NatureFigures(nature: nature.rawValue, confusion: $0) }
    }
  }
}
