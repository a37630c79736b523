/// Probabilities of many spectra by a quick look at all and a full one at those that matter.
public struct ScreenedProbabilities: Sendable {
  /// rows × `classCount` numbers, row after row.
  public let values: [Float]
  /// How many rows were computed in full precision.
  public let rescored: Int
}

/// A network that looks at every spectrum in 8-bit integers first, and again in full precision unless the first
/// look is sure that it is of the common class.
///
/// What can become a candidate has the probabilities of the network itself, bit for bit. On processors without
/// dot products of bytes (VNNI), or for architectures whose lengths are odd or channels no multiples of 32, every
/// spectrum is computed in full precision.
public struct ScreeningNetwork: Sendable {
  /// The network in full precision.
  public let network: Network
  /// Whether the first look is taken at all.
  public var isQuick: Bool { screen != nil }

  private let screen: ScreeningPass?

  /// Makes the integers.
  ///
  /// - Parameters:
  ///   - vectors: some of the spectra to come, `rows` × `inputLength` values: their largest activations set the
  ///     units. A few hundred do
  /// - Throws: `CLS-01` if the number of values does not fit or there are no rows.
  public init(_ network: Network, calibratedOn vectors: [Float], rows: Int) throws(ClassifierError) {
    guard rows > 0, vectors.count == rows * network.architecture.inputLength else {
      throw ClassifierError(
        .shape, "\(vectors.count) values given for \(rows) vectors of \(network.architecture.inputLength)")
    }
    self.network = network
    screen = ScreeningKernels.current.flatMap { kernels in
      ScreeningPass.fits(network.plan)
        ? ScreeningPass(network, kernels, largest: network.largestActivations(vectors, rows: rows)) : nil
    }
  }

  /// Probabilities of the classes for each of `rows` feature vectors.
  ///
  /// - Parameters:
  ///   - vectors: rows × `inputLength` values, row after row
  ///   - certainty: a spectrum is not looked at again if its first probability of class `common` is higher
  ///   - common: the class most spectra are of
  ///   - threads: threads to use at most; nil for one per processor
  /// - Throws: `CLS-01` if the number of values does not fit.
  public func probabilities(
    of vectors: [Float], rows: Int, certainty: Float = 0.99, common: Int = 0, threads: Int? = nil
  ) throws(ClassifierError) -> ScreenedProbabilities {
    let (length, classes) = (network.architecture.inputLength, network.architecture.classCount)
    guard let screen, rows > 0, vectors.count == rows * length else {
      let values = try network.probabilities(of: vectors, rows: rows, threads: threads)
      return ScreenedProbabilities(values: values, rescored: rows)
    }
    var values = screen.logits(vectors, rows: rows, threads: max(1, threads ?? Parallel.processorCount))
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      softmaxForward(base, rows: rows, classes: classes, temperature: network.temperature)
    }
    // A spectrum with a value that is no number must show it, and integers cannot.
    let again = (0..<rows).filter { row in
      !(values[row * classes + common] > certainty)
        || !vectors[row * length..<(row + 1) * length].allSatisfy(\.isFinite)
    }
    var picked: [Float] = []
    picked.reserveCapacity(again.count * length)
    for row in again { picked += vectors[row * length..<(row + 1) * length] }
    let full = try network.probabilities(of: picked, rows: again.count, threads: threads)
    for (place, row) in again.enumerated() {
      for index in 0..<classes { values[row * classes + index] = full[place * classes + index] }
    }
    return ScreenedProbabilities(values: values, rescored: again.count)
  }
}
