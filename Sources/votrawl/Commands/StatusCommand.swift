import ArgumentParser
import Survey

/// The command `votrawl status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say what has been done, and what comes next.")

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

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
            + (collection.gone > 0 ? ", \(collection.gone) gone from the archive" : ""))
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
