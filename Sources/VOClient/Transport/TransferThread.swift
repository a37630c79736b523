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
    var observers: [UInt64: Observer] = [:]
    var isClosed = false
    var isGone = false
    var nextID: UInt64 = 0
  }

  /// Who wants to know how far all is.
  private struct Observer {
    var interval: Double
    var next = 0.0
    var continuation: AsyncStream<TransferProgress>.Continuation
  }

  /// What only the thread itself knows.
  private struct State {
    var queue: TransferQueue
    var running: [UnsafeMutableRawPointer: Exchange] = [:]
    /// Handles that were used for a GET: to make one and set it up takes longer than to answer a small request.
    var idle: [UnsafeMutableRawPointer] = []
    var share: UnsafeMutableRawPointer?
    var meter: LineMeter?
    var answered = 0
    var broken = 0
    var bytes = 0
    var lookedAt = 0.0
  }

  private struct Handle: @unchecked Sendable {
    let raw: UnsafeMutableRawPointer
  }

  private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let inbox = Mutex(Inbox())
  private let multi: Handle?
  private let limits: TransferQueue.Limits
  private let bytesPerSecond: Double?

  init(limits: TransferQueue.Limits, bytesPerSecond: Double?) {
    self.limits = limits
    self.bytesPerSecond = bytesPerSecond
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

  /// Reports how far all is, at most every so many seconds, until the observation or the thread ends.
  func observe(every interval: Double, _ continuation: AsyncStream<TransferProgress>.Continuation) -> UInt64 {
    let id: UInt64? = inbox.withLock { inbox in
      if inbox.isClosed || multi == nil { return nil }
      inbox.nextID += 1
      inbox.observers[inbox.nextID] = Observer(interval: interval, continuation: continuation)
      wake()
      return inbox.nextID
    }
    // Not while the inbox is locked: the end of a sequence ends its observation.
    if id == nil { continuation.finish() }
    return id ?? 0
  }

  func endObservation(_ id: UInt64) {
    inbox.withLock { $0.observers[id] = nil }
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
    var state = State(queue: TransferQueue(limits: limits))
    state.share = cookieJar()
    if let bytesPerSecond, bytesPerSecond > 0 {
      state.meter = LineMeter(rate: bytesPerSecond, now: monotonicSeconds())
    }
    while true {
      let orders = inbox.withLock { inbox in
        let taken = inbox
        inbox.exchanges = []
        inbox.cancelled = []
        inbox.pauses = []
        return taken
      }
      for exchange in orders.exchanges { state.queue.add(exchange) }
      for pause in orders.pauses { state.queue.pause(host: pause.host, until: pause.until) }
      for id in orders.cancelled { cancel(id, &state) }
      if orders.isClosed { break }
      while let exchange = state.queue.next(now: monotonicSeconds()) { begin(exchange, &state) }
      release(&state)
      var active: Int32 = 0
      curl_multi_perform(multi.raw, &active)
      collect(&state)
      let now = monotonicSeconds()
      if now - state.lookedAt >= 0.1 {
        state.lookedAt = now
        stopStalled(&state, now)
      }
      if !orders.observers.isEmpty { report(state, now) }
      var wait = state.running.isEmpty ? 60 : 0.2
      if let next = state.queue.nextStart(now: now) { wait = min(wait, max(0.001, next - now)) }
      if let delay = state.meter?.delay(now: now) { wait = min(wait, delay) }
      curl_multi_poll(multi.raw, nil, 0, Int32(wait * 1000) + 1, nil)
    }
    for easy in Array(state.running.keys) {
      remove(easy, &state)?.end(.failed(.cancelled, "the transfer engine was shut down"))
    }
    for exchange in state.queue.removeAll() {
      exchange.end(.failed(.cancelled, "the transfer engine was shut down"))
    }
    for easy in state.idle { curl_easy_cleanup(easy) }
    let observers = inbox.withLock { inbox in
      inbox.isGone = true
      curl_multi_cleanup(multi.raw)
      return inbox.observers.values.map(\.continuation)
    }
    if let share = state.share { curl_share_cleanup(share) }
    for observer in observers { observer.finish() }
  }

  /// Where the cookies of all exchanges are kept while the engine lives; only this thread touches it.
  private func cookieJar() -> UnsafeMutableRawPointer? {
    let share = curl_share_init()
    if let share {
      _ = votrawl_curl_share_setopt_long(share, CURLSHOPT_SHARE, Int(CURL_LOCK_DATA_COOKIE.rawValue))
    }
    return share
  }

  private func begin(_ exchange: Exchange, _ state: inout State) {
    guard let multi, let easy = state.idle.popLast() ?? newHandle(state) else {
      state.queue.ended(host: exchange.order.hostKey)
      return exchange.end(.failed(.refused, "libcurl could not be started"))
    }
    exchange.meter = state.meter
    configure(easy, for: exchange)
    state.running[easy] = exchange
    curl_multi_add_handle(multi.raw, easy)
  }

  /// A handle with what is the same for every exchange.
  private func newHandle(_ state: State) -> UnsafeMutableRawPointer? {
    guard let easy = curl_easy_init() else { return nil }
    _ = votrawl_curl_setopt_long(easy, CURLOPT_NOSIGNAL, 1)
    _ = votrawl_curl_setopt_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = votrawl_curl_setopt_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    // A service that moved for good (http to https) still wants the form; 302 and 303 turn into GET.
    _ = votrawl_curl_setopt_long(easy, CURLOPT_POSTREDIR, Int(CURL_REDIR_POST_301))
    // A spectrum in two or three pieces instead of six.
    _ = votrawl_curl_setopt_long(easy, CURLOPT_BUFFERSIZE, 65536)
    if let share = state.share {
      _ = votrawl_curl_setopt_pointer(easy, CURLOPT_SHARE, share)
      // An empty name reads no file and turns cookies on.
      _ = votrawl_curl_setopt_string(easy, CURLOPT_COOKIEFILE, "")
    }
    _ = votrawl_curl_setopt_data(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let data, let context else { return 0 }
      let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
      let now = monotonicSeconds()
      exchange.lastActivity = now
      guard exchange.mayTake(size * count, now: now) else { return Int(CURL_WRITEFUNC_PAUSE) }
      let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
      // Anything but the number of bytes makes curl stop.
      return exchange.take(raw: bytes) ? size * count : size * count &+ 1
    }
    _ = votrawl_curl_setopt_data(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let data, let context else { return 0 }
      let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
      exchange.lastActivity = monotonicSeconds()
      exchange.take(headerLine: UnsafeRawBufferPointer(start: data, count: size * count))
      return size * count
    }
    return easy
  }

  private func configure(_ easy: UnsafeMutableRawPointer, for exchange: Exchange) {
    let order = exchange.order
    _ = votrawl_curl_setopt_string(easy, CURLOPT_URL, order.url)
    _ = votrawl_curl_setopt_long(easy, CURLOPT_FOLLOWLOCATION, order.maxRedirects > 0 ? 1 : 0)
    _ = votrawl_curl_setopt_long(easy, CURLOPT_MAXREDIRS, order.maxRedirects)
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
    _ = votrawl_curl_setopt_slist(easy, CURLOPT_HTTPHEADER, list)
    if let list { exchange.release = { curl_slist_free_all(list) } }
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    _ = votrawl_curl_setopt_pointer(easy, CURLOPT_WRITEDATA, context)
    _ = votrawl_curl_setopt_pointer(easy, CURLOPT_HEADERDATA, context)
  }

  /// Lets those go on that waited for the line.
  private func release(_ state: inout State) {
    guard let meter = state.meter, !meter.waiting.isEmpty else { return }
    let now = monotonicSeconds()
    let released = meter.released(now: now)
    guard !released.isEmpty else { return }
    for (easy, exchange) in state.running where released.contains(exchange.id) {
      exchange.lastActivity = now
      curl_easy_pause(easy, CURLPAUSE_CONT)
    }
  }

  /// Ends the exchanges that curl is done with.
  private func collect(_ state: inout State) {
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
      let outcome = Self.outcome(result, exchangeIn: state.running[easy])
      remove(easy, &state)?.end(outcome, url: url, retryAfter: retryAfter > 0 ? Double(retryAfter) : nil)
    }
  }

  /// Stops the exchanges that have been connected without a byte for too long.
  private func stopStalled(_ state: inout State, _ now: Double) {
    for (easy, exchange) in state.running {
      if exchange.lastActivity == 0 {
        var connected: curl_off_t = 0
        _ = votrawl_curl_getinfo_off_t(easy, CURLINFO_PRETRANSFER_TIME_T, &connected)
        if connected > 0 { exchange.lastActivity = now }
        continue
      }
      guard now - exchange.lastActivity > exchange.order.stallTimeout else { continue }
      if let meter = state.meter, meter.waiting.contains(exchange.id) { continue }
      let seconds = exchange.order.stallTimeout
      let place = exchange.received == 0 ? "no answer" : "no more bytes after \(exchange.received)"
      remove(easy, &state)?.end(.failed(.stalled, "\(place) for \(seconds) s"))
    }
  }

  /// Tells those who asked how far all is.
  private func report(_ state: State, _ now: Double) {
    let due = inbox.withLock { inbox in
      var due: [AsyncStream<TransferProgress>.Continuation] = []
      for (id, observer) in inbox.observers where observer.next <= now {
        inbox.observers[id]?.next = now + observer.interval
        due.append(observer.continuation)
      }
      return due
    }
    guard !due.isEmpty else { return }
    let exchanges = state.running.values.sorted { $0.id < $1.id }
    let progress = TransferProgress(
      running: exchanges.map { exchange in
        .init(
          url: exchange.order.url, bytes: exchange.received,
          total: exchange.headers["Content-Length"].flatMap { Int($0) })
      }, waiting: state.queue.count, answered: state.answered, broken: state.broken,
      bytes: state.bytes + exchanges.reduce(0) { $0 + $1.received })
    for continuation in due { continuation.yield(progress) }
  }

  private func cancel(_ id: UInt64, _ state: inout State) {
    if let waiting = state.queue.remove(id) { return waiting.end(.failed(.cancelled, "cancelled")) }
    guard let easy = state.running.first(where: { $0.value.id == id })?.key else { return }
    remove(easy, &state)?.end(.failed(.cancelled, "cancelled"))
  }

  private func remove(_ easy: UnsafeMutableRawPointer, _ state: inout State) -> Exchange? {
    guard let multi, let exchange = state.running.removeValue(forKey: easy) else { return nil }
    curl_multi_remove_handle(multi.raw, easy)
    if case .get = exchange.order.verb, state.idle.count < limits.total {
      // The list of header fields is freed below.
      _ = votrawl_curl_setopt_slist(easy, CURLOPT_HTTPHEADER, nil)
      state.idle.append(easy)
    } else {
      curl_easy_cleanup(easy)
    }
    exchange.release?()
    exchange.release = nil
    state.meter?.forget(exchange.id)
    state.bytes += exchange.received
    if exchange.status > 0 && exchange.failure == nil { state.answered += 1 } else { state.broken += 1 }
    state.queue.ended(host: exchange.order.hostKey)
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

extension TransferEngine {
  /// The version of libcurl in this process, with those of the libraries that it uses.
  public static var libraryVersion: String { String(cString: curl_version()) }
}
