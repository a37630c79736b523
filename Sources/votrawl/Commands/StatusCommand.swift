import ArgumentParser
import Survey

/// The command `votrawl status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say what has been done, and what comes next.")

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  /// A part of the sky in words: per cent, to three figures.
  private static func part(_ fraction: Double) -> String {
    let percent = fraction * 100
    if percent == 0 || percent == 100 { return percent == 0 ? "nothing" : "all" }
    return percent < 0.0005 ? "less than 0.001 %" : percent.formatted(places: percent < 1 ? 3 : 1) + " %"
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
    try await console.run {
      let status = try Status(of: survey)
      console.say("\(status.name) (\(status.path))")
      for collection in status.collections {
        console.say(
          "  \(collection.name): \(collection.spectra) spectra, \(collection.files) files, \(collection.features) features"
            + (collection.problems > 0 ? ", \(collection.problems) without" : "")
            + (collection.openCells > 0 ? ", \(collection.openCells) cells to crawl" : "")
            + (collection.gone > 0 ? ", \(collection.gone) gone from the archive" : "")
            + "; searched: \(Self.part(collection.searched)) of the sky")
        if let way = collection.way { console.say("    quickest by \(way.reason)") }
      }
      for (name, pairs) in status.matches.sorted(by: { $0.key < $1.key }) {
        console.say("  match \(name): \(pairs) pairs")
      }
      let labels = survey.classSet.names.map { "\(status.labels[$0] ?? 0) \($0)" }.joined(separator: ", ")
      console.say("  labels: \(labels)")
      if let model = status.models.last {
        console.say("  model \(model): \(status.scored) spectra scored, \(status.candidates) candidates")
      }
      if status.rounds > 0 { console.say("  rounds of active learning: \(status.rounds)") }
      console.say("next: \(status.next)")
      try console.result(status)
      return .done
    }
  }
}
