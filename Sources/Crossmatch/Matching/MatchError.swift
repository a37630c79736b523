/// Why two tables could not be matched.
public struct MatchError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, to be told apart by a program.
  public enum Code: String, Sendable {
    /// Columns of one table differ in length.
    case columns = "XMA-01"
    /// The radius, or another parameter, makes no sense.
    case parameter = "XMA-02"
    /// More rows than can be numbered (2³² − 1 in memory).
    case tooLarge = "XMA-03"
    /// A file could not be read or written.
    case file = "XMA-04"
  }

  /// What went wrong.
  public var code: String { kind.rawValue }
  /// What went wrong, as a value.
  public let kind: Code
  /// What was wrong, and where.
  public let message: String
  /// What can be done about it.
  public let hint: String?
  /// The file, if it is about one.
  public let path: String?

  init(_ kind: Code, _ message: String, hint: String? = nil, path: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.path = path
  }

  /// Code, message and hint.
  public var description: String {
    let place = path.map { "\($0): " } ?? ""
    return "\(code): \(place)\(message)" + (hint.map { "\nhint: \($0)" } ?? "")
  }
}
