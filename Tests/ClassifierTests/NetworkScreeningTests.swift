import Testing

@testable import Classifier

@Suite("A quick first look in 8-bit integers")
struct NetworkScreeningTests {
  /// A published network after two epochs on toy spectra, and 600 others of which one in ten is no dip.
  static func trained() throws -> (network: Network, pool: [Float], rows: Int) {
    let configuration = TrainerConfiguration(
      seed: 3, maximumEpochs: 2, validationFraction: 0.1, balancing: .none, calibrates: false)
    let network = try Trainer(configuration).train(ToySpectra.set(count: 600)).network
    let others = try ToySpectra.set(count: 2700, noise: 0.4)
    let rows = others.labels.indices.filter {
      others.labels[$0] == 0 ? $0 % 5 != 0 : $0 % 30 == 1 || $0 % 30 == 2
    }
    let pool = others.subset(rows)
    return (network, pool.vectors, pool.count)
  }

  @Test(
    "convolutions equal sums of integers, rounded once, exactly",
    .enabled(if: ScreeningKernels.current != nil, "this processor has no dot products of bytes (VNNI)"),
    arguments: [false, true])
  func convolve(isPooled: Bool) throws {
    let kernels = try #require(ScreeningKernels.current)
    for (spectra, length, inputs, outputs) in [(3, 16, 32, 64), (2, 32, 4, 32), (1, 138, 64, 32)] {
      let (weights, bias) = (Formula.values(1, 3 * inputs * outputs), Formula.values(2, outputs))
      let layer = ScreeningLayer(
        weights: weights, bias: bias, inputs: 3 * inputs, outputs: outputs, input: 0.01, output: 0.02)
      let x = (0..<spectra * length * inputs).map { UInt8(CounterRandom(key: 3).word(UInt64($0)) >> 56) }
      let rows = length - 2
      let handed = isPooled ? rows / 2 : rows
      var y = [UInt8](repeating: 7, count: spectra * handed * outputs)
      kernels.convolve(
        &y, x, layer, spectra: spectra, length: length, inputs: inputs, outputs: outputs, isPooled: isPooled)
      for output in 0..<outputs {
        let largest = (0..<3 * inputs).map { abs(weights[$0 * outputs + output]) }.max() ?? 0
        let integers = (0..<3 * inputs).map {
          Int((weights[$0 * outputs + output] / (largest / 127)).rounded(.toNearestOrEven))
        }
        func activation(_ spectrum: Int, _ row: Int) -> UInt8 {
          let start = (spectrum * length + row) * inputs
          let sum = integers.indices.reduce(0) { $0 + integers[$1] * Int(x[start + $1]) }
          let value = layer.bias.base[output].addingProduct(Float(sum), layer.scale.base[output])
          return UInt8(max(0, min(255, value.rounded(.toNearestOrEven))))
        }
        for spectrum in 0..<spectra {
          for row in 0..<handed {
            let expected =
              isPooled
              ? max(activation(spectrum, 2 * row), activation(spectrum, 2 * row + 1))
              : activation(spectrum, row)
            #expect(y[(spectrum * handed + row) * outputs + output] == expected)
          }
        }
      }
    }
  }

  @Test("what is looked at again has the network's own probabilities, the rest is sure and close to them")
  func rescored() throws {
    let (network, pool, rows) = try Self.trained()
    let screening = try ScreeningNetwork(network, calibratedOn: Array(pool.prefix(200 * 140)), rows: 200)
    #expect(screening.isQuick == (ScreeningKernels.current != nil))
    let found = try screening.probabilities(of: pool, rows: rows)
    let full = try network.probabilities(of: pool, rows: rows)
    var same = 0
    for row in 0..<rows {
      let line = found.values[row * 3..<row * 3 + 3]
      if line == full[row * 3..<row * 3 + 3] { same += 1 }
      guard line != full[row * 3..<row * 3 + 3] else { continue }
      #expect(line[row * 3] > 0.99)
      #expect(abs(line[row * 3] - full[row * 3]) < 0.02)
    }
    #expect(same >= found.rescored)
    if screening.isQuick { #expect(found.rescored < rows * 2 / 3) }
    // The best candidates are the same, in the same order.
    func best(_ values: [Float]) -> [Int] {
      QueryStrategy.maximumScore(classes: [1, 2]).select(60, from: values, classCount: 3, seed: 1)
    }
    #expect(best(found.values) == best(full))
  }

  @Test("the answer depends neither on threads nor on company; an odd number of spectra is no trouble")
  func company() throws {
    let (network, pool, rows) = try Self.trained()
    let screening = try ScreeningNetwork(network, calibratedOn: Array(pool.prefix(200 * 140)), rows: 200)
    let all = try screening.probabilities(of: pool, rows: rows, threads: 3).values
    #expect(try screening.probabilities(of: pool, rows: rows, threads: 1).values == all)
    for range in [5..<6, 100..<133, 7..<16] {
      let some = try screening.probabilities(
        of: Array(pool[range.lowerBound * 140..<range.upperBound * 140]), rows: range.count)
      #expect(some.values == Array(all[range.lowerBound * 3..<range.upperBound * 3]))
    }
    #expect(try screening.probabilities(of: [], rows: 0).values.isEmpty)
  }

  @Test("a spectrum with a value that is not a number is not taken for a sure one")
  func notANumber() throws {
    let (network, pool, _) = try Self.trained()
    let screening = try ScreeningNetwork(network, calibratedOn: pool, rows: pool.count / 140)
    var vectors = Array(pool.prefix(4 * 140))
    vectors[2 * 140 + 70] = .nan
    let found = try screening.probabilities(of: vectors, rows: 4).values
    #expect(found[6...8].allSatisfy { $0.isNaN })
    #expect((found[..<6] + found[9...]).allSatisfy { $0.isFinite })
  }

  @Test("an architecture the integers cannot do is computed in full precision, every spectrum")
  func unsupported() throws {
    let architecture = try NetworkArchitecture(
      inputLength: 140, blocks: [[8, 8], [8]], dense: [16], classCount: 3, dropout: 0)
    let network = Network(seed: 1, architecture: architecture)
    let vectors = Formula.values(1, 5 * 140)
    let screening = try ScreeningNetwork(network, calibratedOn: vectors, rows: 5)
    #expect(!screening.isQuick)
    let found = try screening.probabilities(of: vectors, rows: 5)
    #expect(found.rescored == 5)
    #expect(try found.values == network.probabilities(of: vectors, rows: 5))
  }

  @Test("wrong numbers of values are refused")
  func shapes() throws {
    let network = Network(seed: 1)
    #expect(throws: ClassifierError.self) { try ScreeningNetwork(network, calibratedOn: [], rows: 0) }
    let screening = try ScreeningNetwork(network, calibratedOn: Formula.values(1, 140), rows: 1)
    let error = #expect(throws: ClassifierError.self) {
      try screening.probabilities(of: Formula.values(1, 140), rows: 2)
    }
    #expect(error?.code == .shape)
  }
}
