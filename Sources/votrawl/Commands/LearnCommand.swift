import ArgumentParser
import Classifier
import Survey

/// The command `votrawl learn`.
struct LearnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Choose the spectra that a person should label next: a round of active learning.",
    discussion: """
      Chooses spectra to learn from and, apart from them, a sample that estimates the precision. Label them (the table it
      writes goes to TOPCAT; `votrawl labels import` takes the answers), then run train and classify again.
      """)

  @Option(help: "The model (default: the newest).")
  var model: String?

  @Option(help: ArgumentHelp("The query strategy: entropy, margin, score or random."))
  var strategy = "entropy"

  @Option(help: "Spectra to learn from.")
  var oracle = 100

  @Option(help: "Spectra to estimate the precision with.")
  var performance = 30

  @Argument(help: "Collections to choose from (default: all).")
  var collections: [String] = []

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if QueryStrategy(name: strategy) == nil {
      throw ValidationError("there is no strategy \"\(strategy)\": it is entropy, margin, score or random")
    }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = LearnRound.Options()
      options.model = model
      options.strategy = QueryStrategy(name: strategy) ?? .entropy
      options.oracle = oracle
      options.performance = performance
      options.collections = collections
      let (number, items) = try LearnRound(survey).begin(options)
      let path = try RoundTable(survey, round: number, items: items).write()
      console.say("round \(number): \(items.count) spectra to label → \(path)")
      console.say("next: votrawl labels import FILE --round \(number), then votrawl train, votrawl classify")
      try console.result(["round": "\(number)", "spectra": "\(items.count)", "table": path])
      return .done
    }
  }
}
