/// Why a VO service did not give what it was asked for.
public struct ServiceError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure; the raw values are stable and printed.
  public enum Code: String, Sendable, CaseIterable {
    /// The query cannot be sent as it is.
    case badQuery = "SVC-01"
    /// The transfer failed; ``ServiceError/transfer`` says how.
    case transferFailed = "SVC-02"
    /// The answer is no document of the kind that the protocol demands.
    case unreadable = "SVC-03"
    /// The service reports an error (QUERY_STATUS or the like).
    case queryFailed = "SVC-04"
    /// The answer holds no table.
    case noTable = "SVC-05"
    /// The answer lacks a column that the protocol demands.
    case missingColumn = "SVC-06"
    /// The cut-out holds no data: the spectrum does not reach into the band.
    case emptyCutout = "SVC-07"
    /// The service does not offer a parameter that is needed.
    case notOffered = "SVC-08"
    /// A value is not among those that the service allows.
    case notAllowed = "SVC-09"
    /// A service descriptor is missing or has no address.
    case noDescriptor = "SVC-10"
    /// An asynchronous job ended with an error.
    case jobFailed = "SVC-11"
    /// An asynchronous job was aborted, archived or is gone.
    case jobGone = "SVC-12"
    /// The service says that it is not available.
    case notAvailable = "SVC-13"
  }

  /// The kind of failure.
  public var kind: Code
  /// The address that was asked.
  public var url: String?
  /// What was wrong.
  public var message: String
  /// What to do.
  public var hint: String?
  /// The failure of the transfer, if that was the cause.
  public var transfer: TransferError?

  /// The stable code as printed, `SVC-nn`.
  public var code: String { kind.rawValue }

  /// Whether the same query may succeed later.
  public var isTransient: Bool { transfer?.isTransient ?? false }

  /// Describes a failure.
  public init(
    _ kind: Code, url: String? = nil, message: String, hint: String? = nil, transfer: TransferError? = nil
  ) {
    self.kind = kind
    self.url = url
    self.message = message
    self.hint = hint
    self.transfer = transfer
  }

  /// A failed transfer as failure of a service.
  init(_ error: TransferError) {
    self.init(.transferFailed, url: error.url, message: "\(error)", transfer: error)
  }

  /// Code, message and address, and the hint on a line of its own.
  public var description: String {
    var text = "\(code): \(message)"
    if let url, !message.contains(url) { text += " (\(url))" }
    if let hint { text += "\nhint: \(hint)" }
    return text
  }
}
