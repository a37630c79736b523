import Testing

@testable import Classifier

/// Finite differences, after the design of ggml's operator tests: a gradient is compared as a whole, because a few values
/// next to a kink of ReLU or of the maximum are off by nature.
enum FiniteDifference {
  /// d loss/d x by four points, ±h and ±2h; error of order h⁴ plus rounding/h.
  static func gradient(of values: inout [Float], step: Float = 1 / 512, loss: ([Float]) -> Double) -> [Double]
  {
    values.indices.map { index in
      let original = values[index]
      func at(_ multiple: Float) -> Double {
        values[index] = original + multiple * step
        defer { values[index] = original }
        return loss(values)
      }
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * Double(step))
    }
  }

  /// Σ|a − b| / Σ(|a| + |b|), 0…1.
  static func asymmetry(_ expected: [Double], _ found: [Float]) -> Double {
    let pairs = zip(expected, found.map(Double.init))
    return pairs.reduce(0) { $0 + abs($1.0 - $1.1) } / pairs.reduce(0) { $0 + abs($1.0) + abs($1.1) }
  }
}

@Suite("Gradients by finite differences")
struct NetworkGradientTests {
  /// Σ r·y with fixed r, so that the gradient of y is r.
  static func weighted(_ output: [Float]) -> Double {
    zip(output, Formula.values(99, output.count)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  @Test("of a convolution with ReLU: weights, bias and input")
  func convolution() {
    let (length, inputs, outputs) = (7, 3, 4)
    var (x, w, b) = (
      Formula.values(1, length * inputs), Formula.values(2, 3 * inputs * outputs), Formula.values(3, outputs)
    )
    func forward(_ x: [Float], _ w: [Float], _ b: [Float]) -> [Float] {
      var y = [Float](repeating: 0, count: (length - 2) * outputs)
      convolutionForward(&y, x, weights: w, bias: b, length: length, inputs: inputs, outputs: outputs)
      return y
    }
    let output = forward(x, w, b)
    var gradient = Formula.values(99, output.count)
    reluBackward(&gradient, output: output, count: gradient.count)
    var (dw, db) = ([Float](repeating: 0, count: w.count), [Float](repeating: 0, count: b.count))
    var dx = [Float](repeating: 7, count: x.count)
    dx.withUnsafeMutableBufferPointer { dx in
      convolutionBackward(
        weightGradient: &dw, biasGradient: &db, inputGradient: dx.baseAddress, gradient, input: x, weights: w,
        length: length, inputs: inputs, outputs: outputs)
    }
    let (x0, w0, b0) = (x, w, b)
    let ofX = FiniteDifference.gradient(of: &x) { Self.weighted(forward($0, w0, b0)) }
    let ofW = FiniteDifference.gradient(of: &w) { Self.weighted(forward(x0, $0, b0)) }
    let ofB = FiniteDifference.gradient(of: &b) { Self.weighted(forward(x0, w0, $0)) }
    #expect(FiniteDifference.asymmetry(ofX, dx) < 2e-3)
    #expect(FiniteDifference.asymmetry(ofW, dw) < 2e-3)
    #expect(FiniteDifference.asymmetry(ofB, db) < 2e-3)
  }

  @Test("of the pooling, with an even and an odd number of pixels", arguments: [6, 7])
  func pooling(length: Int) {
    let channels = 3
    var x = Formula.values(4, length * channels)
    func forward(_ x: [Float]) -> [Float] {
      var y = [Float](repeating: 0, count: length / 2 * channels)
      poolForward(&y, x, length: length, channels: channels)
      return y
    }
    var dx = [Float](repeating: 7, count: x.count)
    poolBackward(
      &dx, Formula.values(99, length / 2 * channels), input: x, length: length, channels: channels)
    let expected = FiniteDifference.gradient(of: &x, step: 1 / 1024) { Self.weighted(forward($0)) }
    #expect(FiniteDifference.asymmetry(expected, dx) < 1e-4)
  }

  @Test("of a dense layer with ReLU and dropout: weights, bias and input")
  func dense() {
    let (rows, inputs, outputs) = (3, 5, 4)
    let (random, rate): (CounterRandom, Float) = (CounterRandom(key: 5), 0.25)
    var (x, w, b) = (
      Formula.values(1, rows * inputs), Formula.values(2, inputs * outputs), Formula.values(3, outputs)
    )
    func forward(_ x: [Float], _ w: [Float], _ b: [Float]) -> [Float] {
      var y = [Float](repeating: 0, count: rows * outputs)
      for columns in [0..<1, 1..<outputs] {
        denseForward(
          &y, x, weights: w, bias: b, rows: rows, inputs: inputs, outputs: outputs, columns: columns,
          relu: true
        )
      }
      dropoutForward(&y, random: random, rate: rate, count: y.count)
      return y
    }
    let output = forward(x, w, b)
    var gradient = Formula.values(99, output.count)
    dropoutReluBackward(&gradient, output: output, rate: rate, count: gradient.count)
    var (dw, db) = ([Float](repeating: 7, count: w.count), [Float](repeating: 7, count: b.count))
    var dx = [Float](repeating: 7, count: x.count)
    dx.withUnsafeMutableBufferPointer { dx in
      for part in [0..<2, 2..<inputs] {
        denseBackward(
          weightGradient: &dw, inputGradient: dx.baseAddress, gradient, input: x, weights: w, rows: rows,
          inputs: inputs, outputs: outputs, at: part)
      }
    }
    biasBackward(&db, gradient, rows: rows, outputs: outputs)
    let (x0, w0, b0) = (x, w, b)
    let ofX = FiniteDifference.gradient(of: &x) { Self.weighted(forward($0, w0, b0)) }
    let ofW = FiniteDifference.gradient(of: &w) { Self.weighted(forward(x0, $0, b0)) }
    let ofB = FiniteDifference.gradient(of: &b) { Self.weighted(forward(x0, w0, $0)) }
    #expect(FiniteDifference.asymmetry(ofX, dx) < 2e-3)
    #expect(FiniteDifference.asymmetry(ofW, dw) < 2e-3)
    #expect(FiniteDifference.asymmetry(ofB, db) < 2e-3)
  }

  @Test("of softmax and weighted cross-entropy")
  func softmax() {
    let (rows, classes) = (4, 3)
    let (labels, weights): ([Int], [Float]) = ([0, 1, 2, 1], [1, 0.5, 2, 3])
    var z = Formula.values(6, rows * classes).map { 3 * $0 }
    func loss(_ z: [Float]) -> Double {
      var z = z
      return softmaxCrossEntropy(&z, labels: labels, weights: weights, rows: rows, classes: classes)
    }
    var dz = z
    _ = softmaxCrossEntropy(&dz, labels: labels, weights: weights, rows: rows, classes: classes)
    let expected = FiniteDifference.gradient(of: &z, loss: loss)
    #expect(FiniteDifference.asymmetry(expected, dz) < 1e-4)
  }

  @Test("of a whole network, every parameter, with dropout", arguments: [21, 24])
  func network(inputLength: Int) throws {
    let architecture = try NetworkArchitecture(
      inputLength: inputLength, blocks: [[3, 4], [5]], dense: [6, 5], classCount: 3, dropout: 0.25)
    let plan = NetworkPlan(architecture)
    let rows = 5
    let pass = GradientPass(plan: plan, capacity: rows, threads: 2)
    pass.input.set(Formula.values(1, rows * inputLength))
    let labels = [0, 1, 2, 2, 1]
    let dropout = CounterRandom(key: 12)
    func loss(_ parameters: [Float]) -> Double {
      pass.run(parameters: parameters, labels: labels, weights: nil, rows: rows, dropout: dropout)
    }
    var parameters = Formula.parameters(plan)
    _ = loss(parameters)
    let found = pass.gradients.array
    let expected = FiniteDifference.gradient(of: &parameters, step: 1 / 1024, loss: loss)
    for tensor in plan.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      let asymmetry = FiniteDifference.asymmetry(Array(expected[range]), Array(found[range]))
      #expect(asymmetry < 0.01, "\(tensor.name)")
    }
  }
}
