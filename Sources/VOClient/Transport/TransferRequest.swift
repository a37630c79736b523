/// One HTTP request and what its answer must be.
public struct TransferRequest: Sendable {
  /// How the request is sent.
  ///
  /// There is no HEAD: some archive servers never answer it for files.
  public enum Method: Sendable {
    /// Parameters stand in the URL.
    case get
    /// Parameters as `application/x-www-form-urlencoded`.
    case post(form: [(String, String)])
    /// Parameters and files as `multipart/form-data` (TAP inline upload).
    case multipart(form: [(String, String)], files: [UploadFile])
    /// A body of any type (XML-RPC).
    case body(contentType: String, bytes: [UInt8])
    /// Deletes the resource (UWS jobs); a redirect of its answer is not followed.
    case delete
  }

  /// A file sent within a multipart request.
  public struct UploadFile: Sendable {
    /// The name of the form field.
    public var field: String
    /// The media type of the content.
    public var contentType: String
    /// The content.
    public var bytes: [UInt8]

    /// Describes a file to upload.
    public init(field: String, contentType: String, bytes: [UInt8]) {
      self.field = field
      self.contentType = contentType
      self.bytes = bytes
    }
  }

  /// The address; only `http` and `https` are accepted.
  ///
  /// Blanks and other characters that no URL may hold are percent-encoded on sending, a fragment is not sent.
  public var url: String
  /// How the request is sent.
  public var method: Method
  /// Further header fields.
  public var headers: [(String, String)]
  /// The Accept header field, if any.
  public var accept: String?
  /// The bytes wanted, counted from 0, end exclusive; `nil` for all.
  ///
  /// A server may ignore it: the answer's status is then 200 instead of 206.
  public var range: Range<Int>?
  /// Further ranges of bytes, wanted in the same answer: a server that takes them answers with
  /// `multipart/byteranges` (RFC 9110, section 14.6), others with the first range only, or with all bytes.
  public var furtherRanges: [Range<Int>] = []
  /// The kinds of content that are right; empty means anything.
  ///
  /// Everything else is the error NET-13.
  ///
  /// Name ``ContentKind/gzip`` besides ``ContentKind/fits`` where a compressed file is welcome.
  public var expecting: Set<ContentKind>
  /// The largest body in bytes after decompression; `nil` for the engine's bound.
  public var maxBytes: Int?
  /// How often a failure that can pass is tried again; `nil` for the engine's number.
  public var retries: Int?
  /// Seconds without a byte until the transfer counts as stalled; `nil` for the engine's time.
  public var stallTimeout: Double?
  /// Seconds for one attempt in all; `nil` for the engine's time.
  public var totalTimeout: Double?
  /// Whether redirects are followed; if not, an answer of 3xx is returned as it is.
  public var followsRedirects: Bool
  /// Whether an answer may come from the cache and be kept there, if the engine has one.
  ///
  /// It is asked for again each time; the cache saves the transfer only where the server says that nothing changed.
  public var usesCache: Bool
  /// Whether an answer in memory is checked to be whole, as a downloaded file always is: all units of a FITS file, the end
  /// of a VOTable, the checksum of gzip data.
  public var mustBeWhole: Bool

  /// Describes a request; everything but the address has a default.
  public init(
    url: String, method: Method = .get, headers: [(String, String)] = [], accept: String? = nil,
    range: Range<Int>? = nil, expecting: Set<ContentKind> = [], maxBytes: Int? = nil, retries: Int? = nil,
    stallTimeout: Double? = nil, totalTimeout: Double? = nil, followsRedirects: Bool = true,
    usesCache: Bool = false, mustBeWhole: Bool = false
  ) {
    self.url = url
    self.method = method
    self.headers = headers
    self.accept = accept
    self.range = range
    self.expecting = expecting
    self.maxBytes = maxBytes
    self.retries = retries
    self.stallTimeout = stallTimeout
    self.totalTimeout = totalTimeout
    self.followsRedirects = followsRedirects
    self.usesCache = usesCache
    self.mustBeWhole = mustBeWhole
  }
}
