/// What the convolutions of a batch leave behind for the way back.
struct ActivationStore {
  /// What each convolution but the first gives to the next layer, after ReLU and pooling: (capacity,
  /// pooledLength, outputChannels).
  ///
  /// That of the first is so quickly made that to make it twice costs less than to fetch it from memory.
  let handedOn: [FloatBuffer]
  /// Of the same shape, for a pooling: which of two pixels was handed on, 1 or 2, or 0 if neither was
  /// positive.
  private let choices: [ByteBuffer?]

  init(_ plan: NetworkPlan, capacity: Int) {
    handedOn = plan.convolutions.enumerated().map { index, layer in
      FloatBuffer(count: index == 0 ? 0 : capacity * layer.pooledCount)
    }
    choices = plan.convolutions.map { $0.isPooled ? ByteBuffer(count: capacity * $0.pooledCount) : nil }
  }

  /// The choices of the pooling after convolution `index`, from value `offset` on; nil if there is no
  /// pooling.
  func choice(_ index: Int, from offset: Int) -> UnsafeMutablePointer<UInt8>? {
    choices[index].map { $0.base + offset }
  }
}

/// Gradients of the convolutions from a part of a batch, and room to compute them in; one thread's at a time.
struct GradientLane {
  /// For each convolution but the first: gradient of its transformed weights (points, inputs, outputs).
  let transformed: [FloatBuffer]
  /// For each convolution: gradient of its bias.
  let biases: [FloatBuffer]
  /// Gradient of the first convolution's weights (3, outputs).
  let firstWeights: FloatBuffer
  /// What the first convolution gives to the second, of one chunk.
  let firstOutput: FloatBuffer
  /// Gradients on their way from layer to layer, by turns.
  let carried: [FloatBuffer]
  /// Room for the convolutions, forward and backward.
  let room: FloatBuffer

  init(_ plan: NetworkPlan, chunk: Int) {
    let layers = plan.convolutions
    transformed = layers.enumerated().map { index, layer in
      let points = Kernels.points(length: layer.inputLength)
      return FloatBuffer(count: index == 0 ? 0 : points * layer.inputChannels * layer.outputChannels)
    }
    biases = layers.map { FloatBuffer(count: $0.outputChannels) }
    firstWeights = FloatBuffer(count: layers[0].weightCount)
    firstOutput = FloatBuffer(count: chunk * layers[0].outputCount)
    let widest = layers.dropFirst().map(\.inputCount).max() ?? 0
    carried = [FloatBuffer(count: chunk * widest), FloatBuffer(count: chunk * widest)]
    room = FloatBuffer(count: plan.convolutionRoom(spectra: chunk))
  }

  /// Sets to zero what is only ever added to.
  func clear() {
    for bias in biases { bias.zero() }
    firstWeights.zero()
  }

  /// result ← the sum of equally long buffers, the first first.
  static func sum(_ parts: [FloatBuffer], _ result: MutableFloats) {
    for index in 0..<(parts.first?.count ?? 0) {
      result[index] = parts.reduce(0) { $0 + $1.base[index] }
    }
  }
}
