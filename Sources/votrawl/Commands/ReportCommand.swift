import ArgumentParser
import Survey

/// The command `votrawl report`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a page with pictures of the best candidates.")

  @Argument(help: "Collections (default: all).")
  var collections: [String] = []

  @Option(help: "Pictures to show.")
  var pictures = 60

  @Option(help: "The model (default: the newest).")
  var model: String?

  @Option(name: .shortAndLong, help: "The file (default: report.html in the survey).")
  var output: String?

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
    try await console.run {
      var options = Report.Options()
      options.model = model
      options.collections = collections
      options.pictures = pictures
      options.output = output
      let path = try Report(survey, options).write()
      console.say(path)
      try console.result(["report": path])
      return .done
    }
  }
}
