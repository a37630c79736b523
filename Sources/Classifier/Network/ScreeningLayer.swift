/// One layer's weights in 8-bit integers, each output in units of its own.
struct ScreeningLayer: Sendable {
  /// (outputs/32, inputs/4, 32, 4), −127…127.
  let weights: [Int8]
  /// What a sum is multiplied with, and what is added then, to give the next layer's activation.
  let scale, bias: FloatBuffer

  /// - Parameters:
  ///   - weights: (inputs, outputs), for a convolution inputs being the window's
  ///   - bias: (outputs)
  ///   - input: the unit of the activations that come in
  ///   - output: the unit of those that go out
  init(weights: Floats, bias: Floats, inputs: Int, outputs: Int, input: Float, output: Float) {
    let panel = ScreeningKernels.panel
    var packed = [Int8](repeating: 0, count: inputs * outputs)
    scale = FloatBuffer(count: outputs)
    self.bias = FloatBuffer(count: outputs)
    for column in 0..<outputs {
      let largest = (0..<inputs).reduce(Float(0)) { max($0, abs(weights[$1 * outputs + column])) }
      let unit = largest > 0 ? largest / 127 : 1
      let start = column / panel * panel * inputs + column % panel * 4
      for row in 0..<inputs {
        let value = (weights[row * outputs + column] / unit).rounded(.toNearestOrEven)
        packed[start + row / 4 * panel * 4 + row % 4] = Int8(max(-127, min(127, value)))
      }
      scale.base[column] = input * unit / output
      self.bias.base[column] = bias[column] / output
    }
    self.weights = packed
  }
}
