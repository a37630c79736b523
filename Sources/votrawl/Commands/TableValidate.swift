import ArgumentParser
import Foundation
import Survey
import Tables

extension TableCommand {
  /// The command `votrawl table validate`.
  struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a table against the standard, and say what each departure means.",
      discussion: """
        Exit codes: 0 it keeps to the standard; 3 it departs from it, but can be read (what was made of it is said); 2 it is
        refused.
        """)

    @OptionGroup var input: TableInput
    @OptionGroup var global: GlobalOptions

    private struct Finding: Encodable {
      var code, severity, message: String
      var explanation: String?
      var line, row: Int?
      var column: String?
      var count: Int

      init(_ diagnostic: Diagnostic) {
        code = diagnostic.code
        severity = diagnostic.severity.rawValue
        message = diagnostic.message
        explanation = DiagnosticCode.allCases.first { $0.code == diagnostic.code }?.explanation
        line = diagnostic.line
        row = diagnostic.row
        column = diagnostic.column
        count = diagnostic.count
      }
    }

    private struct Verdict: Encodable {
      var valid: Bool
      var partial: Bool
      var rows: Int
      var version: String?
      var diagnostics: [Finding]
    }

    func run() async throws {
      let console = Console(global)
      try input.checkTerminal()
      try await console.run {
        let document = try input.read()
        let findings = document.diagnostics.map(Finding.init)
        let isValid = !document.isPartial && !document.diagnostics.contains { $0.severity != .note }
        for (diagnostic, finding) in zip(document.diagnostics, findings) {
          console.say("\(diagnostic)" + (finding.explanation.map { "\n  \($0)" } ?? ""))
        }
        console.say(
          isValid
            ? "keeps to the standard: \(document.tables.count) tables, \(document.results?.rowCount ?? 0) rows"
            : "departs from the standard")
        try console.result(
          Verdict(
            valid: isValid, partial: document.isPartial, rows: document.results?.rowCount ?? 0,
            version: document.version, diagnostics: findings))
        return isValid ? .done : .partial
      }
    }
  }
}
