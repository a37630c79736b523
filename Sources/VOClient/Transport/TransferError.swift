/// Why a transfer failed, with the address, the status and the server's own words.
public struct TransferError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure; the raw values are stable and printed.
  public enum Code: String, Sendable, CaseIterable {
    /// The address is malformed or its scheme is neither http nor https.
    case badURL = "NET-01"
    /// The host name could not be resolved.
    case unknownHost = "NET-02"
    /// No connection could be made.
    case refused = "NET-03"
    /// The connection or the whole transfer took longer than allowed.
    case timedOut = "NET-04"
    /// No byte came for longer than allowed.
    case stalled = "NET-05"
    /// The connection ended before the answer did.
    case broken = "NET-06"
    /// The server's certificate or the encryption was refused.
    case insecure = "NET-07"
    /// Too many redirects, or one to another scheme.
    case badRedirect = "NET-08"
    /// The body is larger than allowed.
    case tooLarge = "NET-09"
    /// The server answered with an error that repeating does not mend (4xx, 501, 505).
    case refusedByServer = "NET-10"
    /// The server asked to come again later (429, 503).
    case busy = "NET-11"
    /// The server failed (408, other 5xx).
    case serverFailed = "NET-12"
    /// The answer is not what was asked for (a web page for a spectrum, an error document with status 200).
    case unexpectedContent = "NET-13"
    /// The body ends too early for what it is (FITS, gzip, VOTable).
    case incomplete = "NET-14"
    /// A local file could not be written.
    case localFile = "NET-15"
    /// The task was cancelled or the engine was shut down.
    case cancelled = "NET-16"
    /// Offline, and the answer is not in the cache.
    case offline = "NET-17"
    /// The compression of the body is broken.
    case badEncoding = "NET-18"
    /// The server has nothing to send (204 or an empty body) where something was asked for.
    case nothingThere = "NET-19"
    /// The file changed on the server between two parts of it.
    case changed = "NET-20"
  }

  /// The kind of failure.
  public var kind: Code
  /// The address that failed, after redirects if there were any.
  public var url: String
  /// The HTTP status, if an answer came.
  public var status: Int?
  /// What was wrong.
  public var message: String
  /// What to do.
  public var hint: String?
  /// The server's own words: at most 500 characters of the body, without markup.
  public var serverMessage: String?
  /// Seconds that the server asked to wait (Retry-After).
  public var retryAfter: Double?
  /// How many attempts were made.
  public var attempts: Int

  /// The stable code as printed, `NET-nn`.
  public var code: String { kind.rawValue }

  /// Whether the same request may succeed later.
  public var isTransient: Bool {
    switch kind {
    case .unknownHost, .refused, .timedOut, .stalled, .broken, .busy, .serverFailed, .incomplete, .changed:
      true
    default: false
    }
  }

  /// Describes a failure.
  public init(
    _ kind: Code, url: String, status: Int? = nil, message: String, hint: String? = nil,
    serverMessage: String? = nil, retryAfter: Double? = nil, attempts: Int = 1
  ) {
    self.kind = kind
    self.url = url
    self.status = status
    self.message = message
    self.hint = hint
    self.serverMessage = serverMessage
    self.retryAfter = retryAfter
    self.attempts = attempts
  }

  /// Code, message, the server's words and the hint, each on its line.
  public var description: String {
    var text = "\(code): \(message)"
    if attempts > 1 { text += " (\(attempts) attempts)" }
    if let serverMessage, !serverMessage.isEmpty { text += "\nserver: \(serverMessage)" }
    if let hint { text += "\nhint: \(hint)" }
    return text
  }
}
