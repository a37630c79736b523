import Testing

@testable import Classifier

/// Finite differences, after the design of ggml's operator tests: a gradient is compared as a whole, because
/// a few values next to a kink of ReLU or of the maximum are off by nature.
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

  @Test("of the first convolution: weights and bias", arguments: Kernels.all)
  func firstConvolution(kernels: Kernels) {
    let (spectra, length, outputs) = (2, 7, 19)
    let x = Formula.values(1, spectra * length)
    var (w, b) = (Formula.values(2, 3 * outputs), Formula.values(3, outputs))
    func forward(_ w: [Float], _ b: [Float]) -> [Float] {
      var y = [Float](repeating: 7, count: spectra * (length - 2) * outputs)
      kernels.first(&y, x, weights: w, bias: b, spectra: spectra, length: length, outputs: outputs)
      return y
    }
    let y = forward(w, b)
    var (dw, db) = ([Float](repeating: 0, count: w.count), [Float](repeating: 0, count: b.count))
    kernels.firstAdjoint(
      dw: &dw, db: &db, dy: Formula.values(99, y.count), y: y, x: x, spectra: spectra, length: length,
      outputs: outputs)
    let (w0, b0) = (w, b)
    let ofW = FiniteDifference.gradient(of: &w) { Self.weighted(forward($0, b0)) }
    let ofB = FiniteDifference.gradient(of: &b) { Self.weighted(forward(w0, $0)) }
    #expect(FiniteDifference.asymmetry(ofW, dw) < 2e-3)
    #expect(FiniteDifference.asymmetry(ofB, db) < 2e-3)
  }

  @Test(
    "of a convolution with ReLU, with and without pooling: weights, bias and input", arguments: Kernels.all)
  func convolution(kernels: Kernels) {
    for (length, inputs, outputs, isPooled) in [
      (7, 3, 4, false), (8, 3, 19, true), (9, 18, 2, true), (11, 2, 17, false),
    ] {
      let spectra = 2
      var (x, w, b) = (
        Formula.values(1, spectra * length * inputs), Formula.values(2, 3 * inputs * outputs),
        Formula.values(3, outputs)
      )
      let size = Kernels.room(spectra: spectra, length: length, inputs: inputs, outputs: outputs)
      var room = [Float](repeating: 7, count: size)
      var u = [Float](repeating: 7, count: Kernels.points(length: length) * inputs * kernels.whole(outputs))
      var ut = [Float](repeating: 7, count: Kernels.points(length: length) * outputs * kernels.whole(inputs))
      var y = [Float](repeating: 7, count: spectra * (length - 2) * outputs)
      var choice = [UInt8](repeating: 7, count: spectra * ((length - 2) / 2) * outputs)
      func forward(_ x: [Float], _ w: [Float], _ b: [Float]) -> [Float] {
        var pooled = [Float](repeating: 7, count: spectra * ((length - 2) / 2) * outputs)
        ut.withUnsafeMutableBufferPointer {
          kernels.transformWeights(&u, $0.baseAddress, w, length: length, inputs: inputs, outputs: outputs)
        }
        y.withUnsafeMutableBufferPointer { y in
          pooled.withUnsafeMutableBufferPointer { pooled in
            kernels.convolve(
              y.baseAddress, pooled: pooled.baseAddress, choice: &choice, room: &room, x, u: u, bias: b,
              spectra: spectra,
              length: length, inputs: inputs, outputs: outputs)
          }
        }
        return isPooled ? pooled : y
      }
      let output = forward(x, w, b)
      var dx = [Float](repeating: 7, count: x.count)
      var du = [Float](repeating: 7, count: Kernels.points(length: length) * inputs * outputs)
      var (dw, db) = ([Float](repeating: 7, count: w.count), [Float](repeating: 0, count: b.count))
      choice.withUnsafeBufferPointer { choice in
        kernels.convolveAdjoint(
          dx: &dx, du: &du, isFirst: true, db: &db, room: &room, dy: Formula.values(99, output.count),
          choice: isPooled ? choice.baseAddress : nil, y: y, x: x, ut: ut, spectra: spectra, length: length,
          inputs: inputs, outputs: outputs)
      }
      du.withUnsafeBufferPointer { du in
        guard let base = du.baseAddress else { return }
        kernels.weightGradient(&dw, [base], length: length, count: inputs * outputs)
      }
      let (x0, w0, b0) = (x, w, b)
      let ofX = FiniteDifference.gradient(of: &x, step: 1 / 2048) { Self.weighted(forward($0, w0, b0)) }
      let ofW = FiniteDifference.gradient(of: &w, step: 1 / 2048) { Self.weighted(forward(x0, $0, b0)) }
      let ofB = FiniteDifference.gradient(of: &b, step: 1 / 2048) { Self.weighted(forward(x0, w0, $0)) }
      let shape = "\(length), \(inputs), \(outputs), \(isPooled)"
      #expect(FiniteDifference.asymmetry(ofX, dx) < 5e-3, "\(shape)")
      #expect(FiniteDifference.asymmetry(ofW, dw) < 5e-3, "\(shape)")
      #expect(FiniteDifference.asymmetry(ofB, db) < 5e-3, "\(shape)")
    }
  }

  @Test("of a dense layer with ReLU and dropout: weights, bias and input", arguments: Kernels.all)
  func dense(kernels: Kernels) {
    let (rows, inputs, outputs) = (3, 5, 4)
    let (random, rate): (CounterRandom, Float) = (CounterRandom(key: 5), 0.25)
    var (x, w, b) = (
      Formula.values(1, rows * inputs), Formula.values(2, inputs * outputs), Formula.values(3, outputs)
    )
    var room = [Float](repeating: 7, count: kernels.stripRoom(rows: max(rows, outputs)))
    func forward(_ x: [Float], _ w: [Float], _ b: [Float]) -> [Float] {
      var y = [Float](repeating: 0, count: rows * outputs)
      let input = SparseMatrix(rows: rows, columns: inputs)
      kernels.list(x, row: inputs, column: 1, m: rows, k: inputs, in: input)
      for strip in 0..<kernels.strips(outputs) {
        kernels.denseForward(
          &y, input, weights: w, isPacked: false, bias: b, room: &room, rows: rows, inputs: inputs,
          outputs: outputs, strip: strip, relu: true)
      }
      kernels.dropoutForward(&y, random: random, rate: rate, count: y.count)
      return y
    }
    let output = forward(x, w, b)
    var gradient = Formula.values(99, output.count)
    dropoutReluBackward(&gradient, output: output, rate: rate, count: gradient.count)
    var (dw, db) = ([Float](repeating: 7, count: w.count), [Float](repeating: 7, count: b.count))
    var dx = [Float](repeating: 7, count: x.count)
    let byRow = SparseMatrix(rows: rows, columns: outputs)
    let byColumn = SparseMatrix(rows: outputs, columns: rows)
    kernels.list(gradient, row: outputs, column: 1, m: rows, k: outputs, in: byRow)
    kernels.list(gradient, row: 1, column: outputs, m: outputs, k: rows, in: byColumn)
    for strip in 0..<kernels.strips(inputs) {
      kernels.denseInputGradient(
        &dx, gradient: byRow, weights: w, room: &room, rows: rows, inputs: inputs, outputs: outputs,
        strip: strip)
      kernels.denseWeightGradient(
        &dw, gradient: byColumn, input: x, room: &room, rows: rows, inputs: inputs, outputs: outputs,
        strip: strip)
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
