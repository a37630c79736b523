/// Layers of a network in the order in which they are read, with weights in this program's order of axes.
struct LayerList {
  private struct Layer {
    var weights: [Float]
    var bias: [Float]?
    var inputs: Int
    var outputs: Int
    var isRectified = false
    var isPooled = false
  }

  /// Values of a vector.
  var inputLength = 0
  private var convolutions: [Layer] = []
  private var dense: [Layer] = []
  private var temperature: Float = 1

  var hasConvolutions: Bool { !convolutions.isEmpty }
  var lastChannels: Int { convolutions.last?.outputs ?? 1 }

  /// Adds a convolution of width 3: weights (outputs, inputs, 3), with axes of one anywhere behind.
  mutating func addConvolution(
    _ tensor: ONNXGraph.Tensor, inputs: Int, bias: ONNXGraph.Tensor?
  ) throws(ClassifierError) {
    let shape = tensor.shape
    guard dense.isEmpty, shape.count >= 3, shape[1] == inputs, shape[2...].filter({ $0 != 1 }) == [3],
      tensor.floats.count == tensor.count
    else { throw ONNXImport.foreign("a convolution with weights of shape \(shape)") }
    // The axes in reverse are (3, inputs, outputs).
    convolutions.append(
      Layer(
        weights: ONNXExport.reversed(tensor.floats, [shape[0], shape[1], 3]), bias: nil, inputs: inputs,
        outputs: shape[0]))
    if let bias { try addBias(bias) }
  }

  /// Adds a dense layer: weights (inputs, outputs), or the other way round.
  mutating func addDense(
    _ tensor: ONNXGraph.Tensor, transposed: Bool, bias: ONNXGraph.Tensor?
  ) throws(ClassifierError) {
    guard tensor.shape.count == 2, tensor.floats.count == tensor.count else {
      throw ONNXImport.foreign("a dense layer with weights of shape \(tensor.shape)")
    }
    let (first, second) = (tensor.shape[0], tensor.shape[1])
    dense.append(
      Layer(
        weights: transposed ? Self.transposed(tensor.floats, rows: first, columns: second) : tensor.floats,
        bias: nil, inputs: transposed ? second : first, outputs: transposed ? first : second))
    if let bias { try addBias(bias) }
  }

  /// Gives the last layer its bias.
  mutating func addBias(_ tensor: ONNXGraph.Tensor) throws(ClassifierError) {
    try change { (layer) throws(ClassifierError) in
      guard layer.bias == nil, !layer.isRectified, !layer.isPooled, tensor.floats.count == layer.outputs
      else {
        throw ONNXImport.foreign("an addition of shape \(tensor.shape)")
      }
      layer.bias = tensor.floats
    }
  }

  mutating func rectify() throws(ClassifierError) {
    try change { $0.isRectified = true }
  }

  mutating func pool() throws(ClassifierError) {
    guard dense.isEmpty, convolutions.last?.isRectified == true, convolutions.last?.isPooled == false else {
      throw ONNXImport.foreign("a MaxPool that follows no rectified convolution")
    }
    convolutions[convolutions.count - 1].isPooled = true
  }

  /// Divides the sums of the last layer by a number.
  mutating func scale(_ divisor: Float) throws(ClassifierError) {
    guard let last = dense.last, !last.isRectified, divisor.isFinite, divisor > 0 else {
      throw ONNXImport.foreign("a factor that is no temperature")
    }
    temperature *= divisor
  }

  private mutating func change(
    _ body: (inout Layer) throws(ClassifierError) -> Void
  ) throws(ClassifierError) {
    if !dense.isEmpty {
      try body(&dense[dense.count - 1])
    } else if !convolutions.isEmpty {
      try body(&convolutions[convolutions.count - 1])
    } else {
      throw ONNXImport.foreign("an operation before the first layer")
    }
  }

  /// The network of these layers.
  ///
  /// - Parameter flattened: whether the feature maps were laid out channel after channel, not pixel after pixel
  func network(flattened channelsFirst: Bool) throws(ClassifierError) -> Network {
    guard let last = dense.last, dense.dropLast().allSatisfy(\.isRectified), !last.isRectified,
      convolutions.allSatisfy(\.isRectified), convolutions.last?.isPooled == true
    else { throw ONNXImport.foreign("a layer without ReLU, or none of a kind") }
    var blocks: [[Int]] = [[]]
    for layer in convolutions {
      blocks[blocks.count - 1].append(layer.outputs)
      if layer.isPooled { blocks.append([]) }
    }
    let architecture = try NetworkArchitecture(
      inputLength: inputLength, blocks: blocks.dropLast(), dense: dense.dropLast().map(\.outputs),
      classCount: last.outputs, dropout: 0.5)
    let plan = NetworkPlan(architecture)
    var parameters: [Float] = []
    parameters.reserveCapacity(plan.parameterCount)
    for (layer, wanted) in zip(convolutions, plan.convolutions) {
      guard layer.inputs == wanted.inputChannels else {
        throw ONNXImport.foreign("convolutions that do not fit")
      }
      parameters += layer.weights
      parameters += layer.bias ?? [Float](repeating: 0, count: layer.outputs)
    }
    for (place, (layer, wanted)) in zip(dense, plan.dense).enumerated() {
      guard layer.inputs == wanted.inputs, layer.outputs == wanted.outputs else {
        throw ONNXImport.foreign("a dense layer of \(layer.inputs) inputs where \(wanted.inputs) arrive")
      }
      parameters += place == 0 && channelsFirst ? Self.pixelsFirst(layer.weights, plan) : layer.weights
      parameters += layer.bias ?? [Float](repeating: 0, count: layer.outputs)
    }
    guard parameters.allSatisfy(\.isFinite) else {
      throw ClassifierError(.format, "weights that are not finite")
    }
    var network = Network(plan: plan, parameters: parameters)
    network.temperature = temperature
    return network
  }

  /// Weights of the first dense layer with their rows in the order pixel, channel instead of channel, pixel.
  private static func pixelsFirst(_ weights: [Float], _ plan: NetworkPlan) -> [Float] {
    let channels = plan.convolutions.last?.outputChannels ?? 1
    let pixels = plan.flattenedCount / channels
    let outputs = plan.dense[0].outputs
    var result: [Float] = []
    result.reserveCapacity(weights.count)
    for pixel in 0..<pixels {
      for channel in 0..<channels {
        let row = channel * pixels + pixel
        result += weights[row * outputs..<(row + 1) * outputs]
      }
    }
    return result
  }

  /// A matrix with rows and columns exchanged.
  static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
    }
    return result
  }
}
