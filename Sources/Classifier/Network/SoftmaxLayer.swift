#if canImport(Glibc)
  import Glibc
#endif

/// Turns logits (rows, classes) into probabilities in place: exp(zᵢ/temperature) over its sum.
func softmaxForward(_ values: MutableFloats, rows: Int, classes: Int, temperature: Float = 1) {
  for row in 0..<rows {
    let line = values + row * classes
    var largest = line[0]
    for index in 1..<classes { largest = max(largest, line[index]) }
    var sum: Float = 0
    for index in 0..<classes {
      line[index] = expf((line[index] - largest) / temperature)
      sum += line[index]
    }
    for index in 0..<classes { line[index] /= sum }
  }
}

/// Replaces logits (rows, classes) by the gradient of the mean cross-entropy, and returns that mean.
///
/// loss = Σ wᵣ·(log Σ exp z − z_label) / rows, as Keras weighs classes and samples: by the rows, not the sum
/// of weights.
///
/// - Parameter weights: (rows), or nil for 1 each
func softmaxCrossEntropy(
  _ logits: MutableFloats, labels: [Int], weights: [Float]?, rows: Int, classes: Int
) -> Double {
  var total = 0.0
  for row in 0..<rows {
    let line = logits + row * classes
    var largest = line[0]
    for index in 1..<classes { largest = max(largest, line[index]) }
    let label = labels[row]
    let weight = weights.map { $0[row] } ?? 1
    let target = line[label] - largest
    var sum: Float = 0
    for index in 0..<classes {
      line[index] = expf(line[index] - largest)
      sum += line[index]
    }
    total += Double(weight) * Double(logf(sum) - target)
    let scale = weight / Float(rows)
    for index in 0..<classes {
      line[index] = scale * (line[index] / sum - (index == label ? 1 : 0))
    }
  }
  return total / Double(rows)
}
