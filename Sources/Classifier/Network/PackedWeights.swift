/// A network's weights in the form the kernels of one instruction set want for inference.
final class PackedWeights: Sendable {
  let kernels: Kernels
  /// For each convolution: the weights as they are for the first, transformed for the others.
  let convolutions: [FloatBuffer]
  let convolutionBiases: [FloatBuffer]
  /// For each dense layer, packed.
  let dense: [FloatBuffer]
  let denseBiases: [FloatBuffer]

  init(plan: NetworkPlan, parameters: [Float], kernels: Kernels = .best) {
    self.kernels = kernels
    let buffer = FloatBuffer(parameters)
    func bias(_ offset: Int, _ count: Int) -> FloatBuffer {
      FloatBuffer(Array(parameters[offset..<offset + count]))
    }
    convolutions = plan.convolutions.enumerated().map { index, layer in
      guard index > 0 else {
        return FloatBuffer(Array(parameters[layer.weights..<layer.weights + layer.weightCount]))
      }
      let points = Kernels.points(length: layer.inputLength)
      let packed = FloatBuffer(count: points * layer.inputChannels * kernels.whole(layer.outputChannels))
      kernels.transformWeights(
        packed.base, nil, buffer.base + layer.weights, length: layer.inputLength,
        inputs: layer.inputChannels, outputs: layer.outputChannels)
      return packed
    }
    convolutionBiases = plan.convolutions.map { bias($0.bias, $0.outputChannels) }
    dense = plan.dense.map {
      kernels.packedDense(buffer.base + $0.weights, inputs: $0.inputs, outputs: $0.outputs)
    }
    denseBiases = plan.dense.map { bias($0.bias, $0.outputs) }
  }
}
