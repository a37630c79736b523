import ArgumentParser
import Survey

/// The command `votrawl export`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the candidates as a table for TOPCAT.")

  @Argument(help: "Collections (default: all).")
  var collections: [String] = []

  @Option(name: .customLong("class"), help: "Only this class (may be given several times).")
  var classes: [String] = []

  @Option(help: "Least probability of not being background, 0 to 1.")
  var minProbability = 0.0

  @Option(help: "The model (default: the newest).")
  var model: String?

  @Option(
    name: .shortAndLong, help: "The file: .vot, .fits, .csv or .json (default: candidates.vot in the survey)."
  )
  var output: String?

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if !(0...1).contains(minProbability) { throw ValidationError("--min-probability is from 0 to 1") }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = Export.Options()
      options.model = model
      options.collections = collections
      options.classes = classes
      options.probability = minProbability
      options.output = output
      let summary = try Export(survey, options).run()
      let found = summary.classes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      console.say("\(summary.candidates) candidates (\(found.joined(separator: ", "))) → \(summary.file)")
      if summary.simulated { console.say("simulated spectra were used: the table says so") }
      try console.result(summary)
      return summary.candidates == 0 ? .nothing : .done
    }
  }
}
