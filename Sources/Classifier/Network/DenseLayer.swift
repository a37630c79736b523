// Dense layers over a batch of rows. All of them take what ReLU left, and their gradients went through it, so every
// product leaves out the zeros. Work is cut into columns or rows of the result, never along a sum, so that the
// result does not depend on how many threads share it.

extension Kernels {
  /// Strips that so many columns make.
  func strips(_ columns: Int) -> Int { (columns + strip - 1) / strip }

  /// weights (inputs, outputs) as `denseForward` wants them packed: strip after strip, each (inputs, strip), the last
  /// filled up with zeros.
  func packedDense(_ weights: Floats, inputs: Int, outputs: Int) -> FloatBuffer {
    let packed = FloatBuffer(count: inputs * strips(outputs) * strip)
    for first in stride(from: 0, to: outputs, by: strip) {
      let count = min(strip, outputs - first)
      for input in 0..<inputs {
        (packed.base + first * inputs + input * strip).update(
          from: weights + input * outputs + first, count: count)
      }
    }
    return packed
  }

  /// One strip of output (rows, outputs) = bias + input (rows, inputs)·weights (inputs, outputs); ReLU if asked.
  ///
  /// - Parameters:
  ///   - weights: all of them, packed or row by row
  ///   - room: `stripRoom` floats
  func denseForward(
    _ output: MutableFloats, _ input: SparseMatrix, weights: Floats, isPacked: Bool, bias: Floats,
    room: MutableFloats, rows: Int, inputs: Int, outputs: Int, strip number: Int, relu: Bool
  ) {
    let first = number * strip
    let count = min(strip, outputs - first)
    for row in 0..<rows {
      (output + row * outputs + first).update(from: bias + first, count: count)
    }
    multiply(
      output + first, cRow: outputs, cColumn: 1, room: room, input,
      weights + (isPacked ? first * inputs : first), row: isPacked ? strip : outputs, column: 1, m: rows,
      n: count, k: inputs, accumulate: true)
    guard relu else { return }
    for row in 0..<rows {
      let line = output + row * outputs + first
      for column in 0..<count { line[column] = line[column] < 0 ? 0 : line[column] }
    }
  }

  /// All of output (rows, outputs) from input (rows, inputs) and packed weights, for one thread.
  ///
  /// - Parameters:
  ///   - sparse: for as many rows and inputs
  ///   - room: `stripRoom` floats
  func denseForward(
    _ output: MutableFloats, _ input: Floats, weights: Floats, bias: Floats, sparse: SparseMatrix,
    room: MutableFloats, rows: Int, inputs: Int, outputs: Int, relu: Bool
  ) {
    list(input, row: inputs, column: 1, m: rows, k: inputs, in: sparse)
    for number in 0..<strips(outputs) {
      denseForward(
        output, sparse, weights: weights, isPacked: true, bias: bias, room: room, rows: rows, inputs: inputs,
        outputs: outputs, strip: number, relu: relu)
    }
  }

  /// Sets one strip of the columns of inputGradient (rows, inputs).
  ///
  /// - Parameters:
  ///   - gradient: (rows, outputs), of the sum before ReLU
  ///   - room: `stripRoom` floats
  func denseInputGradient(
    _ inputGradient: MutableFloats, gradient: SparseMatrix, weights: Floats, room: MutableFloats, rows: Int,
    inputs: Int, outputs: Int, strip number: Int
  ) {
    let first = number * strip
    multiply(
      inputGradient + first, cRow: inputs, cColumn: 1, room: room, gradient, weights + first * outputs,
      row: 1,
      column: outputs, m: rows, n: min(strip, inputs - first), k: outputs, accumulate: false)
  }

  /// Sets weightGradient (inputs, outputs) for one strip of the inputs.
  ///
  /// - Parameters:
  ///   - gradient: the transpose (outputs, rows) of that of the sum before ReLU
  ///   - room: `stripRoom` floats for as many rows as there are outputs
  func denseWeightGradient(
    _ weightGradient: MutableFloats, gradient: SparseMatrix, input: Floats, room: MutableFloats, rows: Int,
    inputs: Int, outputs: Int, strip number: Int
  ) {
    let first = number * strip
    multiply(
      weightGradient + first * outputs, cRow: 1, cColumn: outputs, room: room, gradient, input + first,
      row: inputs, column: 1, m: outputs, n: min(strip, inputs - first), k: rows, accumulate: false)
  }
}

/// Sets biasGradient (outputs) to the sum of gradient (rows, outputs) over the rows, first row first.
func biasBackward(_ biasGradient: MutableFloats, _ gradient: Floats, rows: Int, outputs: Int) {
  biasGradient.update(repeating: 0, count: outputs)
  for row in 0..<rows {
    let line = gradient + row * outputs
    for output in 0..<outputs { biasGradient[output] += line[output] }
  }
}

extension Kernels {
  /// Sets a share `rate` of values (count) to zero and scales the others by 1/(1−rate).
  ///
  /// Value i of `random` decides on value i, so the outcome does not depend on who computes it.
  func dropoutForward(_ values: MutableFloats, random: CounterRandom, rate: Float, count: Int) {
    dropout(
      values, key: random.key, threshold: UInt64(Double(rate) * 0x1p32), scale: 1 / (1 - rate), count: count)
  }
}

/// gradient (count) before ReLU and dropout from that after them: scaled where the output is positive, else
/// zero.
func dropoutReluBackward(_ gradient: MutableFloats, output: Floats, rate: Float, count: Int) {
  let scale = 1 / (1 - rate)
  let whole = count / 8 * 8
  // By vectors: every other value is zero at random, which no processor guesses.
  for first in stride(from: 0, to: whole, by: 8) {
    let values = UnsafeRawPointer(gradient + first).loadUnaligned(as: SIMD8<Float>.self)
    let isOn = UnsafeRawPointer(output + first).loadUnaligned(as: SIMD8<Float>.self) .> 0
    UnsafeMutableRawPointer(gradient + first).storeBytes(
      of: (values * scale).replacing(with: 0, where: .!isOn), as: SIMD8<Float>.self)
  }
  for index in whole..<count { gradient[index] = output[index] > 0 ? gradient[index] * scale : 0 }
}
