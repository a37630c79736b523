import ArgumentParser
import Foundation
import Survey
import Tables
import VOClient

/// The command `votrawl tap`.
struct TapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tap", abstract: "Ask databases of archives in ADQL (Table Access Protocol).",
    discussion: """
      The service is a name that has one (`votrawl service list`), or the URL of a TAP service.

        votrawl tap https://dc.g-vo.org/tap "SELECT TOP 10 * FROM ivoa.obscore"
        votrawl tap ccd700 "SELECT * FROM ccd700.data JOIN TAP_UPLOAD.mine USING (accref)" --upload mine=stars.csv --async
        votrawl tap tables https://dc.g-vo.org/tap lamost
        votrawl tap columns ccd700 ccd700.data

      An asynchronous query that was stopped or killed goes on when the same command is run again; `votrawl tap jobs` lists
      what is open.
      """,
    subcommands: [Query.self, Tables.self, Columns.self, Jobs.self, Resume.self, Delete.self],
    defaultSubcommand: Query.self)

  /// The TAP service that a name or address means.
  static func address(_ argument: String, in survey: SurveyFolder?) throws(SurveyError) -> String {
    let entry = try ServiceEntry.find(argument, in: survey)
    if let tap = entry.tap { return tap }
    // An address is the service's own.
    if argument.contains("://") { return entry.ssap }
    throw SurveyError(.service, "\(entry.name) has no TAP service", hint: "give the URL of one")
  }

  /// The command `votrawl tap query`.
  struct Query: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send a query and write its result (the default).",
      discussion: """
        Exit codes: 0 all rows; 1 none; 3 the service has more rows than it gave and you did not set --maxrec; 2 failed.
        """)

    @Argument(help: "The service: a name, or the URL of a TAP service.")
    var service: String

    @Argument(help: "The query in ADQL; @FILE reads it from a file, - from standard input.")
    var query: String

    @Option(
      help: ArgumentHelp(
        "A table to send, named TAP_UPLOAD.NAME in the query (several times).", valueName: "name=file"))
    var upload: [String] = []

    @Option(help: "The most rows.")
    var maxrec: Int?

    @Flag(name: .customLong("async"), help: "Run it as a job: for what takes longer than a minute.")
    var isAsync = false

    @Flag(help: "Say what would be asked, and ask nothing.")
    var dryRun = false

    @OptionGroup var output: TableOutput
    @OptionGroup var global: GlobalOptions

    func validate() throws {
      for table in upload {
        let parts = table.split(separator: "=", maxSplits: 1)
        guard parts.count == 2,
          parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }),
          parts[0].first?.isLetter == true
        else { throw ValidationError("--upload wants NAME=FILE with a plain name, not \"\(table)\"") }
      }
      if let maxrec, maxrec < 0 { throw ValidationError("--maxrec must not be negative") }
    }

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        let address = try TapCommand.address(service, in: survey)
        let text = try TapText.read(query)
        let uploads = try upload.map(TapText.upload)
        if dryRun {
          console.say("\(address)\n\(text)")
          try console.result(["service": address, "query": text])
          return .done
        }
        let engine = try Engine.make(connections: nil, global, survey: survey)
        defer { engine.shutdown() }
        let tap = TAPService(url: address, engine: engine)
        let document: VOTableDocument
        if isAsync {
          let run = TapRun(tap: tap, query: text, maxrec: maxrec, uploads: uploads, console: console)
          document = try await run.document()
        } else {
          document = try await tap.sync(text, maxrec: maxrec, uploads: uploads)
        }
        return try TapResult.write(document, query: text, service: address, maxrec: maxrec, output, console)
      }
    }
  }

  /// The command `votrawl tap resume`.
  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Wait for a job that was left, and write its result.")

    @Argument(help: "The address of the job (default: the one that was begun last).")
    var job: String?

    @OptionGroup var output: TableOutput
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let known = TapJobs().all
        guard let url = job ?? known.last?.url else {
          throw SurveyError(
            .notReady, "no job is open", hint: "`votrawl tap SERVICE QUERY --async` begins one")
        }
        let note = known.first { $0.url == url }
        let engine = try Engine.make(connections: nil, global, survey: nil)
        defer { engine.shutdown() }
        let document: VOTableDocument
        do throws(ServiceError) {
          document = try await TAPService(url: note?.service ?? url, engine: engine).resume(
            jobURL: url, maxrec: note?.maxrec)
        } catch {
          if error.kind == .jobGone || error.kind == .jobFailed { TapJobs().remove(url) }
          throw error
        }
        TapJobs().remove(url)
        return try TapResult.write(
          document, query: note?.query ?? "", service: note?.service ?? url, maxrec: note?.maxrec, output,
          console)
      }
    }
  }
}

/// Queries and tables as they are typed.
enum TapText {
  /// The text of a query: itself, a file's (`@FILE`), or standard input's (`-`).
  static func read(_ argument: String) throws -> String {
    if argument == "-" {
      return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    }
    guard argument.hasPrefix("@") else { return argument }
    let path = String(argument.dropFirst())
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw SurveyError(.file, "cannot read the query in \(path): \(error.localizedDescription)")
    }
  }

  /// A table to send, from `NAME=FILE`.
  static func upload(_ argument: String) throws -> TAPService.Upload {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    return try TAPService.Upload(name: parts[0], table: try TableFile.read(path: parts[1]))
  }
}

/// Writes what a query gave.
enum TapResult {
  static func write(
    _ answer: VOTableDocument, query: String, service: String, maxrec: Int?, _ output: TableOutput,
    _ console: Console
  ) throws -> Outcome {
    var document = answer
    document.addProvenance(queries: [("votrawl.service", service), ("votrawl.query", query)])
    try output.write(document, console)
    let rows = document.results?.rowCount ?? 0
    if let file = output.file {
      console.say("\(rows) rows → \(file)")
      try console.result(["rows": rows])
    }
    if document.isPartial {
      console.warn("the answer broke off; its whole rows were kept")
      return .partial
    }
    if document.queryStatus == .overflow, maxrec == nil {
      console.warn("the service has more rows than it gave (OVERFLOW): set --maxrec, or use --async")
      return .partial
    }
    return rows == 0 ? .nothing : .done
  }
}
