// Dense layers over a batch of rows. Work is cut into columns or rows of the result, never along a sum, so
// that the result does not depend on how many threads share it.

extension Kernels {
  /// The given columns of output (rows, outputs) = bias + input (rows, inputs)·weights (inputs, outputs);
  /// ReLU if asked.
  ///
  /// `packed` weights are those of all columns, and the columns must start at a panel; else `weights` are
  /// rows of `outputs`.
  func denseForward(
    _ output: MutableFloats, _ input: Floats, weights: Floats, isPacked: Bool, bias: Floats,
    rows: Int, inputs: Int, outputs: Int, columns: Range<Int>, relu: Bool
  ) {
    let first = columns.lowerBound
    for row in 0..<rows {
      (output + row * outputs + first).update(from: bias + first, count: columns.count)
    }
    multiply(
      output + first, ldc: outputs, input, row: inputs, column: 1,
      weights + (isPacked ? first * inputs : first), ldb: isPacked ? nil : outputs,
      m: rows, n: columns.count, k: inputs, accumulate: true)
    guard relu else { return }
    for row in 0..<rows {
      let line = output + row * outputs + first
      for column in 0..<columns.count { line[column] = line[column] < 0 ? 0 : line[column] }
    }
  }

  /// Sets weightGradient (inputs, outputs) for the given inputs, and their columns of inputGradient (rows,
  /// inputs).
  ///
  /// - Parameters:
  ///   - gradient: (rows, outputs), of the sum before ReLU
  ///   - packed: gradient transposed (outputs, rows) and packed
  ///   - room: selected.count · rows floats to work in
  func denseBackward(
    weightGradient: MutableFloats, inputGradient: MutableFloats, _ gradient: Floats, packed: Floats,
    input: Floats, weights: Floats, room: MutableFloats, rows: Int, inputs: Int, outputs: Int,
    at selected: Range<Int>
  ) {
    let first = selected.lowerBound
    multiply(
      weightGradient + first * outputs, ldc: outputs, input + first, row: 1, column: inputs, gradient,
      ldb: outputs, m: selected.count, n: outputs, k: rows, accumulate: false)
    // The weights are read row by row, so what comes out is the transpose.
    multiply(
      room, ldc: rows, weights + first * outputs, row: outputs, column: 1, packed, ldb: nil,
      m: selected.count, n: rows, k: outputs, accumulate: false)
    let block = 16
    for left in stride(from: 0, to: selected.count, by: block) {
      let width = min(block, selected.count - left)
      for row in 0..<rows {
        let line = inputGradient + row * inputs + first + left
        let source = room + left * rows + row
        for column in 0..<width { line[column] = source[column * rows] }
      }
    }
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
  for index in 0..<count { gradient[index] = output[index] > 0 ? gradient[index] * scale : 0 }
}
