/// Forward and backward through the network for one batch, with everything kept that the way back needs.
///
/// Convolutions are shared by spectra in `lanes` parts, each with gradients of its own that are added in the order of the
/// lanes; dense layers are shared by columns. Both cuts are fixed, so the gradients do not depend on the number of threads.
final class GradientPass {
  static let lanes = 8
  static let denseParts = 8

  let plan: NetworkPlan
  let capacity: Int
  let threads: Int
  /// (capacity, inputLength): to be filled before `run`.
  let input: FloatBuffer
  /// The gradient of the mean loss with regard to every parameter, after `run`.
  let gradients: FloatBuffer
  /// (capacity, classes): after `run` with labels the gradient of the logits.
  let logits: FloatBuffer

  private let activations: [FloatBuffer]
  private let pooled: [FloatBuffer?]
  private let hidden: [FloatBuffer]
  private let flatGradient: FloatBuffer
  private let hiddenGradients: [FloatBuffer]
  private let laneGradients: [FloatBuffer]
  private let laneScratch: [(FloatBuffer, FloatBuffer)]

  init(plan: NetworkPlan, capacity: Int, threads: Int) {
    self.plan = plan
    self.capacity = capacity
    self.threads = threads
    input = FloatBuffer(count: capacity * plan.architecture.inputLength)
    gradients = FloatBuffer(count: plan.parameterCount)
    logits = FloatBuffer(count: capacity * plan.architecture.classCount)
    activations = plan.convolutions.map { FloatBuffer(count: capacity * $0.outputCount) }
    pooled = plan.convolutions.map { $0.isPooled ? FloatBuffer(count: capacity * $0.pooledCount) : nil }
    hidden = plan.dense.dropLast().map { FloatBuffer(count: capacity * $0.outputs) }
    hiddenGradients = plan.dense.dropLast().map { FloatBuffer(count: capacity * $0.outputs) }
    flatGradient = FloatBuffer(count: capacity * plan.flattenedCount)
    laneGradients = (0..<Self.lanes).map { _ in FloatBuffer(count: plan.convolutionParameterCount) }
    let widest = plan.convolutions.map { max($0.outputCount, $0.inputCount) }.max() ?? 0
    laneScratch = (0..<Self.lanes).map { _ in (FloatBuffer(count: widest), FloatBuffer(count: widest)) }
  }

  /// Computes loss and gradients of the first `rows` rows of `input`.
  ///
  /// - Parameters:
  ///   - labels: class of each row
  ///   - weights: weight of each row's loss, nil for 1
  ///   - dropout: the stream of dropout masks of this step; nil for none
  /// - Returns: the mean cross-entropy
  func run(
    parameters: Floats, labels: [Int], weights: [Float]?, rows: Int, dropout: CounterRandom?
  ) -> Double {
    forward(parameters: parameters, rows: rows, dropout: dropout)
    let loss = softmaxCrossEntropy(
      logits.base, labels: labels, weights: weights, rows: rows, classes: plan.architecture.classCount)
    backward(parameters: parameters, rows: rows, dropout: dropout)
    return loss
  }

  /// Sets `logits` for the first `rows` rows of `input`.
  func forward(parameters: Floats, rows: Int, dropout: CounterRandom?) {
    Parallel.run(pieces: Self.lanes, threads: threads) { lane in
      for row in Parallel.range(lane, of: Self.lanes, count: rows) { convolve(parameters, row: row) }
    }
    for (index, layer) in plan.dense.enumerated() {
      let target = index < hidden.count ? hidden[index] : logits
      let parts = min(Self.denseParts, layer.outputs)
      Parallel.run(pieces: parts, threads: threads) { part in
        denseForward(
          target.base, denseInput(index), weights: parameters + layer.weights, bias: parameters + layer.bias,
          rows: rows, inputs: layer.inputs, outputs: layer.outputs,
          columns: Parallel.range(part, of: parts, count: layer.outputs), relu: layer.isHidden)
      }
      if layer.isHidden, let dropout {
        dropoutForward(
          target.base, random: mask(dropout, layer: index), rate: plan.architecture.dropout,
          count: rows * layer.outputs)
      }
    }
  }

  private func backward(parameters: Floats, rows: Int, dropout: CounterRandom?) {
    let rate = dropout == nil ? 0 : plan.architecture.dropout
    for (index, layer) in plan.dense.enumerated().reversed() {
      let gradient = index < hidden.count ? hiddenGradients[index] : logits
      if layer.isHidden {
        dropoutReluBackward(
          gradient.base, output: hidden[index].base, rate: rate, count: rows * layer.outputs)
      }
      let inputGradient = index == 0 ? flatGradient : hiddenGradients[index - 1]
      let parts = min(Self.denseParts, layer.inputs)
      Parallel.run(pieces: parts, threads: threads) { part in
        denseBackward(
          weightGradient: gradients.base + layer.weights, inputGradient: inputGradient.base, gradient.base,
          input: denseInput(index), weights: parameters + layer.weights, rows: rows, inputs: layer.inputs,
          outputs: layer.outputs, at: Parallel.range(part, of: parts, count: layer.inputs))
      }
      biasBackward(gradients.base + layer.bias, gradient.base, rows: rows, outputs: layer.outputs)
    }
    Parallel.run(pieces: Self.lanes, threads: threads) { lane in
      laneGradients[lane].zero()
      for row in Parallel.range(lane, of: Self.lanes, count: rows) {
        convolveBackward(parameters, row: row, lane: lane)
      }
    }
    let count = plan.convolutionParameterCount
    Parallel.run(pieces: Self.lanes, threads: threads) { part in
      for index in Parallel.range(part, of: Self.lanes, count: count) {
        var sum: Float = 0
        for lane in 0..<Self.lanes { sum += laneGradients[lane].base[index] }
        gradients.base[index] = sum
      }
    }
  }

  private func mask(_ dropout: CounterRandom, layer: Int) -> CounterRandom {
    CounterRandom(seed: dropout.key, .dropout, layer)
  }

  private func denseInput(_ index: Int) -> Floats {
    guard index == 0 else { return Floats(hidden[index - 1].base) }
    let last = plan.convolutions.count - 1
    return Floats((pooled[last] ?? activations[last]).base)
  }

  /// Input of convolution `index` for one row.
  private func convolutionInput(_ index: Int, row: Int) -> Floats {
    guard index > 0 else { return Floats(input.base) + row * plan.architecture.inputLength }
    let buffer = pooled[index - 1] ?? activations[index - 1]
    return Floats(buffer.base) + row * plan.convolutions[index].inputCount
  }

  private func convolve(_ parameters: Floats, row: Int) {
    for (index, layer) in plan.convolutions.enumerated() {
      let output = activations[index].base + row * layer.outputCount
      convolutionForward(
        output, convolutionInput(index, row: row), weights: parameters + layer.weights,
        bias: parameters + layer.bias, length: layer.inputLength, inputs: layer.inputChannels,
        outputs: layer.outputChannels)
      guard let pooled = pooled[index] else { continue }
      poolForward(
        pooled.base + row * layer.pooledCount, output, length: layer.outputLength,
        channels: layer.outputChannels)
    }
  }

  private func convolveBackward(_ parameters: Floats, row: Int, lane: Int) {
    let sums = laneGradients[lane].base
    let (scratch, carried) = laneScratch[lane]
    var gradient = flatGradient.base + row * plan.flattenedCount
    for (index, layer) in plan.convolutions.enumerated().reversed() {
      let output = Floats(activations[index].base) + row * layer.outputCount
      if layer.isPooled {
        poolBackward(
          scratch.base, gradient, input: output, length: layer.outputLength, channels: layer.outputChannels)
      } else {
        scratch.base.update(from: gradient, count: layer.outputCount)
      }
      reluBackward(scratch.base, output: output, count: layer.outputCount)
      convolutionBackward(
        weightGradient: sums + layer.weights, biasGradient: sums + layer.bias,
        inputGradient: index == 0 ? nil : carried.base, scratch.base,
        input: convolutionInput(index, row: row), weights: parameters + layer.weights,
        length: layer.inputLength, inputs: layer.inputChannels, outputs: layer.outputChannels)
      gradient = carried.base
    }
  }
}
