import ArgumentParser
import Survey

/// The command `votrawl model`.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Trained networks.", subcommands: [List.self, Import.self],
    defaultSubcommand: List.self)

  /// The command `votrawl model list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the survey's models, oldest first.")

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let models = try survey.models()
        for model in models {
          console.say(
            "\(model.name): preset \(model.preset), trained on \(model.spectra) spectra"
              + (model.isSimulated ? ", simulated ones among them" : "") + " · \(survey.path)/\(model.path)")
        }
        try console.result(models)
        return models.isEmpty ? .nothing : .done
      }
    }
  }

  /// The command `votrawl model import`.
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take over a model that was trained in another survey.")

    @Argument(help: "The weights: models/NAME.votrawl of the other survey.")
    var file: String

    @Option(help: "Its name here (default: the file's).")
    var name: String?

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open() }
      try await console.run(in: survey) {
        let model = try survey.importModel(file, name: name)
        console.say("\(model.name): preset \(model.preset), trained on \(model.spectra) spectra")
        if model.isSimulated { console.say("it was trained on simulated spectra") }
        try console.result(model)
        return .done
      }
    }
  }
}
