import ArgumentParser
import Survey
import Tables
import VOClient

/// The command `votrawl harvest`.
struct HarvestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "harvest", abstract: "What archives were asked, and whether they still answer the same.",
    discussion: """
      Each pass of `votrawl crawl` over an archive is a harvest with a number; its queries are logged with the rows and the
      digest of their answers.
      """,
    subcommands: [List.self, Queries.self, Repeat.self], defaultSubcommand: List.self)

  /// The command `votrawl harvest list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a line a pass over an archive.")

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let all = try survey.harvests()
        if !all.isEmpty { console.say(TableText.format(Self.table(all))) }
        try console.result(all)
        return all.isEmpty ? .nothing : .done
      }
    }

    private static func table(_ all: [HarvestRecord]) -> Table {
      func text(_ name: String, _ value: (HarvestRecord) -> String) -> Column {
        Column(.text(name), strings: all.map(value))
      }
      func number(_ name: String, _ value: (HarvestRecord) -> Int?) -> Column {
        Column(Field(name: name, datatype: .long), integers: all.map(value))
      }
      return Table(columns: [
        number("harvest") { Int($0.number) }, text("collection") { $0.collection },
        text("region") { $0.region }, text("via") { $0.via.rawValue },
        text("of") { $0.since.map { "changes since " + ISODate.text(mjd: $0).prefix(10) } ?? "everything" },
        text("began") { $0.started }, text("ended") { $0.ended ?? "open" },
        number("queries") { $0.queries }, number("rows") { $0.rows }, number("new") { $0.new },
        number("changed") { $0.changed }, number("gone") { $0.gone }, number("failed") { $0.failures },
      ])
    }
  }

  /// The command `votrawl harvest queries`.
  struct Queries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the queries of a harvest: address or ADQL, status, rows, seconds, bytes, digest.")

    @Argument(help: "Number of the harvest (default: the newest).")
    var number: Int64?

    @OptionGroup var output: TableOutput
    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let harvest = try survey.harvest(number)
        let all = try survey.queries(of: harvest.number)
        var document = VOTableDocument(table: Self.table(all))
        document.addProvenance(queries: [("votrawl.harvest", "\(harvest.number) of \(harvest.collection)")])
        try output.write(document, console)
        if let file = output.file {
          console.say("\(all.count) queries → \(file)")
          try console.result(["queries": all.count])
        }
        return all.isEmpty ? .nothing : .done
      }
    }

    private static func table(_ all: [QueryRecord]) -> Table {
      func text(_ name: String, _ value: (QueryRecord) -> String?) -> Column {
        Column(.text(name), strings: all.map(value))
      }
      func number(_ name: String, unit: String? = nil, _ value: (QueryRecord) -> Int?) -> Column {
        Column(Field(name: name, datatype: .long, unit: unit), integers: all.map(value))
      }
      return Table(
        columns: [
          number("query") { Int($0.number) }, text("asked") { $0.asked }, text("status") { $0.status },
          number("rows") { $0.rows }, number("bytes", unit: "byte") { $0.bytes },
          Column(
            Field(name: "seconds", datatype: .double, unit: "s"), doubles: all.map { $0.seconds ?? .nan }),
          text("digest") { $0.digest }, text("url") { $0.url }, text("adql") { $0.adql },
        ], name: "queries")
    }
  }

  /// The command `votrawl harvest repeat`.
  struct Repeat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask the queries of a harvest again, and say what the archive answers differently.",
      discussion: """
        The survey stays as it is; `votrawl crawl --again` takes over what changed. With -o the spectra that are listed now and \
        were not then (added), or the other way round (missing), are written as a table.

        Exit codes: 0 all the same; 3 an answer differs or did not come; 1 the harvest has no queries; 2 failed.
        """)

    @Argument(help: "Number of the harvest (default: the newest).")
    var number: Int64?

    @Option(help: "Queries at a time.")
    var connections: Int?

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp("Where the differing spectra go: .vot, .fits, .csv or .json.", valueName: "file"))
    var output: String?

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try surveyOptions.open(forWriting: false) }
      try await console.run {
        let harvest = try survey.harvest(number)
        var configuration = try Engine.configuration(connections: connections, global, survey: survey)
        configuration.cacheFolder = nil
        let engine = TransferEngine(configuration)
        defer { engine.shutdown() }
        let summary = try await HarvestRepeat(
          survey, harvest: harvest, connections: connections, engine: engine
        ).run { console.meter.show($0) }
        if summary.queries == 0 { return .nothing }
        for answer in summary.answers.filter({ $0.verdict != .cut }).prefix(5) {
          let now = answer.problem ?? "\(answer.rows ?? 0) rows (\(answer.status ?? "?"))"
          console.warn(
            "query \(answer.query): \(answer.rowsBefore) rows (\(answer.statusBefore)) then, now \(now)")
        }
        console.say(
          "\(summary.collection), harvest \(summary.harvest): \(summary.same) of \(summary.queries) answers the same"
            + (summary.differing > 0 ? ", \(summary.differing) differ" : "")
            + (summary.cut > 0 ? ", \(summary.cut) cut off as before" : "")
            + (summary.failed > 0 ? ", \(summary.failed) did not come" : "")
            + (summary.isCompared
              ? "; \(summary.added.count) spectra added, \(summary.missing.count) missing" : ""))
        if let output { try Self.write(summary, to: output) }
        try console.result(summary)
        let isSame = summary.differing == 0 && summary.failed == 0
        return isSame && summary.added.isEmpty && summary.missing.isEmpty ? .done : .partial
      }
    }

    private static func write(_ summary: HarvestRepeat.Summary, to path: String) throws {
      let rows = summary.added.map { ($0, "added") } + summary.missing.map { ($0, "missing") }
      var document = VOTableDocument(
        table: Table(
          columns: [
            Column(.text("publisher_did", ucd: "meta.id;meta.main"), strings: rows.map(\.0)),
            Column(.text("change", ucd: "meta.code"), strings: rows.map(\.1)),
          ], name: "differences"))
      document.addProvenance(
        queries: [("votrawl.harvest", "\(summary.harvest) of \(summary.collection)")])
      try TableFile.write(document, path: path)
    }
  }
}
