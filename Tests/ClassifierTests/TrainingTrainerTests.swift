import Testing

@testable import Classifier

@Suite("Trainer")
struct TrainingTrainerTests {
  @Test("the published network learns toy spectra to 97 % of unseen stars in three epochs")
  func learns() throws {
    let set = try ToySpectra.set(count: 900)
    let trainer = Trainer(TrainerConfiguration(seed: 3, maximumEpochs: 3, balancing: .none))
    let model = try trainer.train(set)
    let metrics = try #require(model.record.metrics)
    #expect(metrics.accuracy > 0.97)
    #expect(metrics.crossEntropy < 0.15)
    let losses = model.record.epochs.map(\.trainingLoss)
    #expect(losses[2] < losses[0] / 4)
  }
}
