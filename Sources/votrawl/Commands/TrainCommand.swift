import ArgumentParser
import Classifier
import Survey

/// The command `votrawl train`.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train the network on the labelled spectra.")

  @Option(help: "Name of the model (default: the next free model-nnn).")
  var name: String?

  @Option(
    help: """
      How to train: standard (validation by star, calibrated), or skoda2020 (the published constants, without
      validation).
      """)
  var training = "standard"

  @Option(
    name: .customLong("continue"),
    help: ArgumentHelp(
      """
      Go on from this model with a short training, as after a round of labels (newest for the newest). The last \
      training of a search is best made from scratch: only that keeps stars aside to validate.
      """, valueName: "model"))
  var continued: String?

  @Option(
    help: """
      Learn from so many simulated LAMOST spectra, too, a third of each class, and calibrate on some of them: 6000 are \
      enough. The model then says that it learned from simulated spectra.
      """)
  var simulated = 0

  @Option(help: "Most epochs.")
  var epochs: Int?

  @Option(help: "Seed (default: the survey's).")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Cross-validate before training: so many folds, no star in two of them, each with its share of every class.",
      valueName: "count"))
  var folds: Int?

  @OptionGroup(title: "Settings that replace those of --training") var settings: TrainingArguments

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if TrainerConfiguration.preset(training) == nil {
      throw ValidationError("there is no training \"\(training)\": it is standard or skoda2020")
    }
    if continued != nil, training != "standard" {
      throw ValidationError("--continue is a training of its own: leave out --training")
    }
    if simulated != 0, simulated < 30 { throw ValidationError("--simulated is 0, or 30 at least") }
    if let epochs, epochs < 1 { throw ValidationError("--epochs must be at least 1") }
    if let folds, folds < 2 { throw ValidationError("--folds must be at least 2") }
    if let validation = settings.validation, validation > 0, continued != nil {
      throw ValidationError("--continue keeps no stars aside: the model may have learned from them")
    }
    if folds != nil, continued != nil {
      throw ValidationError("--folds trains from scratch: it does not go with --continue")
    }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var configuration =
        continued != nil ? .continued : TrainerConfiguration.preset(training) ?? .standard
      configuration.seed = seed ?? survey.configuration.seed
      if let epochs { configuration.maximumEpochs = epochs }
      settings.apply(to: &configuration)
      var options = Train.Options(configuration)
      options.name = name
      options.simulated = simulated
      options.start = continued
      options.folds = folds
      let summary = try await Train(survey, preset: try survey.preset(), options).run {
        console.meter.show($0)
      }
      if let validation = summary.crossValidation {
        let (accuracy, f1) = (validation.accuracy, validation.macroF1)
        console.say(
          "\(validation.folds.count) folds by star: \((accuracy.mean * 100).formatted(places: 1)) ± "
            + "\((accuracy.error * 100).formatted(places: 1)) % right, macro-F1 \(f1.mean.formatted(places: 3)) ± "
            + f1.error.formatted(places: 3))
      }
      let spectra = survey.classSet.names.map { "\(summary.spectra[$0] ?? 0) \($0)" }.joined(separator: ", ")
      console.say(
        "\(summary.model): \(spectra) of \(summary.stars) stars, \(summary.epochs) epochs"
          + (summary.accuracy.map { ", \(($0 * 100).formatted(places: 1)) % right on stars it never saw" }
            ?? ""))
      if summary.without > 0 { console.warn("\(summary.without) labels have no spectrum with features here") }
      if summary.simulated > 0 { console.say("trained on simulated spectra: \(summary.simulated)") }
      if summary.target > 0 {
        console.say("and on \(summary.target) simulated LAMOST spectra, on which it is calibrated")
      }
      try console.result(summary)
      return .done
    }
  }
}
