/// The network in 8-bit integers, but for its last layer.
struct ScreeningPass: Sendable {
  private let plan: NetworkPlan
  private let kernels: ScreeningKernels
  private let firstWeights, firstBias: FloatBuffer
  private let convolutions, dense: [ScreeningLayer]
  // The last layer stays in full precision.
  private let lastWeights, lastBias: FloatBuffer

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
    let unit = units[units.count - 1]
    let scaled = network.parameters[last.weights..<last.weights + last.weightCount].map { $0 * unit }
    lastWeights = Kernels.best.packedDense(scaled, inputs: last.inputs, outputs: last.outputs)
    lastBias = FloatBuffer(Array(network.parameters[last.bias..<last.bias + last.outputs]))
  }

  /// Spectra that go through the dense layers together, and through the convolutions.
  private static let (chunk, convolved) = (128, 8)

  /// What one thread works in.
  private struct Room {
    let wide, narrow, flat: ByteBuffer
    let dense: [ByteBuffer]
    let last, strip: FloatBuffer
    let sparse: SparseMatrix

    init(_ plan: NetworkPlan) {
      let widest = plan.convolutions.map(\.outputCount).max() ?? 0
      wide = ByteBuffer(count: ScreeningPass.convolved * widest)
      narrow = ByteBuffer(count: ScreeningPass.convolved * widest)
      flat = ByteBuffer(count: ScreeningPass.chunk * plan.flattenedCount)
      dense = plan.dense.dropLast().map { ByteBuffer(count: ScreeningPass.chunk * $0.outputs) }
      let inputs = plan.dense[plan.dense.count - 1].inputs
      last = FloatBuffer(count: ScreeningPass.chunk * inputs)
      strip = FloatBuffer(count: Kernels.best.stripRoom(rows: ScreeningPass.chunk))
      sparse = SparseMatrix(rows: ScreeningPass.chunk, columns: inputs)
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
    let last = plan.dense[plan.dense.count - 1]
    let values = room.last.base
    for index in 0..<rows * last.inputs { values[index] = Float(current[index]) }
    Kernels.best.denseForward(
      logits, values, weights: lastWeights.base, bias: lastBias.base, sparse: room.sparse,
      room: room.strip.base, rows: rows, inputs: last.inputs, outputs: last.outputs, relu: false)
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
