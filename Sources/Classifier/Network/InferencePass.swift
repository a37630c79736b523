/// The way through the network without keeping anything for a backward pass, no dropout.
struct InferencePass {
  /// Spectra that go through the dense layers together; a piece of work for a thread.
  static let chunk = 64

  let plan: NetworkPlan
  let parameters: Floats

  /// Sets logits (rows, classes) of input (rows, inputLength).
  func run(_ logits: MutableFloats, _ input: Floats, rows: Int, threads: Int) {
    let pieces = (rows + Self.chunk - 1) / Self.chunk
    Parallel.run(pieces: pieces, threads: threads) { piece in
      let first = piece * Self.chunk
      forward(
        logits + first * plan.architecture.classCount, input + first * plan.architecture.inputLength,
        rows: min(Self.chunk, rows - first))
    }
  }

  private func forward(_ logits: MutableFloats, _ input: Floats, rows: Int) {
    let widest = plan.convolutions.map(\.outputCount).max() ?? 0
    let wide = FloatBuffer(count: widest)
    let pooled = FloatBuffer(count: widest)
    let flat = FloatBuffer(count: rows * plan.flattenedCount)
    for row in 0..<rows {
      convolve(
        flat.base + row * plan.flattenedCount, input + row * plan.architecture.inputLength,
        wide.base, pooled.base)
    }

    var current = flat
    for layer in plan.dense {
      let next = FloatBuffer(count: rows * layer.outputs)
      denseForward(
        next.base, current.base, weights: parameters + layer.weights, bias: parameters + layer.bias,
        rows: rows, inputs: layer.inputs, outputs: layer.outputs, columns: 0..<layer.outputs,
        relu: layer.isHidden)
      current = next
    }
    logits.update(from: current.base, count: rows * plan.architecture.classCount)
  }

  /// Sets flat (flattenedCount) from one spectrum's input (inputLength); `wide` and `narrow` are room to work in.
  private func convolve(
    _ flat: MutableFloats, _ input: Floats, _ wide: MutableFloats, _ narrow: MutableFloats
  ) {
    var source = input
    var target = wide
    for (index, layer) in plan.convolutions.enumerated() {
      convolutionForward(
        target, source, weights: parameters + layer.weights, bias: parameters + layer.bias,
        length: layer.inputLength, inputs: layer.inputChannels, outputs: layer.outputChannels)
      source = Floats(target)
      target = target == wide ? narrow : wide
      guard layer.isPooled else { continue }
      let isLast = index == plan.convolutions.count - 1
      let pooled = isLast ? flat : target
      poolForward(pooled, source, length: layer.outputLength, channels: layer.outputChannels)
      source = Floats(pooled)
      target = target == wide ? narrow : wide
    }
  }
}
