import ArgumentParser
import Classifier
import ArgumentParser
import Testing

@testable import votrawl

/// The settings of a training as people type them.
@Suite struct TrainingArgumentTests {
  private func configuration(_ arguments: String...) throws -> TrainerConfiguration {
    var configuration = TrainerConfiguration.standard
    try TrainingArguments.parse(arguments).apply(to: &configuration)
    return configuration
  }

  @Test func whatIsNotGivenStaysAsItIs() throws {
    #expect(try configuration() == .standard)
  }

  @Test(arguments: [
    ("none", TrainerConfiguration.Balancing.none), ("smote", .smote), ("adasyn", .adasyn),
    ("undersampling", .undersampling), ("class-weights", .classWeights),
  ])
  func everyBalancingHasAName(_ name: String, _ balancing: TrainerConfiguration.Balancing) throws {
    #expect(try configuration("--balance", name).balancing == balancing)
  }

  @Test func settingsReplaceThoseOfThePreset() throws {
    let found = try configuration(
      "--batch", "256", "--learning-rate", "2e-4", "--patience", "3", "--no-augment", "--validation", "0.3")
    #expect(found.batchSize == 256 && found.optimizer.learningRate == 2e-4 && found.patience == 3)
    #expect(found.augmentation == nil && found.validationFraction == 0.3)
    var published = TrainerConfiguration.skoda2020
    try TrainingArguments.parse(["--augment", "--validation", "0.1"]).apply(to: &published)
    #expect(published.augmentation == .survey)
    #expect(published.monitor == .validationLoss && published.calibrates)
  }

  @Test func withoutValidationTheTrainingLossDecides() throws {
    let found = try configuration("--validation", "0")
    #expect(found.monitor == .trainingLoss && !found.calibrates && found.validationFraction == 0)
  }

  @Test(arguments: [
    ["--balance", "much"], ["--batch", "0"], ["--learning-rate", "-1"], ["--learning-rate", "nan"],
    ["--patience", "0"], ["--validation", "1"], ["--validation", "-0.1"],
  ])
  func settingsOutOfRangeAreRefused(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try TrainingArguments.parse(arguments) }
  }
}
