/// The way through the network without keeping anything for a backward pass, no dropout.
struct InferencePass {
  /// Spectra that go through the dense layers together at most: the weights come from memory once for them
  /// all.
  static let chunk = 128
  /// Spectra that go through the convolutions together: their activations stay in the second-level cache.
  static let convolved = 4

  let plan: NetworkPlan
  let weights: PackedWeights
  /// Told what each layer but the last hands on: number of the layer, values and their count.
  ///
  /// For one thread.
  var observe: ((_ layer: Int, _ values: Floats, _ count: Int) -> Void)?

  /// Sets logits (rows, classes) of input (rows, inputLength).
  ///
  /// A row's result does not depend on the other rows.
  ///
  /// - Parameter depth: the dense layer to stop after, whose outputs (rows, outputs) are then set instead; nil for
  ///   the last
  func run(_ logits: MutableFloats, _ input: Floats, rows: Int, threads: Int, depth: Int? = nil) {
    let last = depth ?? plan.dense.count - 1
    let share = (rows + threads - 1) / threads
    let chunk = min(Self.chunk, (share + Self.convolved - 1) / Self.convolved * Self.convolved)
    let pieces = (rows + chunk - 1) / chunk
    let rooms = (0..<min(threads, pieces)).map { _ in Room(plan, chunk: chunk, kernels: weights.kernels) }
    Parallel.run(pieces: pieces, threads: threads) { worker, piece in
      let first = piece * chunk
      forward(
        logits + first * plan.dense[last].outputs, input + first * plan.architecture.inputLength,
        rows: min(chunk, rows - first), room: rooms[worker], last: last)
    }
  }

  /// What one thread works in.
  private struct Room {
    let work, wide, narrow, flat: FloatBuffer
    let dense: [FloatBuffer]
    let sparse: SparseMatrix
    let strip: FloatBuffer

    init(_ plan: NetworkPlan, chunk: Int, kernels: Kernels) {
      let spectra = InferencePass.convolved
      let widest = plan.convolutions.map { max($0.inputCount, $0.outputCount) }.max() ?? 0
      work = FloatBuffer(count: plan.convolutionRoom(spectra: spectra))
      wide = FloatBuffer(count: spectra * widest)
      narrow = FloatBuffer(count: spectra * widest)
      flat = FloatBuffer(count: chunk * plan.flattenedCount)
      dense = plan.dense.map { FloatBuffer(count: chunk * $0.outputs) }
      sparse = SparseMatrix(rows: chunk, columns: plan.dense.map(\.inputs).max() ?? 0)
      strip = FloatBuffer(count: kernels.stripRoom(rows: chunk))
    }
  }

  private func forward(_ logits: MutableFloats, _ input: Floats, rows: Int, room: Room, last: Int) {
    for first in stride(from: 0, to: rows, by: Self.convolved) {
      convolve(
        room.flat.base + first * plan.flattenedCount, input + first * plan.architecture.inputLength,
        spectra: min(Self.convolved, rows - first), room: room)
    }
    var current = Floats(room.flat.base)
    for (index, layer) in plan.dense[...last].enumerated() {
      let target = index == last ? logits : room.dense[index].base
      weights.kernels.denseForward(
        target, current, weights: weights.dense[index].base, bias: weights.denseBiases[index].base,
        sparse: room.sparse, room: room.strip.base, rows: rows, inputs: layer.inputs, outputs: layer.outputs,
        relu: layer.isHidden)
      current = Floats(target)
      if layer.isHidden { observe?(plan.convolutions.count + index, current, rows * layer.outputs) }
    }
  }

  /// Sets flat (spectra, flattenedCount) from input (spectra, inputLength).
  private func convolve(_ flat: MutableFloats, _ input: Floats, spectra: Int, room: Room) {
    let kernels = weights.kernels
    var (source, target) = (input, room.wide.base)
    for (index, layer) in plan.convolutions.enumerated() {
      let isLast = index == plan.convolutions.count - 1
      let output = isLast ? flat : target
      if index == 0 {
        kernels.first(
          output, source, weights: weights.convolutions[0].base, bias: weights.convolutionBiases[0].base,
          spectra: spectra, length: layer.inputLength, outputs: layer.outputChannels)
      } else {
        kernels.convolve(
          layer.isPooled ? nil : output, pooled: layer.isPooled ? output : nil, choice: nil,
          room: room.work.base, source,
          u: weights.convolutions[index].base, bias: weights.convolutionBiases[index].base, spectra: spectra,
          length: layer.inputLength, inputs: layer.inputChannels, outputs: layer.outputChannels)
      }
      source = Floats(output)
      observe?(index, source, spectra * layer.pooledCount)
      target = target == room.wide.base ? room.narrow.base : room.wide.base
    }
  }
}
