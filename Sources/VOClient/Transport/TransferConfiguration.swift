import Tables

/// How an engine behaves towards servers.
public struct TransferConfiguration: Sendable {
  /// Connections to one host at a time.
  ///
  /// Two to four are what an archive server bears.
  public var perHost = 4
  /// Transfers in all at a time.
  public var total = 16
  /// Seconds to connect, TLS included.
  public var connectTimeout = 20.0
  /// Seconds without a byte until a transfer counts as stalled; archives may think a minute before they answer.
  public var stallTimeout = 120.0
  /// Seconds for one attempt in all.
  public var totalTimeout = 3600.0
  /// How often a failure that can pass is tried again.
  public var retries = 4
  /// Seconds before the first repetition; doubled each time and drawn from the upper half of that.
  public var backoff = 1.0
  /// The longest pause in seconds that is made between attempts.
  public var longestBackoff = 60.0
  /// The longest Retry-After in seconds that is waited for; a longer one is reported as the error.
  public var longestRetryAfter = 600.0
  /// Requests started per second and host; `nil` for no limit.
  public var requestsPerSecond: Double?
  /// The largest body in bytes after decompression.
  public var maxBytes = 1 << 30
  /// Redirects followed in one request.
  public var maxRedirects = 10
  /// Who asks, sent with every request: program, version and a contact.
  public var userAgent = TransferConfiguration.userAgent(contact: nil)
  /// Bytes a second that all transfers together may receive; `nil` for no limit.
  public var bytesPerSecond: Double?
  /// How hosts are shown who asks: by host name in lower case, with `:port` for one port only.
  ///
  /// It goes to that host only, also after a redirect, and stands in no message. Cookies are kept in memory, with or
  /// without a login, and go where their host said.
  public var authentication: [String: Authentication] = [:]
  /// Groups of beginnings of addresses at which the same things are found, such as
  /// `["https://archive.example/vo", "https://mirror.example"]`.
  ///
  /// What begins with one of them, and is not to be had there, is asked for at the others, in turn.
  public var mirrors: [[String]] = []
  /// A PEM file of certificate authorities instead of the system's.
  public var certificateFile: String?
  /// A folder for answers to requests that use the cache; `nil` for none.
  public var cacheFolder: String?
  /// Whether nothing is sent and all answers come from the cache.
  public var isOffline = false

  /// The defaults: polite to a small archive.
  public init() {}

  /// The version that the engine names to servers.
  public static let version = ProjectVersion.current

  /// The User-Agent text as operators of VO services look for it (IVOA Note SoftID, its purpose `science` from 1.1).
  ///
  /// `Mozilla` must not occur in it: archives then answer with web pages.
  /// - Parameter contact: an address or page where the operator of a server finds who asks.
  public static func userAgent(contact: String?) -> String {
    let base = "votrawl/\(version) (IVOA-science"
    guard let contact, !contact.isEmpty else { return base + ") libcurl" }
    let safe = contact.filter { $0.isASCII && !$0.isNewline }
    return base + " \(safe)) libcurl"
  }
}
