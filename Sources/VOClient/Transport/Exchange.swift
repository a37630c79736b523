import Glibc

/// What the transfer thread is told to do: one HTTP exchange, redirects included.
struct ExchangeOrder: Sendable {
  var url: String
  var hostKey: String
  var verb: Verb
  var headers: [String]
  var connectTimeout: Double
  var stallTimeout: Double
  var totalTimeout: Double
  var maxBytes: Int
  var maxRedirects: Int
  var userAgent: String
  var certificateFile: String?
  /// Where a body of status 200 or 206 goes; `nil` for memory.
  var file: PartFile?

  enum Verb: Sendable {
    case get
    case post(body: [UInt8])
    case delete
  }
}

/// How an exchange ended.
struct ExchangeResult: Sendable {
  enum Outcome: Sendable {
    /// The server answered in full, with whatever status.
    case answered
    case failed(TransferError.Code, String)
  }

  var outcome: Outcome
  var status: Int
  var headers: HeaderFields
  /// The address after redirects.
  var url: String
  var body: [UInt8]
  /// Decoded bytes received in this exchange.
  var received: Int
  /// Retry-After in seconds, if the server sent it in either of its forms.
  var retryAfter: Double?
}

/// One exchange while it waits or runs.
///
/// Only the transfer thread touches it once it is handed over.
final class Exchange: @unchecked Sendable {
  let id: UInt64
  let order: ExchangeOrder
  private let finish: @Sendable (ExchangeResult) -> Void

  /// Set by the header callback; redirects start it anew.
  var headers = HeaderFields()
  var status = 0
  var body: [UInt8] = []
  var received = 0
  /// Whether a byte of the body of this answer came.
  private var hasBody = false
  private var decoder: GzipDecoder?
  /// When a byte came last, in seconds of the monotonic clock; 0 until connected.
  var lastActivity = 0.0
  /// What carries the exchange while it runs.
  var handle: UnsafeMutableRawPointer?
  /// Counts the bytes of all exchanges.
  var tally: ByteTally?
  /// Frees what curl was lent for this exchange.
  var release: (() -> Void)?
  /// Holds the bytes of all exchanges to a rate.
  var meter: LineMeter?
  /// What a callback found wrong; it outweighs curl's own report of the abort.
  var failure: (code: TransferError.Code, message: String)?

  init(id: UInt64, order: ExchangeOrder, finish: @escaping @Sendable (ExchangeResult) -> Void) {
    self.id = id
    self.order = order
    self.finish = finish
  }

  /// Takes one header line; a status line begins a new answer.
  func take(headerLine line: UnsafeRawBufferPointer) {
    guard line.starts(with: Self.protocolName) else { return headers.append(line: line) }
    headers = HeaderFields()
    hasBody = false
    decoder = nil
    status = 0
    for byte in line.drop(while: { $0 != 0x20 }).drop(while: { $0 == 0x20 }).prefix(while: { $0 != 0x20 }) {
      guard byte >= 0x30, byte <= 0x39, status < 1000 else { break }
      status = 10 * status + Int(byte - 0x30)
    }
  }

  private static let protocolName = Array("HTTP/".utf8)

  /// Whether a piece of this many bytes may come now; where not, it is offered again later.
  func mayTake(_ count: Int, now: Double) -> Bool {
    meter?.take(count, for: id, now: now) ?? true
  }

  /// Takes a piece of the body as it came; false stops the transfer.
  func take(raw bytes: UnsafeRawBufferPointer) -> Bool {
    tally?.bytes += bytes.count
    if !hasBody {
      hasBody = true
      let coding = headers["Content-Encoding"]?.lowercased() ?? "identity"
      switch coding {
      case "gzip", "x-gzip", "deflate": decoder = GzipDecoder(allowsRaw: coding == "deflate")
      case "identity", "": break
      default: return stop(.badEncoding, "the body is encoded as \(coding), which was not asked for")
      }
    }
    guard let decoder else { return take(body: bytes) }
    do throws(GzipDecoder.Problem) {
      try decoder.feed(bytes) { take(body: $0) }
      return true
    } catch {
      return failure == nil ? stop(.badEncoding, "the compressed body is broken") : false
    }
  }

  /// Takes a piece of the decoded body; false stops the transfer.
  private func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    let isFirst = received == 0
    received += bytes.count
    guard let file = order.file, status == 200 || status == 206 else {
      // An error page is kept for its words only.
      let isError = status >= 400
      let bound = isError ? min(order.maxBytes, 65536) : order.maxBytes
      if received > bound && !isError { return stop(.tooLarge, "the body is larger than \(bound) bytes") }
      if isFirst, let told = headers["Content-Length"].flatMap({ Int($0) }) {
        // What a server says is believed up to a megabyte; more has to come first.
        body.reserveCapacity(min(told, bound, 1 << 20))
      }
      body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.prefix(max(0, bound - body.count))))
      return true
    }
    if isFirst, let problem = file.begin(status: status, headers: headers) {
      return stop(problem.code, problem.message)
    }
    if file.length + bytes.count > order.maxBytes {
      return stop(.tooLarge, "the body is larger than \(order.maxBytes) bytes")
    }
    if let problem = file.write(bytes) { return stop(.localFile, problem) }
    return true
  }

  /// Reports the end to whoever waits; called exactly once.
  func end(_ outcome: ExchangeResult.Outcome, url: String? = nil, retryAfter: Double? = nil) {
    if case .answered = outcome, failure == nil, let decoder, !decoder.isComplete {
      failure = (.broken, "the compressed body ends too early, after \(received) bytes")
    }
    finish(
      ExchangeResult(
        outcome: failure.map { .failed($0.code, $0.message) } ?? outcome, status: status, headers: headers,
        url: url ?? order.url, body: body, received: received, retryAfter: retryAfter))
  }

  private func stop(_ code: TransferError.Code, _ message: String) -> Bool {
    failure = (code, message)
    return false
  }
}

/// Bytes that came, of all exchanges of a thread.
final class ByteTally {
  var bytes = 0
}
