import Testing

@testable import Classifier

@Suite("Augmentation")
struct TrainingAugmentationTests {
  private func changed(_ vector: [Float], _ augmentation: Augmentation, draw: Int) -> [Float] {
    var vector = vector
    var random = CounterRandom(seed: 3, .augmentation, draw)
    vector.withUnsafeMutableBufferPointer { augmentation.apply(to: $0, random: &random) }
    return vector
  }

  /// A line of emission at a third of the vector, scaled to −1…1.
  private let line = (0..<140).map { place -> Float in
    abs(place - 45) < 4 ? 1 - Float(abs(place - 45)) * 0.5 : -1
  }

  @Test("a changed vector keeps its least and greatest value, as scaling demands")
  func keepsRange() {
    for draw in 0..<500 {
      let vector = changed(line, .survey, draw: draw)
      #expect(abs((vector.min() ?? 0) + 1) < 1e-5 && abs((vector.max() ?? 0) - 1) < 1e-5)
      #expect(vector.allSatisfy { $0.isFinite })
    }
  }

  @Test("the share says how many vectors are changed")
  func share() {
    let augmentation = Augmentation(share: 0.8, shift: 0.7, slope: 0.3, noise: 0.005...0.2)
    let untouched = (0..<4000).count { changed(line, augmentation, draw: $0) == line }
    // Binomial, n = 4000, p = 0.2: standard deviation 25.
    #expect(abs(untouched - 800) < 130)
  }

  @Test("the noise has the deviation that was asked for")
  func noise() {
    let augmentation = Augmentation(share: 1, shift: 0, slope: 0, noise: 0.01...0.01)
    var sum = 0.0
    var count = 0
    for draw in 0..<400 {
      let vector = changed(line, augmentation, draw: draw)
      // The continuum, away from the line; the scaling to the range lifts it, which the mean takes out.
      let continuum = vector[60...].map(Double.init)
      let mean = continuum.reduce(0, +) / Double(continuum.count)
      sum += continuum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      count += continuum.count - 1
    }
    // 1 % of a range of 2, less the 2 % by which the noise widens the range.
    #expect(abs((sum / Double(count)).squareRoot() - 0.0197) < 0.0006)
  }

  @Test("without noise and slope a shift moves the line and nothing else")
  func shift() {
    let augmentation = Augmentation(share: 1, shift: 2, slope: 0, noise: 1e-9...1e-9)
    for draw in 0..<200 {
      let vector = changed(line, augmentation, draw: draw)
      func centre(_ values: [Float]) -> Float {
        let weights = values.map { $0 + 1 }
        return zip(weights, 0..<140).reduce(0) { $0 + $1.0 * Float($1.1) } / weights.reduce(0, +)
      }
      #expect(abs(centre(vector) - 45) < 9)
      #expect(vector.count { $0 > -0.99 } <= 8)
    }
  }

  @Test("a constant vector stays as it is")
  func constant() {
    #expect(
      changed([Float](repeating: 0.5, count: 140), .survey, draw: 1) == [Float](repeating: 0.5, count: 140))
  }

  @Test("the published preset shows vectors as they are; ours does not")
  func presets() {
    #expect(TrainerConfiguration.skoda2020.augmentation == nil)
    #expect(TrainerConfiguration.standard.augmentation == .survey)
  }
}
