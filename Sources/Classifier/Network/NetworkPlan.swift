/// The layers of an architecture with their sizes, and where each finds its weights among the parameters.
///
/// Parameters lie in one buffer in the order of Keras: for each layer the weights, then the bias. Weights of
/// a convolution are (3, inputs, outputs), of a dense layer (inputs, outputs), the last index running
/// fastest; activations are (pixel, channel), channels last, so that the flattened index is pixel·channels +
/// channel.
struct NetworkPlan: Sendable {
  struct Convolution: Sendable {
    let inputLength, inputChannels, outputChannels: Int
    let isPooled: Bool
    let weights, bias: Int

    /// Pixels after the convolution, before any pooling.
    var outputLength: Int { inputLength - 2 }
    /// Pixels handed on: half, rounded down, after a pooling.
    var pooledLength: Int { isPooled ? outputLength / 2 : outputLength }
    var inputCount: Int { inputLength * inputChannels }
    var outputCount: Int { outputLength * outputChannels }
    var pooledCount: Int { pooledLength * outputChannels }
    var weightCount: Int { 3 * inputChannels * outputChannels }
  }

  struct Dense: Sendable {
    let inputs, outputs: Int
    let weights, bias: Int
    /// True for all but the last: ReLU and dropout follow.
    let isHidden: Bool
    var weightCount: Int { inputs * outputs }
  }

  /// One named tensor among the parameters.
  struct Tensor: Sendable {
    let name: String
    let shape: [Int]
    let offset: Int
    var count: Int { shape.reduce(1, *) }
  }

  let architecture: NetworkArchitecture
  let convolutions: [Convolution]
  let dense: [Dense]
  let tensors: [Tensor]
  let parameterCount: Int
  /// Values of one spectrum after the last pooling.
  let flattenedCount: Int

  init(_ architecture: NetworkArchitecture) {
    self.architecture = architecture
    var convolutions: [Convolution] = []
    var dense: [Dense] = []
    var tensors: [Tensor] = []
    var offset = 0
    func tensor(_ name: String, _ shape: [Int]) -> Int {
      let tensor = Tensor(name: name, shape: shape, offset: offset)
      tensors.append(tensor)
      offset += tensor.count
      return tensor.offset
    }

    var length = architecture.inputLength
    var channels = 1
    for block in architecture.blocks {
      for (place, width) in block.enumerated() {
        let name = "conv\(convolutions.count + 1)"
        let layer = Convolution(
          inputLength: length, inputChannels: channels, outputChannels: width,
          isPooled: place == block.count - 1,
          weights: tensor("\(name).weights", [3, channels, width]), bias: tensor("\(name).bias", [width]))
        convolutions.append(layer)
        length = layer.pooledLength
        channels = width
      }
    }
    flattenedCount = length * channels
    var inputs = flattenedCount
    for (place, width) in (architecture.dense + [architecture.classCount]).enumerated() {
      let name = "dense\(place + 1)"
      dense.append(
        Dense(
          inputs: inputs, outputs: width,
          weights: tensor("\(name).weights", [inputs, width]), bias: tensor("\(name).bias", [width]),
          isHidden: place < architecture.dense.count))
      inputs = width
    }
    self.convolutions = convolutions
    self.dense = dense
    self.tensors = tensors
    parameterCount = offset
  }

  /// Floats that any of the convolutions needs to work in, for `spectra` spectra together.
  func convolutionRoom(spectra: Int) -> Int {
    convolutions.map {
      Kernels.room(
        spectra: spectra, length: $0.inputLength, inputs: $0.inputChannels, outputs: $0.outputChannels)
    }.max() ?? 0
  }
}
