#if canImport(Glibc)
  import Glibc
#endif

/// Adam (Kingma & Ba 2015) as Keras computes it, ε outside the root of the uncorrected second moment.
///
/// Step t: m += (1−β₁)(g−m), v += (1−β₂)(g²−v), p −= η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε).
public struct AdamConfiguration: Codable, Hashable, Sendable {
  /// Learning rate η.
  public var learningRate: Double
  /// Decay β₁ of the mean of gradients.
  public var beta1: Double
  /// Decay β₂ of the mean of their squares.
  public var beta2: Double
  /// ε, keeps the quotient finite.
  public var epsilon: Double

  /// Keras's defaults unless told otherwise: 10⁻³, 0.9, 0.999, 10⁻⁷.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }
}

/// Parameters and their moments, moved one step at a time.
final class AdamOptimizer {
  let configuration: AdamConfiguration
  let kernels: Kernels
  let parameters, mean, variance: FloatBuffer
  /// Steps made so far.
  var step = 0

  init(_ configuration: AdamConfiguration, parameters: [Float], kernels: Kernels = .best) {
    self.configuration = configuration
    self.kernels = kernels
    self.parameters = FloatBuffer(parameters)
    mean = FloatBuffer(count: parameters.count)
    variance = FloatBuffer(count: parameters.count)
  }

  /// Makes one step down `gradients` (one per parameter), in one pass over memory.
  func update(_ gradients: FloatBuffer, threads: Int) {
    step += 1
    let power = Double(step)
    let rate = Float(
      configuration.learningRate * (1 - pow(configuration.beta2, power)).squareRoot()
        / (1 - pow(configuration.beta1, power)))
    let keep1 = Float(1 - configuration.beta1)
    let keep2 = Float(1 - configuration.beta2)
    let epsilon = Float(configuration.epsilon)
    let pieces = 16
    Parallel.run(pieces: pieces, threads: threads) { piece in
      let range = Parallel.range(piece, of: pieces, count: parameters.count)
      let first = range.lowerBound
      kernels.adam(
        parameters.base + first, mean.base + first, variance.base + first, gradients.base + first,
        count: range.count, rate: rate, keep1: keep1, keep2: keep2, epsilon: epsilon)
    }
  }
}
