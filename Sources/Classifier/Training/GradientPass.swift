/// Forward and backward through the network for one batch, with everything kept that the way back needs.
///
/// Convolutions are shared by chunks of spectra. Chunks belong to lanes, each with gradients of its own,
/// which are added in the order of the lanes; dense layers are shared by strips. All cuts depend on the
/// batch only, so the gradients do not depend on the number of threads.
final class GradientPass {
  /// Spectra of one chunk: 32, as each goes through the gradients of all weights once, and 16 where that would
  /// make fewer chunks than lanes.
  private let chunk: Int
  /// Spectra that go forward through the convolutions together: what one hands to the next stays in the
  /// second-level cache.
  static let convolved = 4
  static let maximumLanes = 8
  /// Rows that go forward through a strip of a dense layer together.
  static let denseRows = 128

  let plan: NetworkPlan
  let kernels: Kernels
  let capacity: Int
  let threads: Int
  /// (capacity, inputLength): to be filled before `run`.
  let input: FloatBuffer
  /// The gradient of the mean loss with regard to every parameter, after `run`.
  let gradients: FloatBuffer
  /// (capacity, classes): after `run` the gradient of the logits, after `forward` the logits.
  let logits: FloatBuffer

  private let store: ActivationStore
  private let transformed: [(forward: FloatBuffer, backward: FloatBuffer)]
  private let hidden, hiddenGradients: [FloatBuffer]
  private let flatGradient: FloatBuffer
  /// The input of a dense layer, `denseRows` rows each.
  private let inputs: [SparseMatrix]
  /// The gradient of a dense layer.
  private let byRow: SparseMatrix
  /// Its transpose, of each.
  private let byColumn: [SparseMatrix]
  /// Room for a strip, for each thread.
  private let strips: [FloatBuffer]
  private let lanes: [GradientLane]

  init(plan: NetworkPlan, capacity: Int, threads: Int, kernels: Kernels = .best) {
    self.plan = plan
    self.kernels = kernels
    self.capacity = capacity
    self.threads = threads
    input = FloatBuffer(count: capacity * plan.architecture.inputLength)
    gradients = FloatBuffer(count: plan.parameterCount)
    logits = FloatBuffer(count: capacity * plan.architecture.classCount)
    store = ActivationStore(plan, capacity: capacity)
    transformed = plan.convolutions.enumerated().map { index, layer in
      let (inputs, outputs) = index == 0 ? (0, 0) : (layer.inputChannels, layer.outputChannels)
      let points = Kernels.points(length: layer.inputLength)
      return (
        FloatBuffer(count: points * inputs * kernels.whole(outputs)),
        FloatBuffer(count: points * outputs * kernels.whole(inputs))
      )
    }
    hidden = plan.dense.dropLast().map { FloatBuffer(count: capacity * $0.outputs) }
    hiddenGradients = plan.dense.dropLast().map { FloatBuffer(count: capacity * $0.outputs) }
    flatGradient = FloatBuffer(count: capacity * plan.flattenedCount)
    let (widest, broadest) = (plan.dense.map(\.inputs).max() ?? 0, plan.dense.map(\.outputs).max() ?? 0)
    inputs = stride(from: 0, to: capacity, by: Self.denseRows).map { first in
      SparseMatrix(rows: min(Self.denseRows, capacity - first), columns: widest)
    }
    byRow = SparseMatrix(rows: capacity, columns: broadest)
    byColumn = plan.dense.map { SparseMatrix(rows: $0.outputs, columns: capacity) }
    strips = (0..<max(1, threads)).map { _ in
      FloatBuffer(count: kernels.stripRoom(rows: max(capacity, broadest)))
    }
    let chunk = capacity < 32 * Self.maximumLanes ? 16 : 32
    let chunks = (capacity + chunk - 1) / chunk
    lanes = (0..<min(Self.maximumLanes, chunks)).map { _ in GradientLane(plan, chunk: chunk) }
    self.chunk = chunk
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
    Parallel.run(pieces: plan.convolutions.count - 1, threads: threads) { piece in
      // The largest first, so that none is begun when all others are done.
      let index = plan.convolutions.count - 1 - piece
      let layer = plan.convolutions[index]
      kernels.transformWeights(
        transformed[index].forward.base, transformed[index].backward.base, parameters + layer.weights,
        length: layer.inputLength, inputs: layer.inputChannels, outputs: layer.outputChannels)
    }
    let pieces = (rows + Self.convolved - 1) / Self.convolved
    Parallel.run(pieces: pieces, threads: min(threads, lanes.count)) { worker, piece in
      let first = piece * Self.convolved
      convolve(parameters, rows: first..<min(first + Self.convolved, rows), lane: lanes[worker])
    }
    for (index, layer) in plan.dense.enumerated() {
      let target = index < hidden.count ? hidden[index] : logits
      denseForward(index, parameters, target.base, rows: rows)
      if layer.isHidden, let dropout {
        kernels.dropoutForward(
          target.base, random: CounterRandom(seed: dropout.key, .dropout, index),
          rate: plan.architecture.dropout, count: rows * layer.outputs)
      }
    }
  }

  private func denseForward(_ index: Int, _ parameters: Floats, _ target: MutableFloats, rows: Int) {
    let layer = plan.dense[index]
    let threads = threads(for: layer)
    let groups = (rows + Self.denseRows - 1) / Self.denseRows
    func range(_ group: Int) -> Range<Int> {
      group * Self.denseRows..<min(rows, (group + 1) * Self.denseRows)
    }
    Parallel.run(pieces: groups, threads: threads) { group in
      let rows = range(group)
      kernels.list(
        denseInput(index) + rows.lowerBound * layer.inputs, row: layer.inputs, column: 1, m: rows.count,
        k: layer.inputs, in: inputs[group])
    }
    Parallel.run(pieces: groups * kernels.strips(layer.outputs), threads: threads) { worker, piece in
      let rows = range(piece % groups)
      kernels.denseForward(
        target + rows.lowerBound * layer.outputs, inputs[piece % groups], weights: parameters + layer.weights,
        isPacked: false, bias: parameters + layer.bias, room: strips[worker].base, rows: rows.count,
        inputs: layer.inputs, outputs: layer.outputs, strip: piece / groups, relu: layer.isHidden)
    }
  }

  private func backward(parameters: Floats, rows: Int, dropout: CounterRandom?) {
    for index in plan.dense.indices.reversed() {
      denseBackward(index, parameters, rows: rows, rate: dropout == nil ? 0 : plan.architecture.dropout)
    }
    let chunks = chunkCount(rows)
    let used = min(lanes.count, chunks)
    // The small pieces come last: whoever is through with the large ones earlier does more of them.
    let strips = plan.dense.map { kernels.strips($0.inputs) }
    Parallel.run(pieces: used + strips.reduce(0, +), threads: threads) { worker, piece in
      guard piece < used else {
        return denseWeightGradient(piece - used, strips, rows: rows, room: self.strips[worker])
      }
      let lane = piece
      lanes[lane].clear()
      for (place, chunk) in Parallel.range(lane, of: used, count: chunks).enumerated() {
        convolveBackward(
          parameters, rows: range(chunk, rows: rows), lane: lanes[lane], isFirst: place == 0)
      }
    }
    let stored = lanes.prefix(used)
    Parallel.run(pieces: plan.convolutions.count, threads: threads) { piece in
      let index = plan.convolutions.count - 1 - piece
      let layer = plan.convolutions[index]
      GradientLane.sum(stored.map { $0.biases[index] }, gradients.base + layer.bias)
      guard index > 0 else {
        GradientLane.sum(stored.map(\.firstWeights), gradients.base + layer.weights)
        return
      }
      kernels.weightGradient(
        gradients.base + layer.weights, stored.map { Floats($0.transformed[index].base) },
        length: layer.inputLength, count: layer.inputChannels * layer.outputChannels)
    }
  }

  /// The gradient of what a dense layer takes, and of its bias.
  private func denseBackward(_ index: Int, _ parameters: Floats, rows: Int, rate: Float) {
    let layer = plan.dense[index]
    let threads = threads(for: layer)
    let gradient = index < hidden.count ? hiddenGradients[index] : logits
    if layer.isHidden {
      dropoutReluBackward(
        gradient.base, output: hidden[index].base, rate: rate, count: rows * layer.outputs)
    }
    Parallel.run(pieces: 2, threads: threads) { piece in
      if piece == 0 {
        kernels.list(gradient.base, row: layer.outputs, column: 1, m: rows, k: layer.outputs, in: byRow)
      } else {
        kernels.list(
          gradient.base, row: 1, column: layer.outputs, m: layer.outputs, k: rows, in: byColumn[index])
      }
    }
    let inputGradient = index == 0 ? flatGradient : hiddenGradients[index - 1]
    Parallel.run(pieces: kernels.strips(layer.inputs), threads: threads) { worker, strip in
      kernels.denseInputGradient(
        inputGradient.base, gradient: byRow, weights: parameters + layer.weights, room: strips[worker].base,
        rows: rows, inputs: layer.inputs, outputs: layer.outputs, strip: strip)
    }
    biasBackward(gradients.base + layer.bias, gradient.base, rows: rows, outputs: layer.outputs)
  }

  /// The gradient of one strip of a dense layer's weights; the strips of all layers are counted through.
  private func denseWeightGradient(_ piece: Int, _ strips: [Int], rows: Int, room: FloatBuffer) {
    var (index, strip) = (0, piece)
    while strip >= strips[index] {
      strip -= strips[index]
      index += 1
    }
    let layer = plan.dense[index]
    kernels.denseWeightGradient(
      gradients.base + layer.weights, gradient: byColumn[index], input: denseInput(index), room: room.base,
      rows: rows, inputs: layer.inputs, outputs: layer.outputs, strip: strip)
  }

  /// One for the few outputs of the last layer: to wake others takes longer.
  private func threads(for layer: NetworkPlan.Dense) -> Int { layer.isHidden ? threads : 1 }

  private func chunkCount(_ rows: Int) -> Int { (rows + chunk - 1) / chunk }

  private func range(_ index: Int, rows: Int) -> Range<Int> {
    index * chunk..<min(rows, (index + 1) * chunk)
  }

  private func denseInput(_ index: Int) -> Floats {
    Floats(index == 0 ? store.handedOn[plan.convolutions.count - 1].base : hidden[index - 1].base)
  }

  /// Input of convolution `index`, not the first, for the rows from `row` on, where a chunk or a part of it starts.
  private func convolutionInput(_ index: Int, from row: Int, lane: GradientLane) -> Floats {
    guard index > 1 else { return Floats(lane.firstOutput.base) }
    return Floats(store.handedOn[index - 1].base) + row * plan.convolutions[index].inputCount
  }

  /// The first convolution, for the lane alone.
  private func convolveFirst(_ parameters: Floats, rows: Range<Int>, lane: GradientLane) {
    let layer = plan.convolutions[0]
    kernels.first(
      lane.firstOutput.base, input.base + rows.lowerBound * layer.inputCount,
      weights: parameters + layer.weights, bias: parameters + layer.bias, spectra: rows.count,
      length: layer.inputLength, outputs: layer.outputChannels)
  }

  private func convolve(_ parameters: Floats, rows: Range<Int>, lane: GradientLane) {
    convolveFirst(parameters, rows: rows, lane: lane)
    for (index, layer) in plan.convolutions.enumerated().dropFirst() {
      let output = store.handedOn[index].base + rows.lowerBound * layer.pooledCount
      kernels.convolve(
        layer.isPooled ? nil : output, pooled: layer.isPooled ? output : nil,
        choice: store.choice(index, from: rows.lowerBound * layer.pooledCount), room: lane.room.base,
        convolutionInput(index, from: rows.lowerBound, lane: lane), u: transformed[index].forward.base,
        bias: parameters + layer.bias, spectra: rows.count, length: layer.inputLength,
        inputs: layer.inputChannels, outputs: layer.outputChannels)
    }
  }

  private func convolveBackward(
    _ parameters: Floats, rows: Range<Int>, lane: GradientLane, isFirst: Bool
  ) {
    convolveFirst(parameters, rows: rows, lane: lane)
    var gradient = Floats(flatGradient.base) + rows.lowerBound * plan.flattenedCount
    for (index, layer) in plan.convolutions.enumerated().reversed() {
      let output = Floats(store.handedOn[index].base) + rows.lowerBound * layer.pooledCount
      if index == 0 {
        kernels.firstAdjoint(
          dw: lane.firstWeights.base, db: lane.biases[0].base, dy: gradient,
          y: lane.firstOutput.base, x: input.base + rows.lowerBound * layer.inputCount, spectra: rows.count,
          length: layer.inputLength, outputs: layer.outputChannels)
      } else {
        let target = lane.carried[index % 2].base
        kernels.convolveAdjoint(
          dx: target, du: lane.transformed[index].base, isFirst: isFirst, db: lane.biases[index].base,
          room: lane.room.base, dy: gradient,
          choice: store.choice(index, from: rows.lowerBound * layer.pooledCount).map { UnsafePointer($0) },
          y: layer.isPooled ? nil : output,
          x: convolutionInput(index, from: rows.lowerBound, lane: lane), ut: transformed[index].backward.base,
          spectra: rows.count, length: layer.inputLength, inputs: layer.inputChannels,
          outputs: layer.outputChannels)
        gradient = Floats(target)
      }
    }
  }
}
