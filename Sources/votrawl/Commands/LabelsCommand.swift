import ArgumentParser
import Classifier
import Survey

/// The command `votrawl labels`.
struct LabelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels", abstract: "What people said of spectra.",
    subcommands: [Import.self, Show.self, Merge.self, AgreementOfRaters.self])

  /// The command `votrawl labels import`.
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take over labels from a table (CSV, VOTable, FITS).",
      discussion: """
        Spectra are found by publisher DID, or by its last part; a class may be given as the table writes it:
        --map 0=absorption --map 1=emission.
        """)

    @Argument(help: "The table.")
    var file: String

    @Option(help: "Collection of the spectra.")
    var collection: String

    @Option(help: "The round of active learning that the labels answer.")
    var round: Int?

    @Option(help: "Column of the publisher DID.")
    var id: String?

    @Option(help: "Column of the class.")
    var label: String?

    @Option(
      name: .customLong("map"), help: "A class as the table writes it, such as 2=double-peak (several times)."
    )
    var maps: [String] = []

    @Option(help: "Who gave the labels (default: import:FILE).")
    var rater: String?

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
      for map in maps where map.split(separator: "=").count != 2 {
        throw ValidationError("--map wants WHAT=CLASS, not \"\(map)\"")
      }
    }

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open() }
      try await console.run(in: survey) {
        var options = LabelImport.Options(path: file, collection: collection)
        options.round = round
        options.idColumn = id
        options.labelColumn = label
        options.rater = rater
        for map in maps {
          let parts = map.split(separator: "=").map(String.init)
          options.classes[parts[0]] = parts[1]
        }
        let summary = try LabelImport(survey, options).run()
        console.say("\(summary.entered) labels entered, \(summary.known) known, of \(summary.rows) rows")
        if summary.unknownSpectra > 0 {
          console.warn("\(summary.unknownSpectra) rows name spectra that are not in \(collection)")
        }
        for (said, count) in summary.unknownClasses.sorted(by: { $0.key < $1.key }) {
          console.warn("\(count) rows say \"\(said)\", which is no class: --map \(said)=CLASS")
        }
        try console.result(summary)
        return summary.entered + summary.known == 0 ? .nothing : .done
      }
    }
  }

  /// The command `votrawl labels show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the labels that hold.")

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let acts = try survey.labels.current()
        for act in acts {
          console.say("\(act.label ?? "")\t\(act.collection)\t\(act.did)\t\(act.rater)\t\(act.time)")
        }
        try console.result(acts)
        return acts.isEmpty ? .nothing : .done
      }
    }
  }

  /// The command `votrawl labels merge`.
  struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take over what other people said: their logs, once; the majority holds.",
      discussion: """
        Where as many say one thing as another, what held here before does, and the spectrum is listed. Merging the same logs \
        again changes nothing.
        """)

    @Argument(help: "Label logs (labels.jsonl), or the surveys they are in.")
    var others: [String]

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open() }
      try await console.run(in: survey) {
        let summary = try LabelMerge(survey).run(others)
        console.say(
          "\(summary.entered) of \(summary.acts) acts were new; \(summary.settled) labels settled by majority"
        )
        for pair in summary.agreements { console.say(LabelsCommand.words(pair)) }
        for dispute in summary.disputes {
          let said = dispute.labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
          console.say("disputed\t\(dispute.collection)\t\(dispute.did)\t\(said.joined(separator: ", "))")
        }
        try console.result(summary)
        return .done
      }
    }
  }

  /// The command `votrawl labels agreement`.
  struct AgreementOfRaters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "agreement", abstract: "Say how far the raters agree: Cohen's κ with its 95 % interval.")

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let pairs = try LabelMerge(survey).agreements()
        for pair in pairs { console.say(LabelsCommand.words(pair)) }
        try console.result(pairs)
        return pairs.isEmpty ? .nothing : .done
      }
    }
  }

  private static func words(_ pair: LabelMerge.Pair) -> String {
    func round(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    let agreement = pair.agreement
    var text = "\(pair.first) and \(pair.second): \(agreement.count) spectra"
    if let observed = agreement.observed { text += ", alike on \((observed * 1000).rounded() / 10) %" }
    if let kappa = agreement.kappa, let interval = agreement.interval {
      text += ", κ = \(round(kappa)) (\(round(interval[0])) to \(round(interval[1])))"
    }
    return text
  }
}
