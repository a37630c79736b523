import Classifier
import Foundation
import Testing

@testable import Survey

@Suite(.serialized) struct EvaluateTests {
  /// A model of a short training on simulated Ondřejov spectra, and the folder it lies in.
  private func trained() throws -> (folder: String, file: String) {
    let folder = try TemporaryFolder().path
    let search = try SimulatedSearch(pool: 10, prevalence: 0.1, source: 400, test: 0, seed: 3)
    var training = TrainerConfiguration.standard
    training.seed = 3
    training.maximumEpochs = 1
    let model = try Trainer(training).train(search.source)
    try ModelFile.write(model, to: folder + "/model.votrawl")
    return (folder, folder + "/model.votrawl")
  }

  private func write(_ survey: SimulatedSurvey, _ index: Int, to folder: String) throws -> String {
    let path = "\(folder)/\(survey.record(index).name).fits"
    try Data(survey.fits(index)).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func theCommandMeasuresAFileOfWeightsAndWritesAPageThatSaysSimulated() async throws {
    let (folder, file) = try trained()
    let outcome = try await Program.run([
      "evaluate", "--model", file, "--simulated", "120", "--seed", "9", "--resamplings", "5", "--size",
      "2000",
      "--prevalence", "0.02", "--prior", "0.02", "--output", folder + "/page.html", "--json",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try JSONDecoder().decode(Evaluate.Evaluation.self, from: Data(outcome.output.utf8))
    #expect(found.trainedOnSimulated && found.real == nil)
    // The same from the parts, by another way: the average precision with weights of the classes.
    let model = try ModelFile.read(file)
    let sample = try EvaluationSample(count: 120, seed: 9)
    let probabilities = try PriorShift.corrected(
      try model.network.probabilities(of: sample.vectors, rows: sample.count),
      from: model.record.shares, to: [0.98, 0.016, 0.004])
    let shares = [0.98, 0.016, 0.004]
    let weights = sample.labels.map { label in shares[label] / Double(sample.labels.count { $0 == label }) }
    let area = averagePrecision(
      scores: sample.labels.indices.map { Double(probabilities[$0 * 3 + 1]) },
      isPositive: sample.labels.map { $0 == 1 }, weights: weights)
    let stated = try #require(found.simulated?.whole.survey.rankings.first?.averagePrecision?.value)
    #expect(abs(stated - (try #require(area))) < 1e-9)
    let page = try String(contentsOfFile: folder + "/page.html", encoding: .utf8)
    #expect(page.contains("<b>Simulated.</b>") && page.contains("precision–recall"))
    #expect(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"))
    #expect(
      page.components(separatedBy: "<svg").count == 5 && page.components(separatedBy: "</svg>").count == 5)
    for seed in ["3", "\(EvaluationSample.seeds(3)[1])"] {
      let refused = try await Program.run(["evaluate", "--model", file, "--seed", seed])
      #expect(refused.status == 2 && refused.errors.contains("--seed"), "\(refused.errors)")
    }
  }

  @Test func filesThatSayTheyAreSimulatedAreNotCountedAsReal() async throws {
    let (folder, file) = try trained()
    let survey = SimulatedSurvey(kind: .lamost, count: 20, seed: 8, emissionFraction: 0.5)
    for index in 0..<3 { _ = try write(survey, index, to: folder) }
    try Data("no spectrum".utf8).write(to: URL(fileURLWithPath: folder + "/broken.fits"))
    let outcome = try await Program.run([
      "evaluate", "--model", file, "--simulated", "0", "--real", folder, "--output", folder + "/page.html",
    ])
    #expect(outcome.status == 3 && outcome.errors.contains("broken.fits"), "\(outcome.errors)")
    #expect(outcome.output.contains("REAL spectra: 0 (3 more say they are simulated"), "\(outcome.output)")
    let page = try String(contentsOfFile: folder + "/page.html", encoding: .utf8)
    #expect(page.contains("<td>simulated</td>") && !page.contains("<td>real</td>"))
  }

  @Test func theShareOfEmissionStarsAboveTheOthersIsThatCountedByHand() throws {
    // 100 others with scores 0.00…0.99; two stars with emission: one above 97 of them, one (two spectra) above 50.
    var spectrum = try survey(0)
    spectrum.metadata.isSimulated = false
    func row(_ name: String, _ score: Double, _ width: Double?) -> RealEvaluation.Spectrum {
      spectrum.metadata.object = name
      (spectrum.metadata.ra, spectrum.metadata.dec) = (nil, nil)
      var row = RealEvaluation.Spectrum(
        file: name + ".fits", spectrum, probabilities: [Float(1 - score), Float(score), 0])
      row.equivalentWidth = width
      return row
    }
    var rows = (0..<100).map { row("other\($0)", Double($0) / 100, 3) }
    rows += [row("high", 0.965, -5), row("low", 0.405, -2.5), row("low", 0.605, -3), row("none", 0.5, nil)]
    let found = try RealEvaluation(rows, failed: [])
    #expect(found.emissionStars == 2 && found.otherStars == 100 && found.unmeasuredStars == 1)
    #expect(found.above == 0.5 && found.missed == ["low.fits"])
    #expect(found.spectra.first?.file == "other99.fits")
  }

  private func survey(_ index: Int) throws -> Classifier.Spectrum {
    SimulatedSurvey(kind: .lamost, count: 10, seed: 2).spectrum(index)
  }

  @Test func nothingToMeasureOnIsAUsageError() async throws {
    for arguments in [
      ["--simulated", "0"], ["--simulated", "5"], ["--prevalence", "1"], ["--prior", "0"],
    ] {
      #expect(try await Program.run(["evaluate"] + arguments).status == 64, "\(arguments)")
    }
  }
}
