import ArgumentParser
import Classifier
import Survey
import Tables

/// The command `votrawl round`.
struct RoundCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "round", abstract: "Rounds of active learning, and what came of them.",
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// The command `votrawl round list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a line a round, and whether to go on.",
      discussion: """
        Precision and recall are those of the model that drew the round, on spectra of stars that nobody had looked at, with \
        95 % intervals. The stop rule: stop when in each of two rounds in a row surely (95 %) less than 5 % of the spectra \
        asked about are positive, or when the recall is surely at least 90 %.
        """)

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let rounds = LearnRound(survey)
        let all = try rounds.summaries()
        if !all.isEmpty {
          console.say(TableText.format(Self.table(all)))
          console.say(RoundCommand.sentence(try rounds.verdict()))
        }
        try console.result(all)
        return all.isEmpty ? .nothing : .done
      }
    }

    private static func table(_ all: [LearnRound.Summary]) -> Table {
      func text(_ name: String, _ value: (LearnRound.Summary) -> String) -> Column {
        Column(.text(name), strings: all.map(value))
      }
      return Table(columns: [
        Column(Field(name: "round", datatype: .int), ints: all.map { Int32($0.number) }),
        text("model") { $0.model }, text("strategy") { $0.strategy },
        text("learn from") { "\($0.oracle.labelled)/\($0.oracle.asked)" },
        text("positive") { "\($0.oracle.positives)" },
        text("judge by") { "\($0.performance.labelled)/\($0.performance.asked)" },
        text("precision") { RoundCommand.words($0.estimate?.precision) },
        text("recall") { $0.audit == "stratified" ? RoundCommand.words($0.estimate?.recall) : "–" },
      ])
    }
  }

  /// The command `votrawl round show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print what a round asks, and what the answers say.")

    @Argument(help: "Number of the round (default: the newest).")
    var number: Int?

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let rounds = LearnRound(survey)
        guard let newest = try rounds.numbers().last else { return .nothing }
        let round = try rounds.summary(of: number ?? newest)
        console.say(
          "round \(round.number): model \(round.model), strategy \(round.strategy), seed \(round.seed)")
        console.say(
          "  to learn from: \(round.oracle.labelled) of \(round.oracle.asked) labelled, \(round.oracle.positives) positive"
            + (round.agreement.map { ", the network had said so of \(($0 * 100).rounded()) %" } ?? ""))
        console.say(
          "  to judge by: \(round.performance.labelled) of \(round.performance.asked) labelled, drawn from "
            + (round.audit == "stratified" ? "all spectra, by score" : "the candidates"))
        for (index, stratum) in round.strata.enumerated() where round.audit == "stratified" {
          console.say(
            "    stratum \(index + 1), \(stratum.isCandidate ? "candidates" : "not candidates"): "
              + "\(stratum.size) spectra, \(stratum.drawn) looked at, \(stratum.positives) positive")
        }
        if let estimate = round.estimate {
          console.say("  precision of the candidates: \(RoundCommand.words(estimate.precision))")
          if round.audit == "stratified" {
            console.say("  recall: \(RoundCommand.words(estimate.recall))")
            console.say(
              "  positives among stars nobody had looked at: "
                + "\(estimate.positives.value.map { "\(Int($0.rounded())), " } ?? "")"
                + "\(Int(estimate.positives.low.rounded(.down))) to \(Int(estimate.positives.high.rounded(.up)))"
            )
          }
        }
        console.say(RoundCommand.sentence(try rounds.verdict()))
        try console.result(round)
        return .done
      }
    }
  }

  /// A share with its interval: `72 % (58–83)`.
  static func words(_ share: AuditEstimate.Quantity?) -> String {
    guard let share else { return "–" }
    func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10)" }
    return (share.value.map { "\(percent($0)) % " } ?? "")
      + "(\(percent(share.low))–\(percent(share.high)) %)"
  }

  static func sentence(_ verdict: StopRule.Verdict) -> String {
    (verdict.stops ? "stop: " : "go on: ") + verdict.reason
  }
}
