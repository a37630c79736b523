import ArgumentParser
import Classifier
import Foundation
import Survey

/// A model as the `model` commands name it: one of the survey, or a file.
struct ModelChoice: ParsableArguments {
  @OptionGroup var surveyOptions: SurveyOptions

  /// The model of a name: a file where there is one, else one of the survey; the newest where nil.
  func model(_ name: String?) throws -> (name: String, model: TrainedModel) {
    var isFolder: ObjCBool = false
    if let name, FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), !isFolder.boolValue {
      if [".onnx", ".npz"].contains(where: name.lowercased().hasSuffix) {
        let imported = try ImportedModel.read(name)
        return (
          name,
          try imported.trained(
            classNames: SimulatedClass.allCases.map(\.description), featurePreset: FeaturePreset.standard.name
          )
        )
      }
      return (name, try ModelFile.read(name))
    }
    return try surveyOptions.open(forWriting: false).trainedModel(named: name)
  }
}

/// The command `votrawl model export`.
struct ModelExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a model for other programs.",
    discussion: """
      ONNX, opset 13: input `vectors` (rows, 140), outputs `probabilities` and `logits` (rows, classes). The classes, the \
      feature preset and the training record are in its metadata.
      """)

  @Argument(help: "The model: a name in the survey, or a file (default: the newest).")
  var model: String?

  @Option(help: ArgumentHelp("The ONNX file to write.", valueName: "file"))
  var onnx: String

  @OptionGroup var choice: ModelChoice
  @OptionGroup var global: GlobalOptions

  struct Result: Encodable {
    var model: String
    var file: String
    var bytes: Int
    var simulated: Bool
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      let (name, model) = try choice.model(model)
      let bytes = try ONNXFile.bytes(model)
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: onnx), options: .atomic)
      } catch {
        throw SurveyError(.file, "cannot write \(onnx): \(error.localizedDescription)")
      }
      console.say("\(name) → \(onnx), \(bytes.count) bytes")
      if model.record.usesSimulation { console.say("it was trained on simulated spectra") }
      try console.result(
        Result(model: name, file: onnx, bytes: bytes.count, simulated: model.record.usesSimulation))
      return .done
    }
  }
}

/// The command `votrawl model info`.
struct ModelInfo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Print what a model is and how it was trained.")

  @Argument(help: "The model: a name in the survey, or a file, also .onnx and .npz (default: the newest).")
  var model: String?

  @OptionGroup var choice: ModelChoice
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let console = Console(global)
    try await console.run {
      let (name, model) = try choice.model(model)
      console.say(ModelDescription(name, model).text)
      try console.result(ModelDescription(name, model))
      return .done
    }
  }
}

/// The command `votrawl model compare`.
struct ModelCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two models on the same simulated spectra.")

  @Argument(help: "The first: a name in the survey, or a file.")
  var first: String

  @Argument(help: "The second.")
  var second: String

  @Option(help: "Simulated LAMOST spectra to compare them on.")
  var spectra = 5000

  @Option(help: "Seed of these; never one that either was trained on.")
  var seed: UInt64 = 987_654_321

  @OptionGroup var choice: ModelChoice
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if spectra < 100 { throw ValidationError("--spectra must be at least 100") }
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      let found = try await ModelComparison.run(
        try choice.model(first), try choice.model(second), spectra: spectra, seed: seed
      ) { console.meter.show($0) }
      console.say(EvaluationText.comparison(found))
      try console.result(found)
      return .done
    }
  }
}
