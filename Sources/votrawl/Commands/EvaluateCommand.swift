import ArgumentParser
import Foundation
import Survey

/// The command `votrawl evaluate`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a model on fresh simulated spectra, and on real ones.",
    discussion: """
      Simulated spectra are of stars no training has seen, and their figures say "simulated"; the classes of real spectra
      are not known, so that they are ranked, and compared with the measured width of Hα.
      """)

  @Option(
    help: "A model of the survey, or a file of weights, for which no survey is needed (default: the newest).")
  var model: String?

  @Option(help: "Simulated LAMOST spectra to measure on; 0 for none.")
  var simulated = 20_000

  @Option(help: "Seed of the simulated spectra; never one that was trained on.")
  var seed: UInt64 = 987_654_321

  @Option(help: "Share of positives in the survey that the figures are for.")
  var prevalence = 0.005

  @Option(help: "Spectra of that survey: of these the first 100, 300 and 1000 are taken.")
  var size = 200_000

  @Option(
    help:
      "Correct the probabilities to this share of positives (default: to the shares that each figure is for)."
  )
  var prior: Double?

  @Option(help: "Resamplings of the stars, for the intervals.")
  var resamplings = 200

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Spectra, or folders of them, whose classes are not known.", valueName: "file"))
  var real: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Two spectra of a star, FIRST,SECOND, or files with such lines: their classes are compared.",
      valueName: "pair"))
  var pairs: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Models to measure beside it, in one table.", valueName: "model"))
  var beside: [String] = []

  @Option(name: .shortAndLong, help: "The page (default: evaluation.html in the survey, or here).")
  var output: String?

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if simulated != 0 && simulated < 100 { throw ValidationError("--simulated is 0, or 100 at least") }
    if simulated == 0 && real.isEmpty && pairs.isEmpty {
      throw ValidationError("nothing to measure on: --simulated, --real or --pairs")
    }
    if size < 1 || resamplings < 0 { throw ValidationError("--size is at least 1, --resamplings at least 0") }
    for share in [prevalence, prior ?? 0.5] where !(share > 0 && share < 1) {
      throw ValidationError("--prevalence and --prior are between 0 and 1")
    }
  }

  func run() async throws {
    let console = Console(global)
    var isFolder: ObjCBool = false
    let file = model.flatMap { name in
      FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue ? name : nil
    }
    let survey = file == nil ? try Console.failing { try surveyOptions.open(forWriting: false) } : nil
    try await console.run {
      var options = Evaluate.Options()
      options.simulated = simulated
      options.seed = seed
      options.prevalence = prevalence
      options.size = Double(size)
      options.prior = prior
      options.resamplings = resamplings
      options.real = real
      options.pairs = pairs
      options.beside = beside
      let step =
        if let survey { try Evaluate(survey, model: model, options) } else {
          try Evaluate(file: file ?? "", options)
        }
      let found = try await step.run { console.meter.show($0) }
      let page = output ?? (survey.map { $0.path + "/" } ?? "") + "evaluation.html"
      try EvaluationPage(found).write(to: page)
      console.say(EvaluationText.table(found) + "\n" + page)
      let failed = (found.real?.failed ?? []) + (found.pairs?.failed ?? [])
      for failure in failed { console.warn(failure) }
      try console.result(found)
      return failed.isEmpty ? .done : .partial
    }
  }
}
