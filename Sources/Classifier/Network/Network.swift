/// A convolutional network that gives each feature vector a probability for every class.
///
/// A value: copies are independent. The parameters are in the order of `NetworkPlan`, which is Keras's own.
public struct Network: Sendable {
  /// How the weights of a new network are drawn; biases start at zero.
  public enum Initialization: String, Codable, Sendable, CaseIterable {
    /// Uniform in ±√(6/(inputs + outputs)) (Glorot & Bengio 2010), what the published network used.
    case glorot
    /// Uniform in ±√(6/inputs) (He et al. 2015) before ReLU, Glorot for the last layer.
    case he
  }

  /// The shape of the network.
  public let architecture: NetworkArchitecture
  /// All weights and biases.
  public let parameters: [Float]
  /// What the logits are divided by before the softmax, so that probabilities are calibrated; 1 for a raw
  /// network.
  public var temperature: Float = 1

  let plan: NetworkPlan
  let packed: PackedWeights

  /// A new network whose weights depend on `seed` only.
  public init(
    seed: UInt64, architecture: NetworkArchitecture = .skoda2020, initialization: Initialization = .glorot
  ) {
    let plan = NetworkPlan(architecture)
    var parameters = [Float](repeating: 0, count: plan.parameterCount)
    for (index, tensor) in plan.tensors.enumerated() where tensor.shape.count > 1 {
      let outputs = tensor.shape[tensor.shape.count - 1]
      // A convolution's window counts on both sides, as in Keras.
      let window = tensor.shape.count == 3 ? tensor.shape[0] : 1
      let inputs = window * tensor.shape[tensor.shape.count - 2]
      let isLast = index == plan.tensors.count - 2
      let fan = initialization == .he && !isLast ? inputs : inputs + window * outputs
      let limit = (6 / Float(fan)).squareRoot()
      var random = CounterRandom(seed: seed, .initialWeights, index)
      for place in tensor.offset..<tensor.offset + tensor.count {
        parameters[place] = (2 * random.uniform() - 1) * limit
      }
    }
    self.init(plan: plan, parameters: parameters)
  }

  /// A network of given parameters.
  ///
  /// - Throws: `CLS-01` if their number does not fit the architecture.
  public init(architecture: NetworkArchitecture, parameters: [Float]) throws(ClassifierError) {
    let plan = NetworkPlan(architecture)
    guard parameters.count == plan.parameterCount else {
      throw ClassifierError(
        .shape, "\(parameters.count) parameters given for a network of \(plan.parameterCount)")
    }
    self.init(plan: plan, parameters: parameters)
  }

  init(plan: NetworkPlan, parameters: [Float], kernels: Kernels = .best) {
    self.plan = plan
    packed = PackedWeights(plan: plan, parameters: parameters, kernels: kernels)
    architecture = plan.architecture
    self.parameters = parameters
  }

  /// Probabilities of the classes for each of `rows` feature vectors.
  ///
  /// A vector's result depends neither on the number of threads nor on the other vectors. Cost: 10 million
  /// multiplications a vector.
  ///
  /// - Parameters:
  ///   - vectors: rows × `inputLength` values, row after row
  ///   - rows: number of vectors
  ///   - threads: threads to use at most; nil for one per processor
  /// - Returns: rows × `classCount` numbers, row after row, each row summing to 1
  /// - Throws: `CLS-01` if the number of values does not fit.
  public func probabilities(
    of vectors: [Float], rows: Int, threads: Int? = nil
  ) throws(ClassifierError) -> [Float] {
    var values = try logits(of: vectors, rows: rows, threads: threads)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      softmaxForward(base, rows: rows, classes: architecture.classCount, temperature: temperature)
    }
    return values
  }

  /// The largest value each layer but the last hands on for any of the given vectors.
  func largestActivations(_ vectors: [Float], rows: Int) -> [Float] {
    var largest = [Float](repeating: 0, count: plan.convolutions.count + plan.dense.count - 1)
    var pass = InferencePass(plan: plan, weights: packed)
    pass.observe = { layer, values, count in
      for index in 0..<count { largest[layer] = max(largest[layer], values[index]) }
    }
    let logits = FloatBuffer(count: rows * architecture.classCount)
    vectors.withUnsafeBufferPointer { input in
      if let input = input.baseAddress { pass.run(logits.base, input, rows: rows, threads: 1) }
    }
    return largest
  }

  /// The last layer's sums before the softmax, without the temperature; as `probabilities(of:rows:threads:)`
  /// otherwise.
  public func logits(
    of vectors: [Float], rows: Int, threads: Int? = nil
  ) throws(ClassifierError) -> [Float] {
    guard rows >= 0, vectors.count == rows * architecture.inputLength else {
      throw ClassifierError(
        .shape, "\(vectors.count) values given for \(rows) vectors of \(architecture.inputLength)",
        hint: "the model wants vectors of \(architecture.inputLength) values, row after row")
    }
    guard rows > 0 else { return [] }
    var result = [Float](repeating: 0, count: rows * architecture.classCount)
    vectors.withUnsafeBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output in
        guard let input = input.baseAddress, let output = output.baseAddress else { return }
        InferencePass(plan: plan, weights: packed)
          .run(output, input, rows: rows, threads: max(1, threads ?? Parallel.processorCount))
      }
    }
    return result
  }
}
