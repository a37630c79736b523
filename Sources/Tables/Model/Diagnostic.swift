/// Something that a reader had to guess, repair or drop.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// How much it matters.
  public enum Severity: String, Sendable, Hashable {
    /// Mere form: nothing had to be guessed.
    case note
    /// Something was guessed, repaired or set to null; all rows are there.
    case warning
    /// Rows are missing or the server says that the result is wrong.
    case error
  }

  /// The stable code, such as `VOT-21`; ``DiagnosticCode`` explains each.
  public var code: String
  /// How much it matters.
  public var severity: Severity
  /// What was found and what was made of it.
  public var message: String
  /// The line of the document where it was first met, from 1.
  public var line: Int?
  /// The row of the table where it was first met, from 0.
  public var row: Int?
  /// The name of the column.
  public var column: String?
  /// How often it was met.
  public var count: Int

  /// Makes a diagnostic.
  public init(
    code: String, severity: Severity, message: String, line: Int? = nil, row: Int? = nil,
    column: String? = nil,
    count: Int = 1
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.line = line
    self.row = row
    self.column = column
    self.count = count
  }

  /// `VOT-28 warning: message (line 7, row 3, column x, 12 times)`.
  public var description: String {
    var place: [String] = []
    if let line { place.append("line \(line)") }
    if let row { place.append("row \(row)") }
    if let column { place.append("column \(column)") }
    if count > 1 { place.append("\(count) times") }
    let suffix = place.isEmpty ? "" : " (" + place.joined(separator: ", ") + ")"
    return "\(code) \(severity.rawValue): \(message)\(suffix)"
  }
}
