// Valid convolution of width 3 over the pixels of one spectrum, channels last, with bias and ReLU.

/// output (length−2, outputs) = max(0, bias + Σⱼ input(l+j, ·)·weights(j, ·, ·)).
///
/// - Parameters:
///   - input: (length, inputs)
///   - weights: (3, inputs, outputs)
///   - bias: (outputs)
func convolutionForward(
  _ output: MutableFloats, _ input: Floats, weights: Floats, bias: Floats,
  length: Int, inputs: Int, outputs: Int
) {
  for row in 0..<length - 2 { (output + row * outputs).update(from: bias, count: outputs) }
  for tap in 0..<3 {
    BLAS.multiply(
      output, outputs, input + tap * inputs, inputs, weights + tap * inputs * outputs, outputs,
      m: length - 2, n: outputs, k: inputs, accumulate: true)
  }
  for index in 0..<(length - 2) * outputs where output[index] < 0 { output[index] = 0 }
}

/// Adds to the gradients of weights and bias, and sets that of the input.
///
/// - Parameters:
///   - weightGradient: (3, inputs, outputs), added to
///   - biasGradient: (outputs), added to
///   - inputGradient: (length, inputs), set; nil where nothing asks for it
///   - gradient: (length−2, outputs), of the sum before ReLU
func convolutionBackward(
  weightGradient: MutableFloats, biasGradient: MutableFloats, inputGradient: MutableFloats?,
  _ gradient: Floats, input: Floats, weights: Floats, length: Int, inputs: Int, outputs: Int
) {
  let rows = length - 2
  for row in 0..<rows {
    let line = gradient + row * outputs
    for channel in 0..<outputs { biasGradient[channel] += line[channel] }
  }
  for tap in 0..<3 {
    BLAS.multiply(
      weightGradient + tap * inputs * outputs, outputs, input + tap * inputs, inputs, gradient, outputs,
      m: inputs, n: outputs, k: rows, transposeA: true, accumulate: true)
  }
  guard let inputGradient else { return }
  inputGradient.update(repeating: 0, count: length * inputs)
  for tap in 0..<3 {
    BLAS.multiply(
      inputGradient + tap * inputs, inputs, gradient, outputs, weights + tap * inputs * outputs, outputs,
      m: rows, n: inputs, k: outputs, transposeB: true, accumulate: true)
  }
}

/// gradient (count) of the sum before ReLU from that of its output: zero where the output is zero.
func reluBackward(_ gradient: MutableFloats, output: Floats, count: Int) {
  for index in 0..<count where !(output[index] > 0) { gradient[index] = 0 }
}
