import ArgumentParser
import Foundation
import Survey
import Tables

/// The form of a table that is written.
enum TableForm: String, ExpressibleByArgument, CaseIterable {
  case votable, tabledata, binary, binary2, fits, csv, json, text
}

/// Where a table goes, and in which form: to a terminal as text, to a pipe as VOTable, to a file by its name.
struct TableOutput: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file: .vot, .fits, .csv, .json or .txt (default: standard output, for which - stands, too).",
      valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The form, where the name does not tell it: votable, tabledata, binary, binary2, fits, csv, json or text.",
      valueName: "form"))
  var format: TableForm?

  /// Whether the table goes to a file.
  var file: String? { output == "-" ? nil : output }

  /// Rows that a terminal gets at most.
  static let terminalRows = 500

  /// Writes a document.
  ///
  /// - Parameters:
  ///   - terminal: what a terminal gets instead, if that is another table.
  /// - Throws: ``Tables/TableError`` where the document cannot be written in that form.
  func write(_ document: VOTableDocument, terminal: Table? = nil, _ console: Console) throws {
    if console.options.json && file == nil {
      FileHandle.standardOutput.write(Data(JSONTableWriter().bytes(of: document)))
      return
    }
    let path = file ?? "-"
    switch form(terminal != nil || document.results != nil) {
    case .votable, .binary2:
      try VOTableWriter(version: .v1_4, serialization: .binary2).write(document, toPath: path)
    case .tabledata:
      try VOTableWriter(version: .v1_4, serialization: .tabledata).write(document, toPath: path)
    case .binary: try VOTableWriter(version: .v1_4, serialization: .binary).write(document, toPath: path)
    case .fits: try TableFile.write(document, path: path, kind: .fits)
    case .csv: try TableFile.write(document, path: path, kind: .csv)
    case .json: try TableFile.write(document, path: path, kind: .json)
    case .text:
      if file != nil {
        try TableFile.write(document, path: path, kind: .text)
      } else {
        let table = try terminal ?? document.requireResults()
        console.meter.clear()
        print(
          TableText.format(table, width: Self.isTerminal ? Self.terminalWidth : 0, rows: Self.terminalRows),
          terminator: "")
      }
    }
  }

  /// The chosen form; a name decides where none is given, standard output by what it is.
  private func form(_ hasTable: Bool) -> TableForm {
    if let format { return format }
    if let file { return TableFile.Kind(path: file).flatMap { TableForm(rawValue: $0.rawValue) } ?? .votable }
    return Self.isTerminal && hasTable ? .text : .votable
  }

  private static let isTerminal = isatty(1) == 1

  /// Characters of a line of the terminal.
  private static var terminalWidth: Int {
    var size = winsize()
    if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 110
  }
}

extension VOTableDocument {
  /// Adds to the results who made this document, from what and when.
  ///
  /// - Parameter queries: the addresses that were asked, or the queries.
  mutating func addProvenance(queries: [(name: String, value: String)]) {
    let date = ISO8601DateFormatter.string(
      from: Date(), timeZone: TimeZone(secondsFromGMT: 0) ?? .current, formatOptions: [.withInternetDateTime])
    infos += [
      Info(name: "votrawl.version", value: Provenance.version),
      Info(name: "votrawl.command", value: Provenance.command), Info(name: "votrawl.date", value: date),
    ]
    infos += queries.map { Info(name: $0.name, value: $0.value) }
  }
}
