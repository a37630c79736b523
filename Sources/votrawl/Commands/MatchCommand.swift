import ArgumentParser
import Survey

/// The command `votrawl match`.
struct MatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find which spectra of two collections, or of one and a catalogue, are of one star.")

  @Argument(help: "A collection.")
  var left: String

  @Argument(help: "A collection, or a catalogue: VOTable, FITS or CSV.")
  var right: String

  @Option(help: "Largest separation, such as 30arcsec.")
  var radius: AngularRadius

  @Option(help: "Which pairs to keep: all, best (a partner a left row), best-per-right, mutual, one-to-one.")
  var mode = MatchModeName.all

  @Option(help: "Name of the match (default: LEFT-RIGHT).")
  var name: String?

  @Option(help: "The catalogue's column of right ascension, degrees.")
  var ra: String?

  @Option(help: "The catalogue's column of declination, degrees.")
  var dec: String?

  @Option(name: .shortAndLong, help: "The file to write (default: match-NAME.vot in the survey).")
  var output: String?

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = Match.Options(left: left, right: right, radius: radius.arcsec, mode: mode.mode)
      options.name = name
      options.raColumn = ra
      options.decColumn = dec
      options.output = output
      let summary = try Match(survey, options).run()
      console.say(
        "\(summary.pairs) pairs: \(summary.leftMatched) of \(summary.left) and \(summary.rightMatched) of \(summary.right) rows"
          + (summary.skipped > 0 ? ", \(summary.skipped) rows without a position" : "") + " → \(summary.file)"
      )
      try console.result(summary)
      return summary.pairs == 0 ? .nothing : .done
    }
  }
}
