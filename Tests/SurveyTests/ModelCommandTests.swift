import Classifier
import Foundation
import Testing

@testable import Survey

@Suite(.serialized) struct ModelCommandTests {
  /// Two models of a short training each, as files.
  private func models() throws -> (folder: String, files: [String]) {
    let folder = try TemporaryFolder().path
    let files = try (0..<2).map { number in
      let search = try SimulatedSearch(pool: 10, prevalence: 0.1, source: 400, test: 0, seed: 3)
      var training = TrainerConfiguration.standard
      training.seed = UInt64(3 + number)
      training.maximumEpochs = 1
      let path = "\(folder)/m\(number).votrawl"
      try ModelFile.write(try Trainer(training).train(search.source), to: path)
      return path
    }
    return (folder, files)
  }

  @Test func aModelGoesThroughONNXIntoASurveyAndGivesTheSameProbabilities() async throws {
    let (folder, files) = try models()
    let onnx = folder + "/net.onnx"
    let written = try await Program.run(["model", "export", files[0], "--onnx", onnx, "--json"])
    #expect(written.status == 0 && written.output.contains("\"simulated\" : true"), "\(written)")
    let survey = folder + "/survey"
    #expect(try await Program.run(["init", survey]).status == 0)
    let read = try await Program.run(["model", "import", onnx, "--name", "other", "--survey", survey])
    #expect(read.status == 0 && read.output.contains("it was trained on simulated spectra"), "\(read)")
    let first = try ModelFile.read(files[0])
    let second = try SurveyFolder(at: survey).trainedModel(named: "other").model
    #expect(second.network.parameters == first.network.parameters)
    #expect(second.network.temperature == first.network.temperature && second.record == first.record)
    let info = try await Program.run(["model", "info", onnx])
    #expect(
      info.status == 0 && info.output.contains("2481731 parameters") && info.output.contains("SIMULATED"))
    for arguments in [
      ["export", "/no/such", "--onnx", onnx], ["info", "/no/such"], ["import", "/no/such.onnx"],
    ] {
      let refused = try await Program.run(["model"] + arguments + ["--survey", survey])
      #expect(refused.status == 2 && refused.output.isEmpty, "\(refused)")
    }
  }

  @Test func aModelComparedWithItselfIsIdenticalAndWithAnotherSaysWhatDiffers() async throws {
    let (_, files) = try models()
    let same = try await Program.run([
      "model", "compare", files[0], files[0], "--spectra", "120", "--seed", "9", "--json",
    ])
    #expect(same.status == 0, "\(same.errors)")
    let one = try JSONDecoder().decode(ModelComparison.self, from: Data(same.output.utf8))
    #expect(one.isIdentical && one.sameClass == 1 && one.largestDifference == 0 && one.differences.isEmpty)
    let other = try await Program.run([
      "model", "compare", files[0], files[1], "--spectra", "120", "--seed", "9", "--json",
    ])
    let two = try JSONDecoder().decode(ModelComparison.self, from: Data(other.output.utf8))
    #expect(!two.isIdentical && two.largestDifference > 0 && two.differences.contains(["seed", "3", "4"]))
    #expect(two.rows.count == 2 && two.rows[0].clear.count == 2 && two.rows[0].parameters == 2_481_731)
    let trained = try await Program.run(["model", "compare", files[0], files[1], "--seed", "4"])
    #expect(trained.status == 2 && trained.errors.contains("--seed"), "\(trained.errors)")
  }
}
