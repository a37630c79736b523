/// Why a server on this machine could not be started.
public struct LoopbackError: Error, Sendable, CustomStringConvertible {
  /// Stable code: LOO-01 it runs already, LOO-02 the port cannot be had.
  public let code: String
  /// What was wrong.
  public let message: String
  /// What to do about it.
  public let hint: String?

  /// Code, message and hint.
  public var description: String {
    "\(code): \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
  }
}
