import ArgumentParser
import Classifier
import Survey

/// The command `votrawl learn`.
struct LearnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Choose the spectra that a person should label next: a round of active learning.",
    discussion: """
      Chooses spectra to learn from and, apart from them, a sample that says how good the network is. Label them (the table \
      it writes goes to TOPCAT; `votrawl labels import` takes the answers), then go on with `votrawl train --continue \
      newest` and `votrawl classify`. `votrawl round show` says what came of it and whether to stop.
      A round that is not labelled to its end is shown again; --new begins another.
      Strategies: random; entropy; margin; score (surely positive); bald (dropout networks disagree); disagreement (of this \
      and other models); badge; core-set; diverse-entropy and so on for a batch of unlike spectra; mixtures such as \
      score:80+entropy:20.
      """)

  @Option(help: "The model (default: the newest).")
  var model: String?

  @Option(
    help: "standard; or skoda2020: entropy, 100 to learn from, 30 candidates to estimate the precision.")
  var preset = "standard"

  @Option(help: "The query strategy (default: score:50+entropy:50).")
  var strategy: String?

  @Option(help: "Spectra to learn from (default: 100).")
  var oracle: Int?

  @Option(help: "Spectra to judge the network with, never learned from (default: 50, skoda2020: 30).")
  var performance: Int?

  @Option(
    help: "What those are drawn from: stratified (precision and recall), or candidates (precision only).")
  var audit: AuditDesign.Kind?

  @Flag(help: "Begin a new round though the last is not labelled to its end.")
  var new = false

  @Option(help: "Draw this round again, as it was: for a database that was made anew.")
  var round: Int?

  @Argument(help: "Collections to choose from (default: all).")
  var collections: [String] = []

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let strategy, QueryStrategy(name: strategy) == nil {
      throw ValidationError(
        "there is no strategy \"\(strategy)\": it is \(QueryStrategy.names.joined(separator: ", "))")
    }
    if preset != "standard" && preset != "skoda2020" {
      throw ValidationError("there is no preset \"\(preset)\": it is standard or skoda2020")
    }
    if (oracle ?? 0) < 0 || (performance ?? 0) < 0 || (round ?? 1) < 1 {
      throw ValidationError("--oracle and --performance are not negative, --round is at least 1")
    }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      let rounds = LearnRound(survey)
      let (number, items, isNew) = try draw(rounds, survey)
      let path = try RoundTable(survey, round: number, items: items).write()
      let asked =
        "\(items.count { $0.purpose == "oracle" }) to learn from, the others to judge the network with"
      console.say(
        isNew
          ? "round \(number): \(items.count) spectra to label (\(asked)) → \(path)"
          : "round \(number) is not labelled to its end: its \(items.count) spectra → \(path) (--new begins another)"
      )
      console.say(
        "next: votrawl label, or votrawl labels import FILE --round \(number), then votrawl train --continue newest, votrawl classify"
      )
      try console.result(["round": "\(number)", "spectra": "\(items.count)", "table": path])
      return items.isEmpty ? .nothing : .done
    }
  }

  private func draw(
    _ rounds: LearnRound, _ survey: SurveyFolder
  ) throws(SurveyError) -> (number: Int, items: [LearnRound.Item], isNew: Bool) {
    if !new, round == nil, let open = try rounds.unfinished() {
      return (open, try rounds.items(of: open), false)
    }
    var options = preset == "skoda2020" ? LearnRound.Options.skoda2020 : LearnRound.Options()
    options.model = model
    if let strategy {
      options.strategy = QueryStrategy(
        name: strategy, classCount: survey.classSet.count, background: survey.classSet.background)
    }
    options.oracle = oracle ?? options.oracle
    options.performance = performance ?? options.performance
    options.audit = audit ?? options.audit
    options.collections = collections
    let (number, items) = try rounds.begin(options, number: round)
    return (number, items, true)
  }
}
