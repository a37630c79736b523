internal import CLibCurl
import Glibc
import Synchronization

/// The thread that carries out all exchanges of an engine with one curl multi handle.
///
/// Every call of libcurl stands in this file. Tasks hand in exchanges and are told of their end; nothing here
/// waits on a thread of Swift's cooperative pool.
final class TransferThread: Sendable {
  /// What tasks have asked for since the thread looked last.
  private struct Inbox {
    var exchanges: [Exchange] = []
    var cancelled: [UInt64] = []
    var pauses: [(host: String, until: Double)] = []
    var isClosed = false
    var isGone = false
    var nextID: UInt64 = 0
  }

  private struct Handle: @unchecked Sendable {
    let raw: UnsafeMutableRawPointer
  }

  private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let inbox = Mutex(Inbox())
  private let multi: Handle?
  private let limits: TransferQueue.Limits

  init(limits: TransferQueue.Limits) {
    self.limits = limits
    multi = Self.isCurlReady ? curl_multi_init().map(Handle.init) : nil
    if let multi {
      _ = votrawl_curl_multi_setopt_long(multi.raw, CURLMOPT_MAXCONNECTS, limits.total * 2)
    }
    startDetachedThread { [self] in run() }
  }

  // MARK: Calls from tasks

  /// Hands in an exchange; `finish` is called once, on the transfer thread.
  ///
  /// Returns its number for ``cancel(_:)``.
  func start(_ order: ExchangeOrder, finish: @escaping @Sendable (ExchangeResult) -> Void) -> UInt64 {
    let (exchange, isTaken) = inbox.withLock { inbox in
      inbox.nextID += 1
      let exchange = Exchange(id: inbox.nextID, order: order, finish: finish)
      if inbox.isClosed || multi == nil { return (exchange, false) }
      // The thread takes all at once: only the first needs to wake it.
      if inbox.exchanges.isEmpty { wake() }
      inbox.exchanges.append(exchange)
      return (exchange, true)
    }
    if !isTaken { exchange.end(.failed(.cancelled, "the transfer engine is shut down")) }
    return exchange.id
  }

  /// Ends an exchange early; its `finish` is called if it was not yet.
  func cancel(_ id: UInt64) {
    inbox.withLock { inbox in
      guard !inbox.isGone else { return }
      inbox.cancelled.append(id)
      wake()
    }
  }

  /// Starts nothing to a host for some seconds.
  func pause(host: String, seconds: Double) {
    inbox.withLock { $0.pauses.append((host, monotonicSeconds() + seconds)) }
  }

  /// Ends all exchanges and the thread.
  func shutdown() {
    inbox.withLock { inbox in
      guard !inbox.isClosed else { return }
      inbox.isClosed = true
      wake()
    }
  }

  /// Only called while the inbox is locked, so that the handle cannot go meanwhile.
  private func wake() {
    if let multi { curl_multi_wakeup(multi.raw) }
  }

  // MARK: The thread

  private func run() {
    guard let multi else { return }
    var queue = TransferQueue(limits: limits)
    var running: [UnsafeMutableRawPointer: Exchange] = [:]
    while true {
      let orders = inbox.withLock { inbox in
        let taken = inbox
        inbox.exchanges = []
        inbox.cancelled = []
        inbox.pauses = []
        return taken
      }
      for exchange in orders.exchanges { queue.add(exchange) }
      for pause in orders.pauses { queue.pause(host: pause.host, until: pause.until) }
      for id in orders.cancelled { cancel(id, in: &running, queue: &queue) }
      if orders.isClosed { break }
      while let exchange = queue.next(now: monotonicSeconds()) {
        begin(exchange, in: &running, queue: &queue)
      }
      var active: Int32 = 0
      curl_multi_perform(multi.raw, &active)
      collect(&running, &queue)
      stopStalled(&running, &queue)
      var wait = running.isEmpty ? 60 : 0.2
      let now = monotonicSeconds()
      if let next = queue.nextStart(now: now) { wait = min(wait, max(0.001, next - now)) }
      curl_multi_poll(multi.raw, nil, 0, Int32(wait * 1000) + 1, nil)
    }
    for easy in Array(running.keys) {
      remove(easy, from: &running, &queue)?.end(.failed(.cancelled, "the transfer engine was shut down"))
    }
    for exchange in queue.removeAll() {
      exchange.end(.failed(.cancelled, "the transfer engine was shut down"))
    }
    inbox.withLock { inbox in
      inbox.isGone = true
      curl_multi_cleanup(multi.raw)
    }
  }

  private func begin(
    _ exchange: Exchange, in running: inout [UnsafeMutableRawPointer: Exchange], queue: inout TransferQueue
  ) {
    guard let multi, let easy = curl_easy_init() else {
      queue.ended(host: exchange.order.hostKey)
      return exchange.end(.failed(.refused, "libcurl could not be started"))
    }
    configure(easy, for: exchange)
    running[easy] = exchange
    curl_multi_add_handle(multi.raw, easy)
  }

  private func configure(_ easy: UnsafeMutableRawPointer, for exchange: Exchange) {
    let order = exchange.order
    _ = votrawl_curl_setopt_long(easy, CURLOPT_NOSIGNAL, 1)
    _ = votrawl_curl_setopt_string(easy, CURLOPT_URL, order.url)
    _ = votrawl_curl_setopt_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = votrawl_curl_setopt_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    _ = votrawl_curl_setopt_long(easy, CURLOPT_FOLLOWLOCATION, order.maxRedirects > 0 ? 1 : 0)
    _ = votrawl_curl_setopt_long(easy, CURLOPT_MAXREDIRS, order.maxRedirects)
    // A service that moved for good (http to https) still wants the form; 302 and 303 turn into GET.
    _ = votrawl_curl_setopt_long(easy, CURLOPT_POSTREDIR, Int(CURL_REDIR_POST_301))
    _ = votrawl_curl_setopt_string(easy, CURLOPT_USERAGENT, order.userAgent)
    _ = votrawl_curl_setopt_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(order.connectTimeout * 1000))
    _ = votrawl_curl_setopt_long(easy, CURLOPT_TIMEOUT_MS, Int(order.totalTimeout * 1000))
    if let file = order.certificateFile { _ = votrawl_curl_setopt_string(easy, CURLOPT_CAINFO, file) }
    switch order.verb {
    case .get: break
    case .delete: _ = votrawl_curl_setopt_string(easy, CURLOPT_CUSTOMREQUEST, "DELETE")
    case .post(let body):
      _ = votrawl_curl_setopt_long(easy, CURLOPT_POST, 1)
      _ = votrawl_curl_setopt_off_t(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      body.withUnsafeBytes { bytes in
        _ = votrawl_curl_setopt_pointer(
          easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
      }
    }
    var list: UnsafeMutablePointer<curl_slist>?
    for line in order.headers { list = curl_slist_append(list, line) ?? list }
    if let list {
      _ = votrawl_curl_setopt_slist(easy, CURLOPT_HTTPHEADER, list)
      exchange.release = { curl_slist_free_all(list) }
    }
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    _ = votrawl_curl_setopt_pointer(easy, CURLOPT_WRITEDATA, context)
    _ = votrawl_curl_setopt_pointer(easy, CURLOPT_HEADERDATA, context)
    _ = votrawl_curl_setopt_data(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let data, let context else { return 0 }
      let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
      exchange.lastActivity = monotonicSeconds()
      let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
      // Anything but the number of bytes makes curl stop.
      return exchange.take(raw: bytes) ? size * count : size * count &+ 1
    }
    _ = votrawl_curl_setopt_data(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let data, let context else { return 0 }
      let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
      exchange.lastActivity = monotonicSeconds()
      let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
      exchange.take(headerLine: String(decoding: bytes, as: UTF8.self).trimmed)
      return size * count
    }
  }

  /// Ends the exchanges that curl is done with.
  private func collect(_ running: inout [UnsafeMutableRawPointer: Exchange], _ queue: inout TransferQueue) {
    guard let multi else { return }
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi.raw, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let result = message.pointee.data.result
      var effective: UnsafeMutablePointer<CChar>?
      var retryAfter: curl_off_t = 0
      _ = votrawl_curl_getinfo_string(easy, CURLINFO_EFFECTIVE_URL, &effective)
      _ = votrawl_curl_getinfo_off_t(easy, CURLINFO_RETRY_AFTER, &retryAfter)
      let url = effective.map { String(cString: $0) }
      let outcome = Self.outcome(result, exchangeIn: running[easy])
      remove(easy, from: &running, &queue)?
        .end(outcome, url: url, retryAfter: retryAfter > 0 ? Double(retryAfter) : nil)
    }
  }

  /// Stops the exchanges that have been connected without a byte for too long.
  private func stopStalled(_ running: inout [UnsafeMutableRawPointer: Exchange], _ queue: inout TransferQueue)
  {
    let now = monotonicSeconds()
    for (easy, exchange) in running {
      if exchange.lastActivity == 0 {
        var connected: curl_off_t = 0
        _ = votrawl_curl_getinfo_off_t(easy, CURLINFO_PRETRANSFER_TIME_T, &connected)
        if connected > 0 { exchange.lastActivity = now }
        continue
      }
      guard now - exchange.lastActivity > exchange.order.stallTimeout else { continue }
      let seconds = exchange.order.stallTimeout
      let place = exchange.received == 0 ? "no answer" : "no more bytes after \(exchange.received)"
      remove(easy, from: &running, &queue)?.end(.failed(.stalled, "\(place) for \(seconds) s"))
    }
  }

  private func cancel(
    _ id: UInt64, in running: inout [UnsafeMutableRawPointer: Exchange], queue: inout TransferQueue
  ) {
    if let waiting = queue.remove(id) { return waiting.end(.failed(.cancelled, "cancelled")) }
    guard let easy = running.first(where: { $0.value.id == id })?.key else { return }
    remove(easy, from: &running, &queue)?.end(.failed(.cancelled, "cancelled"))
  }

  private func remove(
    _ easy: UnsafeMutableRawPointer, from running: inout [UnsafeMutableRawPointer: Exchange],
    _ queue: inout TransferQueue
  ) -> Exchange? {
    guard let multi, let exchange = running.removeValue(forKey: easy) else { return nil }
    curl_multi_remove_handle(multi.raw, easy)
    curl_easy_cleanup(easy)
    exchange.release?()
    exchange.release = nil
    queue.ended(host: exchange.order.hostKey)
    return exchange
  }

  /// What a result code of curl means here.
  private static func outcome(_ code: CURLcode, exchangeIn exchange: Exchange?) -> ExchangeResult.Outcome {
    let reason = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_OK: return .answered
    case CURLE_URL_MALFORMAT: return .failed(.badURL, reason)
    case CURLE_UNSUPPORTED_PROTOCOL:
      let target = exchange?.headers["Location"]
      return .failed(.badRedirect, "redirect to \(target ?? "another scheme") is not followed")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .failed(.unknownHost, reason)
    case CURLE_COULDNT_CONNECT: return .failed(.refused, "no connection: \(reason)")
    case CURLE_OPERATION_TIMEDOUT: return .failed(.timedOut, reason)
    case CURLE_TOO_MANY_REDIRECTS:
      return .failed(.badRedirect, "more than \(exchange?.order.maxRedirects ?? 0) redirects")
    case CURLE_BAD_CONTENT_ENCODING: return .failed(.badEncoding, "the compressed body is broken")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_USE_SSL_FAILED:
      return .failed(.insecure, reason)
    default:
      return .failed(.broken, "the connection broke after \(exchange?.received ?? 0) bytes: \(reason)")
    }
  }
}

/// Seconds of the monotonic clock.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Runs work on a new thread of its own that nobody waits for.
private func startDetachedThread(_ work: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }
  var thread = pthread_t()
  let context = Unmanaged.passRetained(Box(work)).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
      return nil
    }, context)
  precondition(status == 0, "the system gave no thread")
  pthread_detach(thread)
}

extension TransferEngine {
  /// The version of libcurl in this process, with those of the libraries that it uses.
  public static var libraryVersion: String { String(cString: curl_version()) }
}
