import ArgumentParser
import Survey
import Tables

/// The command `votrawl config`.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Settings, and where each comes from.", subcommands: [Show.self],
    defaultSubcommand: Show.self)

  /// The command `votrawl config show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every setting with its value and where that comes from.",
      discussion: """
        The first of these that has a value decides: a flag, a VOTRAWL_* variable, survey.toml, the user's file
        ($XDG_CONFIG_HOME/votrawl/config.toml), the default. Both files are TOML:

          preset = "skoda2020"
          [network]
          connections = 2
          contact = "me@observatory.example"
        """)

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    private struct Report: Encodable {
      var survey: String?
      var userFile: String
      var settings: [Settings.Setting]
    }

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny(at: surveyOptions.path) }
      try await console.run {
        let settings = try global.settings(survey: survey).all
        let table = Table(columns: [
          Column(.text("setting"), strings: settings.map(\.name)),
          Column(.text("value"), strings: settings.map { $0.value ?? "–" }),
          Column(.text("from"), strings: settings.map { $0.place ?? $0.origin.rawValue }),
          Column(.text("variable"), strings: settings.map(\.variable)),
          Column(.text("what it does"), strings: settings.map(\.explanation)),
        ])
        console.say(TableText.format(table))
        console.say("survey: \(survey?.path ?? "none here")\nuser's file: \(Settings.userFile())")
        try console.result(Report(survey: survey?.path, userFile: Settings.userFile(), settings: settings))
        return .done
      }
    }
  }
}
