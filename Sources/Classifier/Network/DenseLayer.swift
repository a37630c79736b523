// Dense layers over a batch of rows. Work is cut into columns or rows of the result, never along a sum, so that the
// result does not depend on how many threads share it.

/// output (rows, columns) = bias + input (rows, inputs)·weights (inputs, outputs), for the given columns; ReLU if asked.
func denseForward(
  _ output: MutableFloats, _ input: Floats, weights: Floats, bias: Floats,
  rows: Int, inputs: Int, outputs: Int, columns: Range<Int>, relu: Bool
) {
  let first = columns.lowerBound
  for row in 0..<rows {
    (output + row * outputs + first).update(from: bias + first, count: columns.count)
  }
  BLAS.multiply(
    output + first, outputs, input, inputs, weights + first, outputs,
    m: rows, n: columns.count, k: inputs, accumulate: true)
  guard relu else { return }
  for row in 0..<rows {
    let line = output + row * outputs
    for column in columns where line[column] < 0 { line[column] = 0 }
  }
}

/// Sets weightGradient (inputs, outputs) for the given inputs, and their columns of inputGradient (rows, inputs).
///
/// - Parameter gradient: (rows, outputs), of the sum before ReLU
func denseBackward(
  weightGradient: MutableFloats, inputGradient: MutableFloats?, _ gradient: Floats,
  input: Floats, weights: Floats, rows: Int, inputs: Int, outputs: Int, at selected: Range<Int>
) {
  let first = selected.lowerBound
  BLAS.multiply(
    weightGradient + first * outputs, outputs, input + first, inputs, gradient, outputs,
    m: selected.count, n: outputs, k: rows, transposeA: true)
  guard let inputGradient else { return }
  BLAS.multiply(
    inputGradient + first, inputs, gradient, outputs, weights + first * outputs, outputs,
    m: rows, n: selected.count, k: outputs, transposeB: true)
}

/// Sets biasGradient (outputs) to the sum of gradient (rows, outputs) over the rows, first row first.
func biasBackward(_ biasGradient: MutableFloats, _ gradient: Floats, rows: Int, outputs: Int) {
  biasGradient.update(repeating: 0, count: outputs)
  for row in 0..<rows {
    for output in 0..<outputs { biasGradient[output] += gradient[row * outputs + output] }
  }
}

/// Sets a share `rate` of values (count) to zero and scales the others by 1/(1−rate).
///
/// Value i of `random` decides on value i, so the outcome does not depend on who computes it.
func dropoutForward(_ values: MutableFloats, random: CounterRandom, rate: Float, count: Int) {
  let scale = 1 / (1 - rate)
  let threshold = UInt64(Double(rate) * 0x1p32)
  for index in 0..<count {
    let isKept = random.word(UInt64(index)) >> 32 >= threshold
    values[index] = isKept ? values[index] * scale : 0
  }
}

/// gradient (count) before ReLU and dropout from that after them: scaled where the output is positive, else zero.
func dropoutReluBackward(_ gradient: MutableFloats, output: Floats, rate: Float, count: Int) {
  let scale = 1 / (1 - rate)
  for index in 0..<count { gradient[index] = output[index] > 0 ? gradient[index] * scale : 0 }
}
