import ArgumentParser
import Classifier
import Foundation
import LabelDesk
import Survey
import VOClient

/// The command `votrawl label`.
struct LabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Open the page on which spectra are labelled, one key each.",
    discussion: """
      Serves a page to this machine only, until Ctrl-C, and prints its address, which holds a secret. Without flags the
      newest round is labelled; where there is none yet, or a model was trained since it was answered, one is chosen as
      `votrawl learn` does. Every label is on disk before the page calls it saved: browser and program may be killed at
      any moment. Where a SAMP hub runs, TOPCAT and the page follow each other: a row there is a spectrum here.
      """)

  @Option(help: "The round to label (default: the newest).")
  var round: Int?

  @Option(help: "Label spectra of this collection that have no label, at random, instead of a round.")
  var collection: String?

  @Option(help: "At most so many of them.")
  var limit = 200

  @Option(help: "Who labels (default: the name you are logged in with).")
  var rater: String?

  @Option(help: "The port (default: that of the last time, else any free one).")
  var port: UInt16?

  @Flag(help: "Do not open a browser.")
  var noBrowser = false

  @Flag(help: "Fetch nothing: spectra whose files are not kept are shown as the network sees them.")
  var offline = false

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if round != nil, collection != nil { throw ValidationError("either --round or --collection") }
    if limit < 1 { throw ValidationError("--limit wants a number above 0") }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      // A person waits: an archive that does not answer at once is done without.
      var transfers = TransferConfiguration()
      transfers.retries = 0
      transfers.perHost = 4
      let engine = TransferEngine(transfers)
      defer { engine.shutdown() }
      let set = try labelSet(survey)
      var options = LabelDesk.Options(rater: rater ?? NSUserName())
      options.port = port
      options.engine = offline ? nil : engine
      options.nextRound = { progress in
        let configuration = Self.training(survey)
        var training = Train.Options(configuration)
        training.start = "newest"
        _ = try await Train(survey, preset: try survey.preset(), training).run(progress: progress)
        var scoring = Classify.Options()
        scoring.fetches = false
        _ = try await Classify(survey, scoring, engine: engine).run(progress: progress)
        return try LearnRound(survey).begin(LearnRound.Options()).number
      }
      let link = DeskLink(survey: survey, engine: engine)
      options.onEvent = { await link.hear($0) }
      let desk = try LabelDesk(survey, set, options)
      let address = try await desk.open()
      // At once, also where it goes to a pipe.
      FileHandle.standardOutput.write(Data((address + "\n").utf8))
      FileHandle.standardError.write(
        Data("\(set.title): \(set.items.count) spectra to label. Ctrl-C closes the desk.\n".utf8))
      if !noBrowser { Self.browse(address) }
      let linked = Task { await link.run(desk) }
      while (try? await Task.sleep(for: .seconds(3600))) != nil {}
      linked.cancel()
      await linked.value
      await desk.close()
      return .done
    }
  }

  private static func training(_ survey: SurveyFolder) -> TrainerConfiguration {
    var configuration = TrainerConfiguration.continued
    configuration.seed = survey.configuration.seed
    return configuration
  }

  private func labelSet(_ survey: SurveyFolder) throws -> LabelSet {
    if let collection {
      let answers = try survey.labels.current() + survey.labels.unusable()
      let labelled = Set(answers.filter { $0.collection == collection }.map(\.did))
      var random = SeededShuffle(seed: survey.configuration.seed)
      let dids = try survey.publisherDIDs(of: collection).filter { !labelled.contains($0) }
        .shuffled(using: &random).prefix(limit)
      return LabelSet(
        title: collection,
        spectra: try dids.compactMap { try survey.spectrum(collection: collection, did: $0) })
    }
    let rounds = LearnRound(survey)
    let known = try rounds.numbers()
    if let round, !known.contains(round) {
      throw SurveyError(.unknownName, "there is no round \(round)", hint: "votrawl learn makes one")
    }
    let chosen = try round ?? rounds.unfinished() ?? untrained(known.last, survey)
    return try LabelSet(
      round: try chosen ?? rounds.begin(LearnRound.Options()).number, of: survey)
  }

  /// The newest round, where it is answered but nothing was trained since: its page offers to.
  private func untrained(_ newest: Int?, _ survey: SurveyFolder) throws(SurveyError) -> Int? {
    guard let newest, try LearnRound(survey).summary(of: newest).model == survey.models().last?.name else {
      return nil
    }
    return newest
  }

  /// Opens the address in the user's browser, where there is a screen.
  private static func browse(_ address: String) {
    let environment = ProcessInfo.processInfo.environment
    guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["xdg-open", address]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try? process.run()
  }
}

/// A generator whose numbers follow from a seed (SplitMix64), so that a set is the same when it is opened again.
private struct SeededShuffle: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
