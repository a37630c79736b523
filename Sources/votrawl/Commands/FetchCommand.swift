import ArgumentParser
import Classifier
import Survey
import VOClient

/// The command `votrawl fetch`.
struct FetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Bring the spectra, whole or cut out, or only what the network needs of them.")

  @Argument(help: "Collections (default: all).")
  var collections: [String] = []

  @Option(help: "Only spectra in this match.")
  var match: String?

  @Option(
    name: .customLong("as"),
    help: """
      What to ask for: file, cutout (the survey's window, through DataLink), or ranges (the bytes of the file that the \
      window takes; for archives without cut-outs).
      """)
  var form = Fetch.Form.file

  @Option(help: "What to keep: files, features (560 bytes a spectrum), or both.")
  var keep = Fetch.Keep.files

  @Option(help: "Transfers at a time.")
  var connections: Int?

  @Option(help: "At most so many spectra of each collection.")
  var limit: Int?

  @Flag(help: "Ask again for what was refused.")
  var again = false

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = Fetch.Options()
      options.collections = collections
      options.match = match
      options.form = form
      options.keep = keep
      options.connections = connections
      options.limit = limit
      options.again = again
      let engine = try Engine.make(connections: connections, global, survey: survey)
      defer { engine.shutdown() }
      let summary = try await Fetch(survey, options, preset: try survey.preset(), engine: engine)
        .run { console.meter.show($0) }
      console.say(
        "\(summary.kept) of \(summary.wanted) spectra kept, \(summary.bytes / 1_000_000) MB received"
          + (summary.empty > 0 ? ", \(summary.empty) with nothing in the window" : ""))
      if let failures = summary.failures {
        console.warn(
          "\(summary.refused) refused, \(summary.failed) failed in this run; all such are listed in \(failures)"
        )
      }
      try console.result(summary)
      return summary.refused + summary.failed > 0 ? .partial : .done
    }
  }
}
