import Foundation
import Testing

@testable import Classifier

@Suite("Adaptation of one telescope to the other")
struct AdaptationTests {
  @Test("roots of a symmetric matrix: root² is the matrix, root · inverse the identity")
  func roots() {
    // AᵀA + I of a fixed matrix.
    let width = 6
    let a = Formula.values(3, width * width).map(Double.init)
    var matrix = [Double](repeating: 0, count: width * width)
    for row in 0..<width {
      for column in 0..<width {
        matrix[row * width + column] =
          (0..<width).reduce(row == column ? 1.0 : 0) {
            $0 + a[$1 * width + row] * a[$1 * width + column] * 9
          }
      }
    }
    let (root, inverse) = SquareMatrix.roots(matrix, width)
    let square = SquareMatrix.product(root, root, width)
    let unity = SquareMatrix.product(root, inverse, width)
    for index in 0..<width * width {
      #expect(abs(square[index] - matrix[index]) < 1e-8)
      #expect(abs(unity[index] - (index / width == index % width ? 1 : 0)) < 1e-8)
    }
  }

  @Test(
    "aligning a survey with itself changes nothing; the means of another survey become those of the source")
  func alignment() throws {
    let set = try ToySpectra.set(count: 300)
    let configuration = try TrainingTrainerTests.small { $0.maximumEpochs = 4 }
    let network = try Trainer(configuration).train(set).network
    let shares = [1.0 / 3, 1.0 / 3, 1.0 / 3]
    let same = try CorrelationAlignment.aligned(
      network, source: set.vectors, target: set.vectors, shares: shares)
    let known = try network.probabilities(of: set.vectors, rows: set.count)
    let found = try same.probabilities(of: set.vectors, rows: set.count)
    #expect(zip(known, found).allSatisfy { abs($0 - $1) < 0.05 })
    // Half the contrast and an offset: what the network says of it has another mean.
    let moved = set.vectors.map { 0.5 * $0 + 0.2 }
    let aligned = try CorrelationAlignment.aligned(
      network, source: set.vectors, target: moved, shares: shares)
    // The weights that give the classes their shares.
    let probabilities = try network.probabilities(of: moved, rows: set.count)
    var shares3 = [0.0, 0, 0]
    for (place, value) in probabilities.enumerated() {
      shares3[place % 3] += Double(value) / Double(set.count)
    }
    let weights = (0..<set.count).map { row in
      (0..<3).reduce(0.0) { $0 + Double(probabilities[row * 3 + $1]) / 3 / shares3[$1] }
    }
    func means(_ network: Network, _ vectors: [Float], _ weights: [Double]) throws -> [Double] {
      let logits = try network.logits(of: vectors, rows: set.count)
      return (0..<3).map { index in
        weights.indices.reduce(0.0) { $0 + weights[$1] * Double(logits[$1 * 3 + index]) }
          / weights.reduce(0, +)
      }
    }
    let wanted = try means(network, set.vectors, weights.map { _ in 1 })
    let reached = try means(aligned, moved, weights)
    let before = try means(network, moved, weights)
    for index in 0..<3 {
      #expect(abs(reached[index] - wanted[index]) < 1e-3, "class \(index)")
    }
    #expect(zip(before, wanted).contains { abs($0 - $1) > 0.01 })
    #expect(throws: ClassifierError.self) {
      try CorrelationAlignment.aligned(network, source: [], target: moved, shares: shares)
    }
  }

  @Test("each step does what it says to a vector")
  func steps() throws {
    let survey = SimulatedSurvey(kind: .ondrejov, count: 20, seed: 4)
    let spectrum = survey.spectrum(3)
    let vectors = try AdaptationStep.all.map {
      try #require($0.vector(of: spectrum, constant: SimulatedSurveyLevel.median(spectrum), draw: 0.9))
    }
    #expect(AdaptationStep.all.count == 9)
    #expect(vectors[0].allSatisfy { $0 > 0 } && vectors[1].min() == -1 && vectors[1].max() == 1)
    for index in 1..<5 { #expect(vectors[index] != vectors[index - 1], "step \(index)") }
    // All steps but the drawn resolution: the standard preset.
    #expect(vectors[4] == (try FeatureExtractor(.standard.edges(.clamp)).vector(of: spectrum)))
    #expect(vectors[5] != vectors[4], "another resolution")
    #expect(AdaptationStep.all[5].vector(of: spectrum, constant: 1, draw: nil) == vectors[4], "none is drawn")
    #expect(vectors[6] == vectors[5] && vectors[8] == vectors[5], "the vectors stay")
  }

  @Test("the study measures every step on simulated and on other spectra")
  func study() throws {
    let survey = SimulatedSurvey(kind: .lamost, count: 40, seed: 77, emissionFraction: 0.5)
    let one = try AdaptationStudy(
      source: 300, target: 200, seeds: [1], testSeed: 99, epochs: 1,
      real: (0..<40).map { .init(survey.spectrum($0), star: $0) },
      pairs: [(survey.spectrum(0), survey.spectrum(0))], isCancelled: { false }, progress: { _, _ in })
    #expect(one.isSimulated && one.rows.count == 9 && one.realStars.allSatisfy { $0 > 0 })
    #expect(one.rows.allSatisfy { $0.simulated.count == 2 && $0.agreeingPairs == 1 && $0.realRank != nil })
    #expect(one.rows.allSatisfy { $0.simulated.allSatisfy { (0...1).contains($0) } })
  }

  @Test(
    "the comparison of real and simulated spectra: equal distributions are at distance 0, disjoint ones at 1")
  func comparison() throws {
    let values = (0..<100).map { Double($0) / 10 }
    let same = SimulatorComparison.quantity("x", values, values, from: 0, to: 10)
    #expect(same.distance == 0 && abs(same.real.reduce(0, +) - 1) < 1e-12 && same.real == same.simulated)
    let apart = SimulatorComparison.quantity("x", values, values.map { $0 + 20 }, from: 0, to: 10)
    #expect(apart.distance == 1 && apart.simulated.last == 1)
    // Half of them moved beyond the others: the distributions differ by a half.
    let half = SimulatorComparison.quantity(
      "x", values, values.enumerated().map { $0 % 2 == 0 ? $1 : 50 }, from: 0, to: 10)
    #expect(abs(half.distance - 0.5) < 0.011)
    let survey = SimulatedSurvey(kind: .lamost, count: 60, seed: 5, sharedFraction: 0)
    let extractor = FeatureExtractor(.standard)
    let vectors = (0..<60).compactMap { try? extractor.vector(of: survey.spectrum($0)) }
    let found = try SimulatorComparison(
      vectors: vectors, widths: vectors.map { _ in 2 }, seed: 6, preset: .standard)
    #expect(found.real.middle.count == 140 && found.quantities.count == 4)
    // Spectra of the simulator compared with spectra of the simulator.
    #expect(
      found.quantities.dropFirst().allSatisfy { $0.distance < 0.25 }, "\(found.quantities.map(\.distance))")
  }
}

/// The level that a test divides a spectrum by.
private enum SimulatedSurveyLevel {
  static func median(_ spectrum: Spectrum) -> Double {
    let sorted = spectrum.flux.sorted()
    return sorted[sorted.count / 2]
  }
}

extension FeaturePreset {
  fileprivate func edges(_ edges: Edges) -> FeaturePreset {
    var other = self
    other.edges = edges
    return other
  }
}
