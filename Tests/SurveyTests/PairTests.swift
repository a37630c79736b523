import Classifier
import Foundation
import Testing

@testable import Survey

@Suite(.serialized) struct PairTests {
  /// A model of a short training on simulated Ondřejov spectra.
  private func model() throws -> TrainedModel {
    let search = try SimulatedSearch(pool: 10, prevalence: 0.1, source: 400, test: 0, seed: 3)
    var training = TrainerConfiguration.standard
    training.seed = 3
    training.maximumEpochs = 3
    return try Trainer(training).train(search.source)
  }

  private func write(_ survey: SimulatedSurvey, _ index: Int, _ folder: String) throws -> String {
    let path = "\(folder)/\(survey.record(index).name).fits"
    try Data(survey.fits(index)).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func pairsAreReadFromListsAndCompared() throws {
    let folder = try TemporaryFolder().path
    try FileManager.default.createDirectory(atPath: folder + "/x", withIntermediateDirectories: true)
    let survey = SimulatedSurvey(kind: .ondrejov, count: 60, seed: 12)
    // The clearest emission, and an absorption.
    let emission = try #require(
      (0..<60).filter { survey.record($0).truth == .emission }.max {
        survey.record($0).equivalentWidth < survey.record($1).equivalentWidth
      })
    let absorption = try #require((0..<60).first { survey.record($0).truth == .absorption })
    let files = try [emission, absorption].map { try write(survey, $0, folder + "/x") }
    let names = files.map { ($0 as NSString).lastPathComponent }
    // Paths as another machine had them: their last two parts lie beside the list.
    try
      "/elsewhere/x/\(names[0]), data/x/\(names[1])\nx/\(names[1]),x/\(names[1])\r\nx/gone.fits,x/\(names[0])\n"
      .write(toFile: folder + "/list.csv", atomically: true, encoding: .utf8)
    #expect(try PairEvaluation.files([folder + "/list.csv"]).count == 3)
    let found = try PairEvaluation(
      [folder + "/list.csv", files[0] + "," + files[0]], model: try model(), preset: .standard
    ) { _ in }
    #expect(found.pairs.count == 3 && found.failed.count == 1 && found.failed[0].contains("gone.fits"))
    #expect(found.pairs.map(\.agrees) == [false, true, true] && found.agreeing == 2)
    #expect(found.pairs[0].sides.map(\.index)[1] == 0 && found.pairs[0].sides[0].index != 0)
    #expect(found.pairs[0].picture.contains("<svg") && found.pairs[0].explanation.contains("EW(Hα)"))
    #expect(found.pairs[1].picture.isEmpty && found.pairs[1].explanation.isEmpty)
    let html = EvaluationSections.pairs(found)
    #expect(html.contains("2 of 3 stars") && html.contains("<b>no</b>"))
    #expect(throws: SurveyError.self) { try PairEvaluation.files([folder + "/none.csv"]) }
    try "only one\n".write(toFile: folder + "/bad.csv", atomically: true, encoding: .utf8)
    #expect(throws: SurveyError.self) { try PairEvaluation.files([folder + "/bad.csv"]) }
  }

  @Test func theMiddleOfTheLineIsMeasured() {
    let wavelengths = (0..<800).map { 6500 + Double($0) * 0.3 }
    func core(_ flux: (Double) -> Double) -> LineCore {
      LineCore(
        Classifier.Spectrum(
          wavelength: wavelengths, scale: .vacuum, flux: wavelengths.map { flux($0 - 6564.61) },
          metadata: SpectrumMetadata(layout: .lamostDR3, survey: .lamost)))
    }
    func bell(_ x: Double, _ sigma: Double) -> Double { Foundation.exp(-0.5 * x * x / sigma / sigma) }
    let peaks = core { 1 + bell($0 - 3, 1.2) + bell($0 + 3, 1.2) }
    // At the middle 1 + 2·exp(−3.125) = 1.0879, at the peaks 2: 45.6 % lower.
    #expect(abs((peaks.dip ?? 0) - 0.456) < 0.005 && peaks.rise == nil)
    let filled = core { 1 - 0.4 * bell($0, 4) + 0.2 * bell($0, 0.8) }
    #expect(filled.dip == nil && abs((filled.rise ?? 0) - 0.145) < 0.02)
    let plain = core { 1 - 0.4 * bell($0, 4) }
    #expect((plain.rise ?? 1) < 1e-9)
  }

  @Test(
    "the published pairs: every file is there, and what differs has a picture",
    .enabled(
      if: FileManager.default.fileExists(atPath: RealPairs.list),
      "needs the real pairs: set VOTRAWL_TEST_DATA"))
  func realPairs() throws {
    let pairs = try PairEvaluation.files([RealPairs.list])
    #expect(pairs.count == 22 && pairs.joined().allSatisfy(FileManager.default.fileExists(atPath:)))
    let found = try PairEvaluation([RealPairs.list], model: try model(), preset: .standard) { _ in }
    #expect(found.pairs.count == 22 && found.failed.isEmpty)
    // Twelve of the 17 that are absorption in both are beyond doubt for any network.
    #expect(found.agreeing >= 12)
    #expect(found.pairs.allSatisfy { $0.agrees == $0.picture.isEmpty })
  }
}

/// Where the published pairs lie.
enum RealPairs {
  static let list =
    (ProcessInfo.processInfo.environment["VOTRAWL_TEST_DATA"] ?? "../shared/data")
    + "/pairs/cross-matched.csv"
}
