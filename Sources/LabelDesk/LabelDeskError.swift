/// Why the label desk could not be opened, or did not take what it was sent.
public struct LabelDeskError: Error, Sendable, CustomStringConvertible {
  /// Stable code: DSK-01 it is open already, DSK-02 no port can be had, DSK-03 its address cannot be remembered,
  /// DSK-04 an act that cannot be taken.
  public let code: String
  /// What was wrong.
  public let message: String
  /// What to do about it.
  public let hint: String?

  init(_ code: String, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// Code, message and hint.
  public var description: String {
    "\(code): \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
  }
}
