/// Why tables could not be matched, or a MOC or an index could not be read or written.
public struct CrossmatchError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, to be told apart by a program.
  public enum Code: String, Sendable {
    /// Columns of one table differ in length.
    case columns = "XMA-01"
    /// The radius, or another parameter, makes no sense.
    case parameter = "XMA-02"
    /// More rows than can be numbered (2³² − 1 in memory).
    case tooLarge = "XMA-03"
    /// A table could not be read or written.
    case file = "XMA-04"
    /// The text or JSON of a MOC does not follow the grammar.
    case mocSyntax = "MOC-01"
    /// A number is no cell of its order, or the order of a MOC is not in 0…29.
    case mocRange = "MOC-02"
    /// A FITS file holds no spatial MOC, or one of a kind that is not read.
    case mocFormat = "MOC-03"
    /// The file of a MOC could not be read or written.
    case mocFile = "MOC-04"
    /// The file of an index could not be read or written.
    case indexFile = "IDX-01"
    /// The file is no index, or a damaged one.
    case indexFormat = "IDX-02"
  }

  /// What went wrong, in the letters and digits of its kind.
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
