@testable import Classifier

/// Numbers that the tests and the scripts that made the golden values compute alike.
enum Formula {
  /// Value `index` of a sequence in [−1, 1): SplitMix64 word `index` of `key`, top 24 bits.
  static func value(_ key: UInt64, _ index: Int) -> Float {
    Float(CounterRandom(key: key).word(UInt64(index)) >> 40) * 0x1p-23 - 1
  }

  static func values(_ key: UInt64, _ count: Int) -> [Float] { (0..<count).map { value(key, $0) } }

  /// Parameters of a network: tensor t from key 100 + t, weights within ±√(6/inputs), biases within ±0.1.
  static func parameters(_ plan: NetworkPlan) -> [Float] {
    plan.tensors.enumerated().flatMap { index, tensor -> [Float] in
      let inputs = tensor.shape.dropLast().reduce(1, *)
      let limit: Float = tensor.shape.count == 1 ? 0.1 : (6 / Float(inputs)).squareRoot()
      return values(UInt64(100 + index), tensor.count).map { $0 * limit }
    }
  }
}

/// Toy spectra of three classes: a dip, a peak and two peaks round pixel 70, with noise; stars of three
/// spectra.
enum ToySpectra {
  static func set(count: Int, noise: Float = 0.1, length: Int = 140) throws -> TrainingSet {
    var vectors: [Float] = []
    for row in 0..<count {
      let shift = Formula.value(1, row) * 5
      for pixel in 0..<length {
        let x = (Float(pixel) - Float(length) / 2 - shift) / 4
        let noise = noise * Formula.value(2, row * length + pixel)
        vectors.append(profile(row % 3, x) + noise)
      }
    }
    return try TrainingSet(
      vectors: vectors, labels: (0..<count).map { $0 % 3 }, groups: (0..<count).map { $0 / 9 * 3 + $0 % 3 },
      isSimulated: true)
  }

  private static func profile(_ label: Int, _ x: Float) -> Float {
    func bell(_ x: Float) -> Float { 1 / (1 + x * x) }
    switch label {
    case 0: return -bell(x)
    case 1: return bell(x)
    default: return bell(x - 2) + bell(x + 2) - 1
    }
  }
}
