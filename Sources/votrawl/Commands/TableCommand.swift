import ArgumentParser
import Foundation
import Survey
import Tables

/// The command `votrawl table`.
struct TableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Look at tables, convert and check them: VOTable, FITS and CSV; JSON and text are written.",
    discussion: """
      What had to be guessed, repaired or dropped is said on standard error, with stable codes (VOT-nn).
      Exit codes: 0 all of it was read; 3 rows are missing or the server reported an error, the whole rows were kept;
      2 the document was refused.
      """,
    subcommands: [Info.self, Head.self, Convert.self, Validate.self])

  /// The command `votrawl table info`.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print what a table holds: columns, parameters, remarks, rows.",
      discussion: "With --json: one object with fields, parameters, rows and diagnostics.")

    @OptionGroup var input: TableInput
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try input.checkTerminal()
      try await console.run {
        let document = try input.read()
        document.reportDiagnostics(console)
        if global.json {
          FileHandle.standardOutput.write(Data(JSONTableWriter().bytes(of: document)))
        } else {
          console.say(TableSummary(document).text)
        }
        return document.readOutcome
      }
    }
  }

  /// The command `votrawl table head`.
  struct Head: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the first rows; a VOTable is read no further than that.")

    @OptionGroup var input: TableInput

    @Option(name: .customShort("n"), help: "How many rows.")
    var count = 10

    @OptionGroup var output: TableOutput
    @OptionGroup var global: GlobalOptions

    func validate() throws {
      if count < 0 { throw ValidationError("-n must not be negative") }
    }

    func run() async throws {
      let console = Console(global)
      try input.checkTerminal()
      try await console.run {
        let document = try TableHead(input.place, mode: input.mode, rows: count).read()
        document.reportDiagnostics(console)
        try output.write(document, console)
        return document.readOutcome
      }
    }
  }

  /// The command `votrawl table convert`.
  struct Convert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a table in another form: `convert in.vot -o out.fits`.",
      discussion: """
        A VOTable keeps all it has as VOTable; the other forms hold its result alone, or the table chosen with --table.
        """)

    @OptionGroup var input: TableInput
    @OptionGroup var output: TableOutput

    @Option(help: "The table, where there are several: its name, its ID, or its number from 1.")
    var table: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try input.checkTerminal()
      try await console.run {
        var document = try input.read()
        document.reportDiagnostics(console)
        if let table { document = VOTableDocument(table: try TableChoice.find(table, in: document)) }
        try output.write(document, console)
        if let file = output.file {
          let rows = document.results?.rowCount ?? 0
          console.say("\(rows) rows → \(file)")
          try console.result(["rows": rows])
        }
        return document.readOutcome
      }
    }
  }
}

/// Chooses one of the tables of a document.
enum TableChoice {
  /// - Parameter wanted: name, ID, or number from 1.
  static func find(_ wanted: String, in document: VOTableDocument) throws -> Table {
    let tables = document.tables
    if let found = tables.first(where: { $0.name == wanted || $0.id == wanted }) { return found }
    if let number = Int(wanted), (1...max(1, tables.count)).contains(number), !tables.isEmpty {
      return tables[number - 1]
    }
    let names = tables.enumerated().map { $1.name ?? $1.id ?? "\($0 + 1)" }
    throw SurveyError(
      .unknownName, "no table \"\(wanted)\" in the document",
      hint: names.isEmpty ? nil : "it has " + names.joined(separator: ", "))
  }
}
