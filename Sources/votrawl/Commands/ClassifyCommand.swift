import ArgumentParser
import Survey
import VOClient

/// The command `votrawl classify`.
struct ClassifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Score every spectrum, fetching on demand what is not there yet.")

  @Argument(help: "Collections (default: all).")
  var collections: [String] = []

  @Option(help: "The model (default: the newest).")
  var model: String?

  @Option(name: .customLong("as"), help: "How to fetch what is not there: file, cutout or ranges.")
  var form = Fetch.Form.file

  @Option(help: "What to keep of what is fetched: features, files, or both.")
  var keep = Fetch.Keep.features

  @Option(help: "Transfers at a time.")
  var connections: Int?

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = Classify.Options()
      options.model = model
      options.fetch.collections = collections
      options.fetch.form = form
      options.fetch.keep = keep == .files ? .both : keep
      options.fetch.connections = connections
      options.fetches = !global.offline
      let engine = try Engine.make(connections: connections, global, survey: survey)
      defer { engine.shutdown() }
      let summary = try await Classify(survey, options, engine: engine).run { console.meter.show($0) }
      let classes = survey.classSet.names.map { "\(summary.classes[$0] ?? 0) \($0)" }.joined(separator: ", ")
      console.say("\(summary.model): \(summary.scored) spectra scored, \(summary.new) new: \(classes)")
      if summary.unscored > 0 {
        console.warn(
          "\(summary.unscored) spectra have no features and no score"
            + (summary.failures.map { "; those that could not be had or used are listed in \($0)" } ?? ""))
      }
      if summary.simulated { console.say("the model was trained on simulated spectra") }
      try console.result(summary)
      if summary.scored == 0 { return .nothing }
      return summary.unscored > 0 ? .partial : .done
    }
  }
}
