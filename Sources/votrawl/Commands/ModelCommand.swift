import ArgumentParser
import Survey

/// The command `votrawl model`.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Trained networks.",
    subcommands: [List.self, ModelInfo.self, ModelCompare.self, ModelExport.self, Import.self],
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
      abstract: "Take over a model that was trained elsewhere.",
      discussion: """
        From another survey (models/NAME.votrawl), from another program as ONNX, or from Keras as the weights in their \
        order: numpy.savez("net.npz", *model.get_weights()). Layers must be those of this network: convolutions of width 3 \
        with ReLU, maxima of pairs, dense layers with ReLU, softmax.
        """)

    @Argument(help: "The weights: .votrawl, .onnx or .npz.")
    var file: String

    @Option(help: "How its vectors are made, where the file does not say (default: the survey's preset).")
    var preset: String?

    @Option(help: "Its name here (default: the file's).")
    var name: String?

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open() }
      try await console.run(in: survey) {
        let model = try survey.importModel(file, name: name, preset: preset)
        console.say("\(model.name): preset \(model.preset), trained on \(model.spectra) spectra")
        if model.isSimulated { console.say("it was trained on simulated spectra") }
        try console.result(model)
        return .done
      }
    }
  }
}
