import ArgumentParser
import Foundation
import Survey
import Tables

/// A table to read: a file, or standard input.
struct TableInput: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The file: VOTable, FITS or CSV by its content, also compressed with gzip (- or nothing: standard input).",
      valueName: "file"))
  var path: String?

  @Option(
    help: """
      How to take what does not keep to the standard: tolerant (read what is certain, say what was mended), strict (refuse \
      at the first departure) or salvage (also skip what stands before the document).
      """)
  var mode = ReaderMode.tolerant

  /// The path, `-` for standard input.
  var place: String { path ?? "-" }

  /// Reads the whole document.
  func read() throws -> VOTableDocument {
    try checkTerminal()
    let document = try TableFile.document(path: place, mode: mode)
    if document.results?.rowCount ?? 0 == 0, case .error = document.queryStatus {
      try document.requireNoError()
    }
    return document
  }

  /// Nobody types a table: without a file and a pipe the command would wait for ever.
  func checkTerminal() throws {
    if place == "-" && isatty(0) == 1 {
      throw ValidationError("give a file, or send a table to standard input")
    }
  }
}

extension VOTableDocument {
  /// How reading it ended: done, or in part where rows are missing or the server reported an error.
  var readOutcome: Outcome {
    if isPartial || diagnostics.contains(where: { $0.severity == .error }) { return .partial }
    return tables.isEmpty ? .nothing : .done
  }

  /// Fails where the document is nothing but a server's error.
  func requireNoError() throws(TableError) {
    if case .error(let message) = queryStatus {
      throw TableError(
        code: DiagnosticCode.serverError.code, message: "the server reports an error: \(message)")
    }
  }

  /// Prints what had to be guessed, repaired or dropped.
  func reportDiagnostics(_ console: Console) {
    for diagnostic in diagnostics where diagnostic.severity != .note { console.tell("\(diagnostic)") }
    if case .overflow = queryStatus { console.warn("the server has more rows than these (OVERFLOW)") }
    if isPartial { console.warn("rows are missing: what could be read whole is kept") }
  }
}
