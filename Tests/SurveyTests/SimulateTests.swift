import DemoArchive
import Classifier
import Foundation
import Tables
import Testing

@testable import Survey

@Suite(.serialized) struct SimulateTests {
  @Test func theTableHasBothLabelsAndTheFilesSayTheyAreSimulated() async throws {
    let folder = try TemporaryFolder().path
    let outcome = try await Program.run([
      "simulate", "lamost", "--count", "60", "--seed", "7", "--emission", "0.5", "--table", folder + "/t.vot",
      "--files", folder + "/files", "--json",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let made = try JSONDecoder().decode(Simulate.Summary.self, from: Data(outcome.output.utf8))
    #expect(made.isSimulated && made.spectra == 60 && made.classes.values.reduce(0, +) == 60)
    let table = try TableFile.read(path: folder + "/t.vot")
    let survey = SimulatedSurvey(kind: .lamost, count: 60, seed: 7, emissionFraction: 0.5, sharedFraction: 0)
    let label = try #require(table.column("label"))
    let intrinsic = try #require(table.column("intrinsic"))
    for row in 0..<60 {
      #expect(label.string(row) == survey.record(row).truth.description)
      #expect(intrinsic.string(row) == survey.record(row).intrinsic.description)
    }
    // At this resolution some peaks are blended: the labels must differ somewhere.
    #expect((0..<60).contains { label.string($0) != intrinsic.string($0) })
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/files")
    #expect(names.count == 60)
    #expect(try SpectrumReader.read(path: folder + "/files/" + (names.first ?? "")).metadata.isSimulated)
    #expect(try await Program.run(["simulate", "hubble"]).status == 64)
  }

  /// A file in the layout of the published set, of simulated spectra.
  private func publishedSet(_ path: String) throws {
    let survey = SimulatedSurvey(kind: .ondrejov, count: 400, seed: 8, sharedFraction: 0)
    let extractor = FeatureExtractor(.skoda2020.scaled(.none))
    var text = "id,object,label,simulated," + (0..<140).map { "f\($0)" }.joined(separator: ",") + "\n"
    for index in 0..<400 {
      let record = survey.record(index)
      let vector = try extractor.vector(of: survey.spectrum(index))
      let label = index % 50 == 49 ? 2 : [1, 0, 3][record.truth.rawValue]
      text += "\(record.name),\(record.objectName),\(label),1,"
      text += vector.map { "\($0)" }.joined(separator: ",") + "\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func thePublishedSetIsTrainedOnAndComparedByOneCommand() async throws {
    let folder = try TemporaryFolder().path
    try publishedSet(folder + "/set.csv")
    let outcome = try await Program.run(["published", folder + "/set.csv", "--epochs", "2", "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let study = try JSONDecoder().decode(PublishedStudy.self, from: Data(outcome.output.utf8))
    #expect(study.isSimulated && study.spectra == 392 && study.unknown == 8)
    func here(_ name: String) -> String? { study.figures.first { $0.name.hasPrefix(name) }?.here }
    #expect(here("parameters") == "2481731")
    let counts = try #require(here("absorption, emission")).split(separator: ",").compactMap {
      Int($0.filter { $0 != " " })
    }
    #expect(counts.reduce(0, +) == 392)
    #expect(here("spectra after SMOTE") == "\(3 * (counts.max() ?? 0))")
    #expect(study.figures.count { $0.name.hasPrefix("recall") } == 2)
    try "a,b\n1,2\n".write(toFile: folder + "/other.csv", atomically: true, encoding: .utf8)
    #expect(try await Program.run(["published", folder + "/other.csv"]).status == 2)
  }

  @Test func aSurveyOfFourClassesTrainsANetworkOfFourOutputs() async throws {
    let file = try TemporaryFolder().path + "/classes.toml"
    let more = ["absorption", "emission", "double-peak", "noise"].enumerated().map { place, name in
      "[[class]]\nname = \"\(name)\"\ntitle = \"\(name)\"\nkey = \"\(place + 1)\"\n"
    }
    try ("name = \"four\"\nbackground = \"absorption\"\n" + more.joined())
      .write(toFile: file, atomically: true, encoding: .utf8)
    try await DemoSurvey.with(ondrejov: 300, lamost: 20, classes: file) { demo in
      try await demo.crawl("ondrejov")
      try await demo.fetch { $0.keep = .features }
      for (place, did) in try demo.survey.publisherDIDs(of: "ondrejov").enumerated() {
        try demo.survey.labels.append([
          LabelAct(
            collection: "ondrejov", did: did, label: demo.survey.classSet.names[place % 4], rater: "test")
        ])
      }
      var training = TrainerConfiguration.skoda2020
      training.maximumEpochs = 1
      training.balancing = .none
      let summary = try await Train(demo.survey, preset: .standard, .init(training)).run { _ in }
      let model = try demo.survey.trainedModel(named: summary.model).model
      #expect(model.network.architecture.classCount == 4 && model.record.classNames.last == "noise")
      var options = Train.Options(training)
      options.simulated = 90
      await #expect(throws: SurveyError.self) {
        try await Train(demo.survey, preset: .standard, options).run { _ in }
      }
      // The simulator has no such classes to measure on.
      await #expect(throws: SurveyError.self) {
        try await Evaluate(demo.survey, model: nil, .init()).run { _ in }
      }
    }
  }

  @Test func theClassFileThatComesWithTheProgramCanBeRead() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(
      contentsOf: package.appendingPathComponent("catalogs/classes/be-stars-more.toml"), encoding: .utf8)
    let classes = try ClassSet(toml: text)
    #expect(classes.names.prefix(3) == ["absorption", "emission", "double-peak"] && classes.count == 6)
    #expect(classes.background == 0 && Set(classes.classes.map(\.key)).count == 6)
  }
}
