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

  private let screen: Screen?

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
      Screen.fits(network.plan)
        ? Screen(network, kernels, largest: network.largestActivations(vectors, rows: rows)) : nil
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

/// The network in 8-bit integers, but for its last layer.
private struct Screen: Sendable {
  private let plan: NetworkPlan
  private let kernels: ScreeningKernels
  private let firstWeights, firstBias: FloatBuffer
  private let convolutions, dense: [ScreeningLayer]
  private let lastUnit: Float
  private let lastWeights, lastBias: [Float]

  /// Whether the kernels can do this network: even lengths, channels in whole panels.
  static func fits(_ plan: NetworkPlan) -> Bool {
    plan.convolutions.allSatisfy {
      $0.outputLength % 2 == 0 && $0.outputChannels % ScreeningKernels.panel == 0
    }
      && plan.dense.dropLast().allSatisfy { $0.outputs % ScreeningKernels.panel == 0 }
  }

  /// - Parameter largest: the largest activation each layer but the last has handed on
  init(_ network: Network, _ kernels: ScreeningKernels, largest: [Float]) {
    let plan = network.plan
    self.plan = plan
    self.kernels = kernels
    let units = largest.map { $0 > 0 ? $0 / 255 : 1 }
    let parameters = FloatBuffer(network.parameters)
    let first = plan.convolutions[0]
    firstWeights = FloatBuffer(
      network.parameters[first.weights..<first.weights + first.weightCount].map { $0 / units[0] })
    firstBias = FloatBuffer(
      network.parameters[first.bias..<first.bias + first.outputChannels].map { $0 / units[0] })
    convolutions = plan.convolutions.enumerated().dropFirst().map { index, layer in
      ScreeningLayer(
        weights: parameters.base + layer.weights, bias: parameters.base + layer.bias,
        inputs: 3 * layer.inputChannels, outputs: layer.outputChannels, input: units[index - 1],
        output: units[index])
    }
    dense = plan.dense.dropLast().enumerated().map { index, layer in
      let place = plan.convolutions.count + index
      return ScreeningLayer(
        weights: parameters.base + layer.weights, bias: parameters.base + layer.bias, inputs: layer.inputs,
        outputs: layer.outputs, input: units[place - 1], output: units[place])
    }
    let last = plan.dense[plan.dense.count - 1]
    lastUnit = units[units.count - 1]
    lastWeights = Array(network.parameters[last.weights..<last.weights + last.weightCount])
    lastBias = Array(network.parameters[last.bias..<last.bias + last.outputs])
  }

  /// Spectra that go through the dense layers together, and through the convolutions.
  private static let (chunk, convolved) = (128, 8)

  /// What one thread works in.
  private struct Room {
    let wide, narrow, flat: ByteBuffer
    let dense: [ByteBuffer]

    init(_ plan: NetworkPlan) {
      let widest = plan.convolutions.map(\.outputCount).max() ?? 0
      wide = ByteBuffer(count: Screen.convolved * widest)
      narrow = ByteBuffer(count: Screen.convolved * widest)
      flat = ByteBuffer(count: Screen.chunk * plan.flattenedCount)
      dense = plan.dense.dropLast().map { ByteBuffer(count: Screen.chunk * $0.outputs) }
    }
  }

  func logits(_ vectors: [Float], rows: Int, threads: Int) -> [Float] {
    let (classes, length) = (plan.architecture.classCount, plan.architecture.inputLength)
    let pieces = (rows + Self.chunk - 1) / Self.chunk
    let rooms = (0..<min(threads, pieces)).map { _ in Room(plan) }
    var result = [Float](repeating: 0, count: rows * classes)
    vectors.withUnsafeBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output in
        guard let input = input.baseAddress, let output = output.baseAddress else { return }
        Parallel.run(pieces: pieces, threads: threads) { worker, piece in
          let first = piece * Self.chunk
          let count = min(Self.chunk, rows - first)
          forward(output + first * classes, input + first * length, rows: count, room: rooms[worker])
        }
      }
    }
    return result
  }

  private func forward(_ logits: MutableFloats, _ input: Floats, rows: Int, room: Room) {
    for first in stride(from: 0, to: rows, by: Self.convolved) {
      convolve(
        room.flat.base + first * plan.flattenedCount, input + first * plan.architecture.inputLength,
        spectra: min(Self.convolved, rows - first), room: room)
    }
    var current = UnsafePointer(room.flat.base)
    for (index, layer) in dense.enumerated() {
      // Rows come in pairs; what the odd one's partner gives is not looked at.
      kernels.dense(
        room.dense[index].base, current, layer, rows: (rows + 1) / 2 * 2, inputs: plan.dense[index].inputs,
        outputs: plan.dense[index].outputs)
      current = UnsafePointer(room.dense[index].base)
    }
    let classes = plan.architecture.classCount
    let inputs = plan.dense[plan.dense.count - 1].inputs
    for row in 0..<rows {
      let line = logits + row * classes
      for index in 0..<classes { line[index] = 0 }
      for unit in 0..<inputs {
        let value = Float(current[row * inputs + unit])
        for index in 0..<classes { line[index] += value * lastWeights[unit * classes + index] }
      }
      for index in 0..<classes { line[index] = line[index] * lastUnit + lastBias[index] }
    }
  }

  /// Sets flat (spectra, flattenedCount) from input (spectra, inputLength).
  private func convolve(
    _ flat: UnsafeMutablePointer<UInt8>, _ input: Floats, spectra: Int, room: Room
  ) {
    let first = plan.convolutions[0]
    var (source, target) = (room.wide.base, room.narrow.base)
    kernels.first(
      source, input, weights: firstWeights.base, bias: firstBias.base, spectra: spectra,
      length: first.inputLength, outputs: first.outputChannels)
    for (index, layer) in plan.convolutions.enumerated().dropFirst() {
      let output = index == plan.convolutions.count - 1 ? flat : target
      kernels.convolve(
        output, source, convolutions[index - 1], spectra: spectra, length: layer.inputLength,
        inputs: layer.inputChannels, outputs: layer.outputChannels, isPooled: layer.isPooled)
      (source, target) = (target, source)
    }
  }
}
