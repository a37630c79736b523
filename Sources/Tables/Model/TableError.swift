/// Why a table could not be read or written.
public struct TableError: Error, Sendable, CustomStringConvertible {
  /// The stable code: `VOT-nn` (VOTable), `FIT-nn` (FITS), `CSV-nn`, `TAB-nn` (tables and files in general).
  public var code: String
  /// What was wrong.
  public var message: String
  /// What to do about it.
  public var hint: String?
  /// The file or address it was found in.
  public var place: String?
  /// The line of the document, from 1.
  public var line: Int?
  /// The row of the table, from 0.
  public var row: Int?

  /// Makes an error.
  public init(
    code: String, message: String, hint: String? = nil, place: String? = nil, line: Int? = nil,
    row: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.place = place
    self.line = line
    self.row = row
  }

  /// `CODE: place:line: message`, and the hint on a line of its own.
  public var description: String {
    var text = code + ": "
    if let place { text += place + (line.map { ":\($0)" } ?? "") + ": " }
    text += message
    if place == nil, let line { text += " (line \(line))" }
    if let row { text += " (row \(row))" }
    if let hint { text += "\nhint: " + hint }
    return text
  }

  /// The same error with its place, unless it has one.
  func at(_ place: String?) -> TableError {
    var located = self
    if located.place == nil { located.place = place }
    return located
  }
}
