import Foundation
import Testing

@testable import Classifier

/// Reads a JSON file of golden numbers that lies beside the tests.
func fixture<Contents: Decodable>(_ name: String, as: Contents.Type) throws -> Contents {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  return try JSONDecoder().decode(Contents.self, from: Data(contentsOf: folder.appending(path: name)))
}

/// Results of the published network by Keras 3.15 in float64; see Fixtures/network-golden.py.
private struct Golden: Decodable {
  struct Tensor: Decodable {
    let sum, norm: Double
    let entries: [Double]
  }
  let rows, parameters: Int
  let logits: [Double]
  let loss, weightedLoss, lossAfterStep, lossAfterTwoSteps: Double
  let weightedNorms: [Double]
  let tensors: [Tensor]
  let afterStep: [[Double]]
}

@Suite("Network equals Keras")
struct NetworkGoldenTests {
  private let golden: Golden
  private let network: Network
  private let pass: GradientPass
  private let labels: [Int]

  init() throws {
    golden = try fixture("network-golden.json", as: Golden.self)
    let plan = NetworkPlan(.skoda2020)
    network = try Network(architecture: .skoda2020, parameters: Formula.parameters(plan))
    pass = GradientPass(plan: plan, capacity: golden.rows, threads: 2)
    pass.input.set(Formula.values(1, golden.rows * 140))
    labels = (0..<golden.rows).map { $0 % 3 }
  }

  /// The places of the sixteen entries kept of each tensor.
  private func places(_ count: Int) -> [Int] {
    (0..<16).map { $0 * count / 16 + 7 * $0 % max(1, count / 16) }
  }

  private func norm(_ values: ArraySlice<Float>) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test("2,481,731 parameters")
  func parameterCount() {
    #expect(NetworkArchitecture.skoda2020.parameterCount == 2_481_731)
    #expect(network.parameters.count == 2_481_731)
    #expect(golden.parameters == 2_481_731)
  }

  @Test("logits, to 1e-5 of their size")
  func logits() throws {
    let logits = try network.logits(of: Formula.values(1, golden.rows * 140), rows: golden.rows)
    for (found, expected) in zip(logits, golden.logits) { #expect(abs(Double(found) - expected) < 2e-5) }
    pass.forward(parameters: network.parameters, rows: golden.rows, dropout: nil)
    for (found, expected) in zip(pass.logits.array, golden.logits) {
      #expect(abs(Double(found) - expected) < 2e-5)
    }
  }

  @Test("loss to 1e-6 and every tensor's gradient to 1e-5 of its norm")
  func gradients() {
    let loss = pass.run(
      parameters: network.parameters, labels: labels, weights: nil, rows: golden.rows, dropout: nil)
    #expect(abs(loss - golden.loss) < 1e-6 * golden.loss)
    #expect(network.plan.tensors.count == golden.tensors.count)
    for (tensor, expected) in zip(network.plan.tensors, golden.tensors) {
      let values = pass.gradients.array[tensor.offset..<tensor.offset + tensor.count]
      #expect(abs(norm(values) - expected.norm) < 1e-5 * expected.norm, "\(tensor.name)")
      let sum = values.reduce(0) { $0 + Double($1) }
      let spread = expected.norm * Double(tensor.count).squareRoot()
      #expect(abs(sum - expected.sum) < 1e-5 * spread, "\(tensor.name)")
      for (place, entry) in zip(places(tensor.count), expected.entries) {
        #expect(
          abs(Double(values[values.startIndex + place]) - entry) < 1e-5 * expected.norm, "\(tensor.name)")
      }
    }
  }

  @Test("loss and gradients weighted by class")
  func weighted() {
    let loss = pass.run(
      parameters: network.parameters, labels: labels, weights: labels.map { Float($0 + 1) },
      rows: golden.rows, dropout: nil)
    #expect(abs(loss - golden.weightedLoss) < 1e-6 * golden.weightedLoss)
    for (tensor, expected) in zip(network.plan.tensors, golden.weightedNorms) {
      let values = pass.gradients.array[tensor.offset..<tensor.offset + tensor.count]
      #expect(abs(norm(values) - expected) < 1e-5 * expected, "\(tensor.name)")
    }
  }

  @Test("parameters after one step of Adam to 1e-3 of the step, the losses after one and two to 1e-3")
  func adam() {
    let optimizer = AdamOptimizer(AdamConfiguration(), parameters: network.parameters)
    func step() -> Double {
      let loss = pass.run(
        parameters: optimizer.parameters.base, labels: labels, weights: nil, rows: golden.rows, dropout: nil)
      optimizer.update(pass.gradients, threads: 2)
      return loss
    }
    _ = step()
    let moved = optimizer.parameters.array
    for (index, tensor) in network.plan.tensors.enumerated() {
      for (number, place) in places(tensor.count).enumerated() {
        // A gradient near zero decides the direction of the first step by its rounding.
        let gradient = golden.tensors[index].entries[number]
        guard gradient == 0 || abs(gradient) > 1e-5 else { continue }
        let found = Double(moved[tensor.offset + place])
        #expect(abs(found - golden.afterStep[index][number]) < 1e-6, "\(tensor.name) \(place)")
      }
    }
    #expect(abs(step() - golden.lossAfterStep) < 1e-3 * golden.lossAfterStep)
    #expect(abs(step() - golden.lossAfterTwoSteps) < 1e-3 * golden.lossAfterTwoSteps)
  }
}
