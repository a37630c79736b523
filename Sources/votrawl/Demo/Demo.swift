import Classifier
import DemoArchive
import Foundation
import Survey
import VOClient

/// The whole way through a survey on simulated spectra, with the simulated truth as the person who labels.
struct Demo: Sendable {
  let path: String
  let seed: UInt64
  let console: Console
  var ondrejovCount = 3_000
  var lamostCount = 30_000
  var epochs = 14
  /// Simulated LAMOST spectra learned from beside the labelled ones of Ondřejov.
  var targetCount = 6_000

  init(path: String, seed: UInt64, console: Console) {
    self.path = path
    self.seed = seed
    self.console = console
  }

  /// Runs all steps, one after the other.
  func run() async throws -> DemoSummary {
    try clear()
    var clock = StageClock()
    let archive = DemoArchive(configuration: Self.archive(ondrejovCount, lamostCount, seed: seed))
    let base = try await archive.start()
    do {
      let summary = try await search(archive, base, &clock)
      await archive.stop()
      return summary
    } catch {
      await archive.stop()
      throw error
    }
  }

  /// The demo's archive, of so many spectra of both surveys.
  static func archive(_ ondrejov: Int, _ lamost: Int, seed: UInt64) -> DemoArchiveConfiguration {
    // Answers are as short as those of real archives: the crawl has to divide the sky.
    DemoArchiveConfiguration(
      ondrejov: SimulatedSurvey(kind: .ondrejov, count: ondrejov, seed: seed),
      lamost: SimulatedSurvey(kind: .lamost, count: lamost, seed: seed), hardMaxrec: maxrec)
  }

  /// Rows of one answer of the demo archive.
  private static let maxrec = 5_000

  private func search(_ archive: DemoArchive, _ base: String, _ clock: inout StageClock) async throws
    -> DemoSummary
  {
    var configuration = SurveyConfiguration(name: "demo", seed: seed)
    configuration.service = ["ondrejov", "lamost"].map { name in
      var entry = ServiceEntry(name: name, ssap: "\(base)/\(name)/ssap")
      entry.title = "\(name), simulated"
      entry.maxrec = Self.maxrec
      entry.connections = 4
      return entry
    }
    let survey = try SurveyFolder.create(at: path, configuration)
    let run = try survey.beginRun()
    let truth = DemoTruth(archive: archive, classSet: survey.classSet)
    let engine = Engine.make(connections: 4)
    defer { engine.shutdown() }
    let show: ProgressHandler = { console.meter.show($0) }
    clock.lap("start")

    for name in ["ondrejov", "lamost"] {
      _ = try await Crawl(survey, service: try survey.service(name), options: .init(), engine: engine).run(
        progress: show)
    }
    clock.lap("crawl")
    let match = try Match(survey, .init(left: "ondrejov", right: "lamost", radius: 30)).run()
    clock.lap("match")
    var fetch = Fetch.Options()
    fetch.keep = .features
    let fetched = try await Fetch(survey, fetch, preset: try survey.preset(), engine: engine).run(
      progress: show)
    clock.lap("fetch")
    try truth.label(survey, collection: "ondrejov")
    let first = try await trainAndClassify(survey, engine, show, &clock)
    let before = try survey.confusion(model: first, collections: ["lamost"]) { truth[$0] }
    let asked = try ask(survey, truth)
    let second = try await trainAndClassify(survey, engine, show, &clock)
    let after = try survey.confusion(model: second, collections: ["lamost"]) { truth[$0] }

    try await prepareLabelling(survey, engine)
    var export = Export.Options()
    export.collections = ["lamost"]
    let exported = try Export(survey, export).run()
    var report = Report.Options()
    report.collections = ["lamost"]
    report.confusion = after
    report.truth = try truth.all(survey, collection: "lamost")
    report.facts = [
      (
        "survey",
        "\(lamostCount) LAMOST spectra searched, \(ondrejovCount) Ondřejov spectra and \(targetCount) other LAMOST spectra learned from,"
          + " all simulated"
      ),
      ("round of active learning", asked),
      ("before that round", DemoSummary.sentence(before, survey.classSet)),
      ("after it", DemoSummary.sentence(after, survey.classSet)),
    ]
    let page = try Report(survey, report).write()
    clock.lap("export")
    try survey.endRun(run, outcome: "done")
    return DemoSummary(
      ondrejov: ondrejovCount, lamost: lamostCount, pairs: match.pairs, fetched: fetched.kept,
      candidates: exported.candidates, stages: clock.laps, before: before, after: after,
      classes: survey.classSet, table: exported.file, report: page)
  }

  private func trainAndClassify(
    _ survey: SurveyFolder, _ engine: TransferEngine, _ show: @escaping ProgressHandler,
    _ clock: inout StageClock
  ) async throws -> String {
    var training = TrainerConfiguration.standard
    training.seed = seed
    training.maximumEpochs = epochs
    var learning = Train.Options(training)
    learning.simulated = targetCount
    let model = try await Train(survey, preset: try survey.preset(), learning).run(progress: show).model
    clock.lap("train")
    var options = Classify.Options()
    options.model = model
    _ = try await Classify(survey, options, engine: engine).run(progress: show)
    clock.lap("classify")
    return model
  }

  /// One round of active learning: the truth answers as a person would.
  ///
  /// - Returns: what was asked, and what the answers say, in words.
  private func ask(_ survey: SurveyFolder, _ truth: DemoTruth) throws -> String {
    var options = LearnRound.Options()
    options.collections = ["lamost"]
    // After one round alone, what the network is unsure of teaches it most; the standard mixture pays over many.
    options.strategy = .entropy
    let round = try LearnRound(survey).begin(options)
    try survey.labels.append(
      round.items.compactMap { item in
        truth[item.spectrum.did].map {
          LabelAct(
            collection: item.spectrum.collection, did: item.spectrum.did, label: survey.classSet.names[$0],
            rater: DemoTruth.rater, round: round.number, purpose: item.purpose)
        }
      })
    let summary = try LearnRound(survey).summary(of: round.number)
    var words =
      "\(summary.oracle.asked) spectra to learn from (strategy \(summary.strategy)), \(summary.performance.asked) to judge by"
    if let precision = summary.estimate?.precision {
      func percent(_ value: Double) -> String { "\((value * 100).formatted(places: 0)) %" }
      words += "; precision before it, by these: \(precision.value.map(percent) ?? "unknown")"
      words += " (\(percent(precision.low)) to \(percent(precision.high)))"
    }
    return words
  }

  /// Removes the survey of an earlier demo, and nothing else.
  private func clear() throws {
    let files = FileManager.default
    guard files.fileExists(atPath: path) else { return }
    let text = (try? String(contentsOfFile: path + "/survey.toml", encoding: .utf8)) ?? ""
    guard text.contains("\nname = \"demo\"\n"), text.contains("127.0.0.1") else {
      throw SurveyError(
        .folder, "\(path) is there already, and no survey of an earlier demo",
        hint: "name another folder: votrawl demo FOLDER")
    }
    try files.removeItem(atPath: path)
  }
}
