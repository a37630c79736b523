/// Why a MOC could not be read or written.
public struct MOCError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, to be told apart by a program.
  public enum Code: String, Sendable {
    /// The text or JSON does not follow the grammar.
    case syntax = "MOC-01"
    /// A number is no cell of its order, or the order is not in 0…29.
    case range = "MOC-02"
    /// The FITS file holds no spatial MOC, or one of a kind that is not read.
    case format = "MOC-03"
    /// The file could not be read or written.
    case file = "MOC-04"
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
