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
      What to ask for: file, cutout (the survey's window, through DataLink), ranges (the bytes of the file that the \
      window takes; for archives without cut-outs), or auto (what is quickest here: measured on the first spectra of a \
      collection, and remembered).
      """)
  var form = FetchFormName.file

  @Flag(help: "With --as auto: measure again what is quickest.")
  var measure = false

  @Option(help: "Megabytes a second that all transfers together may take (also: VOTRAWL_BANDWIDTH).")
  var bandwidth: Double?

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

  func validate() throws {
    if measure && form != .auto { throw ValidationError("--measure is for --as auto") }
    if let bandwidth, !(0.001...1e6).contains(bandwidth) {
      throw ValidationError("--bandwidth wants megabytes a second, from 0.001")
    }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = Fetch.Options()
      options.collections = collections
      options.match = match
      options.form = form.form
      options.measuresAnew = measure
      options.keep = keep
      options.connections = connections
      options.limit = limit
      options.again = again
      var configuration = try Engine.configuration(connections: connections, global, survey: survey)
      if let bandwidth { configuration.bytesPerSecond = bandwidth * 1e6 }
      let engine = TransferEngine(configuration)
      defer { engine.shutdown() }
      let summary = try await Fetch(survey, options, preset: try survey.preset(), engine: engine)
        .run(progress: { console.meter.show($0) }) { way in
          console.tell("\(way.collection): \(way.form.rawValue), for \(way.reason)")
        }
      console.say(
        "\(summary.kept) of \(summary.wanted) spectra kept, \(summary.bytes / 1_000_000) MB received"
          + (summary.empty > 0 ? ", \(summary.empty) with nothing in the window" : ""))
      if let failures = summary.failures {
        console.warn(
          "\(summary.refused) refused, \(summary.failed) failed, \(summary.unusable) without a feature vector in this "
            + "run; all such are listed in \(failures)"
        )
      }
      try console.result(summary)
      return summary.refused + summary.failed + summary.unusable > 0 ? .partial : .done
    }
  }
}
