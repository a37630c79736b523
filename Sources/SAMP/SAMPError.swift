/// Why something failed between this program, a SAMP hub and its other clients.
public struct SAMPError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure; the raw values are stable and printed.
  public enum Code: String, Sendable, CaseIterable {
    /// No hub runs: there is no lock file, or nobody answers at its address.
    case noHub = "SAM-01"
    /// The lock file cannot be read or lacks an entry.
    case badLock = "SAM-02"
    /// A call did not reach the hub.
    case unreachable = "SAM-03"
    /// An answer is no XML-RPC.
    case unreadable = "SAM-04"
    /// The hub refused a call.
    case refused = "SAM-05"
    /// The client is not registered with a hub.
    case notConnected = "SAM-06"
    /// Nobody listens to a message.
    case noRecipient = "SAM-07"
    /// A client answered a message with an error.
    case failed = "SAM-08"
    /// A hub runs already.
    case hubRuns = "SAM-09"
    /// The server for call-backs, or of a hub, cannot be started.
    case noServer = "SAM-10"
  }

  /// The kind of failure.
  public var kind: Code
  /// What was wrong.
  public var message: String
  /// What to do.
  public var hint: String?

  /// The stable code as printed, `SAM-nn`.
  public var code: String { kind.rawValue }

  /// Describes a failure.
  public init(_ kind: Code, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }

  /// Code, message and hint.
  public var description: String { "\(code): \(message)" + (hint.map { "\nhint: \($0)" } ?? "") }
}
