/// An answer that passed every check that was asked for.
public struct TransferResponse: Sendable {
  /// The address after redirects.
  public var url: String
  /// The HTTP status.
  public var status: Int
  /// The header fields of the last answer.
  public var headers: HeaderFields
  /// The decoded body; empty after a download to a file.
  public var body: [UInt8]
  /// What the body is, by its bytes.
  public var kind: ContentKind
  /// Bytes of the body after decompression, those of an earlier part of a resumed download included.
  public var bytesReceived: Int
  /// Seconds from the first attempt's start in the queue to the end of the last.
  public var elapsed: Double
  /// How many attempts it took, the successful one included; 0 if the answer came from the cache unasked.
  public var attempts: Int
  /// Whether the body was taken from the cache (asked again or not).
  public var isFromCache: Bool

  /// Puts an answer together; servers and tests need it.
  public init(
    url: String, status: Int, headers: HeaderFields, body: [UInt8], kind: ContentKind, bytesReceived: Int,
    elapsed: Double, attempts: Int, isFromCache: Bool = false
  ) {
    self.url = url
    self.status = status
    self.headers = headers
    self.body = body
    self.kind = kind
    self.bytesReceived = bytesReceived
    self.elapsed = elapsed
    self.attempts = attempts
    self.isFromCache = isFromCache
  }
}
