import Testing

@testable import Classifier

@Suite("Random numbers and first weights")
struct NetworkRandomTests {
  @Test("the generator is SplitMix64: five words of seed 1234567 (Vigna's splitmix64.c)")
  func splitMix() {
    var random = CounterRandom(key: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in random.next() } == expected)
    #expect(random.word(2) == expected[2])
  }

  @Test("streams for different purposes, indices and seeds have different keys")
  func streams() {
    let keys = [
      CounterRandom(seed: 1, .shuffle), CounterRandom(seed: 1, .dropout), CounterRandom(seed: 2, .shuffle),
      CounterRandom(seed: 1, .shuffle, 0), CounterRandom(seed: 1, .shuffle, 1),
      CounterRandom(seed: 1, .shuffle, 0, 1), CounterRandom(seed: 1, .shuffle, 1, 0),
    ].map(\.key)
    #expect(Set(keys).count == keys.count)
  }

  @Test("a permutation holds every number once, and every place is as likely as another")
  func permutation() {
    var random = CounterRandom(key: 3)
    #expect(random.permutation(100).sorted() == Array(0..<100))
    // Chi-square of where 0 goes among 8 places in 8000 draws: 7 degrees, 99.99 % below 29.9.
    var counts = [Double](repeating: 0, count: 8)
    for _ in 0..<8000 { counts[random.permutation(8).firstIndex(of: 0) ?? 0] += 1 }
    #expect(counts.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 29.9)
  }

  @Test("first weights fill the interval of Glorot or He evenly, biases are zero, the seed decides")
  func initialization() {
    let glorot = Network(seed: 5)
    #expect(glorot.parameters == Network(seed: 5).parameters)
    #expect(glorot.parameters != Network(seed: 6).parameters)
    let he = Network(seed: 5, initialization: .he)
    for (index, tensor) in glorot.plan.tensors.enumerated() {
      let range = tensor.offset..<tensor.offset + tensor.count
      guard tensor.shape.count > 1 else {
        #expect(glorot.parameters[range].allSatisfy { $0 == 0 })
        continue
      }
      let inputs = Double(tensor.shape.dropLast().reduce(1, *))
      let outputs = Double(tensor.shape[tensor.shape.count - 1] * (tensor.shape.count == 3 ? 3 : 1))
      let isLast = index == glorot.plan.tensors.count - 2
      for (network, fan) in [(glorot, inputs + outputs), (he, isLast ? inputs + outputs : inputs)] {
        let limit = (6 / fan).squareRoot()
        let values = network.parameters[range].map(Double.init)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        #expect(values.allSatisfy { abs($0) <= limit * (1 + 1e-6) })
        // The mean square of n uniform numbers is limit²/3 with a relative error of √(0.8/n).
        let error = 5 * (0.8 / Double(values.count)).squareRoot()
        #expect(abs(variance / (limit * limit / 3) - 1) < error, "\(tensor.name)")
      }
    }
  }

  @Test(
    "dropout keeps about its share by the words of its stream, scales what it keeps, and does so alike in any part",
    arguments: Kernels.all)
  func dropout(kernels: Kernels) {
    var values = [Float](repeating: 2, count: 10_003)
    let random = CounterRandom(key: 8)
    kernels.dropoutForward(&values, random: random, rate: 0.25, count: values.count)
    #expect(values.indices.allSatisfy { (values[$0] != 0) == (random.word(UInt64($0)) >> 32 >= 1 << 30) })
    let kept = values.count { $0 != 0 }
    #expect(abs(kept - 7500) < 5 * 44)
    #expect(values.allSatisfy { $0 == 0 || abs($0 - 2 / 0.75) < 1e-6 })
    var part = [Float](repeating: 2, count: 10)
    kernels.dropoutForward(&part, random: CounterRandom(key: 8), rate: 0.25, count: 10)
    #expect(part == Array(values.prefix(10)))
  }
}
