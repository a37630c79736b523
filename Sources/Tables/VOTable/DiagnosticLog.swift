/// The diagnostics of a document in the making; equal ones of a column are counted, not repeated.
final class DiagnosticLog {
  private struct Key: Hashable {
    let code: DiagnosticCode
    let column: String?
    let text: String
  }

  private(set) var entries: [Diagnostic] = []
  private var index: [Key: Int] = [:]
  private let mode: ReaderMode
  /// The first reason to refuse the document.
  private(set) var failure: TableError?
  /// The present line of the document.
  var line: Int? {
    get { locate?() ?? lineSet }
    set {
      lineSet = newValue
      locate = nil
    }
  }
  private var lineSet: Int?
  /// Tells the present line where finding it costs something; valid while the rows are read.
  var locate: (() -> Int)?

  /// At most so many different diagnostics are kept.
  private let limit = 1000

  init(mode: ReaderMode) { self.mode = mode }

  /// Notes a diagnostic; in the strict mode it refuses the document.
  func note(
    _ code: DiagnosticCode, _ message: @autoclosure () -> String, row: Int? = nil, column: String? = nil,
    group: String = ""
  ) {
    let key = Key(code: code, column: column, text: group)
    if let known = index[key] {
      entries[known].count += 1
      return
    }
    guard entries.count < limit else { return }
    index[key] = entries.count
    let text = message()
    entries.append(
      Diagnostic(
        code: code.code, severity: code.severity, message: text, line: line, row: row, column: column))
    if mode == .strict, code.severity != .note, code != .serverError {
      let place = column.map { " (column \($0))" } ?? ""
      fail(
        code.error(
          text + place, hint: "the strict mode refuses what the standard does not allow", line: line, row: row
        ))
    }
  }

  /// Refuses the document, in every mode.
  func fail(_ error: TableError) {
    if failure == nil { failure = error }
  }
}
