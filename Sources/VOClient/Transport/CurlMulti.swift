internal import CLibCurl
import Glibc

/// Carries out exchanges with one curl multi handle; every call of libcurl stands in this file.
///
/// It never waits by itself: `poll` tells which sockets are ready, and only their transfers are looked at. Belongs to one
/// thread, which makes it, uses it and closes it.
final class CurlMulti {
  /// An exchange that has come to its end.
  struct Finished {
    var exchange: Exchange
    var outcome: ExchangeResult.Outcome
    /// The address after redirects.
    var url: String?
    /// Seconds, where the server said how long to stay away.
    var retryAfter: Double?
  }

  private typealias Raw = UnsafeMutableRawPointer

  /// Whether libcurl is set up.
  ///
  /// First asked before the transfer thread starts: a process that ends while another thread sets up its libraries
  /// would crash.
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Those that run.
  var running: Dictionary<UnsafeMutableRawPointer, Exchange>.Values { exchanges.values }

  /// Bytes of bodies that came so far.
  var received: Int { tally.bytes }

  private let tally = ByteTally()
  private let multi: Raw
  private let poll: SocketPoll
  private let bufferSize: Int
  private let mostIdle: Int
  private var exchanges: [Raw: Exchange] = [:]
  /// Handles that were used for a GET: to make one and set it up takes longer than to answer a small request.
  private var idle: [Raw] = []
  /// Where the cookies of all exchanges are kept.
  private let share: Raw?
  /// When curl wants to look at its clocks, in seconds of the monotonic clock.
  private var alarm: Double?

  /// - Parameters:
  ///   - limit: exchanges at a time.
  ///   - bufferSize: bytes that are taken from a socket at once, at most.
  /// - Returns: nil where libcurl could not be started.
  init?(poll: SocketPoll, limit: Int, bufferSize: Int) {
    guard Self.isReady, let multi = curl_multi_init() else { return nil }
    self.multi = multi
    self.poll = poll
    self.bufferSize = bufferSize
    mostIdle = limit
    share = curl_share_init()
    if let share {
      _ = votrawl_curl_share_setopt_long(share, CURLSHOPT_SHARE, Int(CURL_LOCK_DATA_COOKIE.rawValue))
    }
    _ = votrawl_curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, limit * 2)
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = votrawl_curl_multi_setopt_pointer(multi, CURLMOPT_SOCKETDATA, context)
    _ = votrawl_curl_multi_setopt_pointer(multi, CURLMOPT_TIMERDATA, context)
    _ = votrawl_curl_multi_setopt_socket(multi) { _, socket, what, context, _ in
      guard let context else { return -1 }
      let this = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
      var interest: SocketPoll.Interest = []
      if what == CURL_POLL_IN || what == CURL_POLL_INOUT { interest.insert(.input) }
      if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { interest.insert(.output) }
      this.poll.watch(socket, for: interest)
      return 0
    }
    _ = votrawl_curl_multi_setopt_timer(multi) { _, milliseconds, context in
      guard let context else { return -1 }
      let this = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
      this.alarm = milliseconds < 0 ? nil : monotonicSeconds() + Double(milliseconds) / 1000
      return 0
    }
  }

  /// Frees all.
  ///
  /// Nothing may be called after that. What still runs is to be taken out before.
  func close() {
    for easy in idle { curl_easy_cleanup(easy) }
    curl_multi_cleanup(multi)
    if let share { curl_share_cleanup(share) }
  }

  // MARK: Going on

  /// Starts an exchange; false where libcurl has no handle for it.
  func begin(_ exchange: Exchange) -> Bool {
    guard let easy = idle.popLast() ?? newHandle() else { return false }
    configure(easy, for: exchange)
    exchange.handle = easy
    exchange.tally = tally
    exchanges[easy] = exchange
    curl_multi_add_handle(multi, easy)
    return true
  }

  /// Seconds until ``ring(now:)`` has something to do; nil where only sockets can bring something.
  func delay(now: Double) -> Double? { alarm.map { max(0, $0 - now) } }

  /// Does what is due by the clock: what was just begun, or released, and what has waited too long.
  func ring(now: Double) {
    guard let alarm, alarm <= now else { return }
    self.alarm = nil
    var active: Int32 = 0
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &active)
  }

  /// Goes on with whatever goes through a socket that is ready.
  func act(on socket: Int32, _ interest: SocketPoll.Interest) {
    var bits: Int32 = 0
    if interest.contains(.input) { bits |= CURL_CSELECT_IN }
    if interest.contains(.output) { bits |= CURL_CSELECT_OUT }
    if interest.contains(.failure) { bits |= CURL_CSELECT_ERR }
    var active: Int32 = 0
    curl_multi_socket_action(multi, socket, bits, &active)
  }

  /// Lets an exchange go on whose bytes were not taken.
  func resume(_ exchange: Exchange) {
    if let easy = exchange.handle { curl_easy_pause(easy, CURLPAUSE_CONT) }
  }

  /// Whether an exchange has a connection, and has sent, or begun to send, its question.
  func isConnected(_ exchange: Exchange) -> Bool {
    var time: curl_off_t = 0
    if let easy = exchange.handle { _ = votrawl_curl_getinfo_off_t(easy, CURLINFO_PRETRANSFER_TIME_T, &time) }
    return time > 0
  }

  /// Takes out an exchange that curl is done with, if there is any.
  func nextFinished() -> Finished? {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let exchange = exchanges[easy]
      else { continue }
      let result = message.pointee.data.result
      var effective: UnsafeMutablePointer<CChar>?
      var retryAfter: curl_off_t = 0
      _ = votrawl_curl_getinfo_string(easy, CURLINFO_EFFECTIVE_URL, &effective)
      _ = votrawl_curl_getinfo_off_t(easy, CURLINFO_RETRY_AFTER, &retryAfter)
      let finished = Finished(
        exchange: exchange, outcome: Self.outcome(result, of: exchange),
        url: effective.map { String(cString: $0) }, retryAfter: retryAfter > 0 ? Double(retryAfter) : nil)
      remove(exchange)
      return finished
    }
    return nil
  }

  /// Takes an exchange out, whatever it has come to.
  func remove(_ exchange: Exchange) {
    guard let easy = exchange.handle, exchanges.removeValue(forKey: easy) != nil else { return }
    exchange.handle = nil
    curl_multi_remove_handle(multi, easy)
    if case .get = exchange.order.verb, idle.count < mostIdle {
      // The list of header fields is freed below.
      _ = votrawl_curl_setopt_slist(easy, CURLOPT_HTTPHEADER, nil)
      idle.append(easy)
    } else {
      curl_easy_cleanup(easy)
    }
    exchange.release?()
    exchange.release = nil
  }

  // MARK: Handles

  /// A handle with what is the same for every exchange.
  private func newHandle() -> Raw? {
    guard let easy = curl_easy_init() else { return nil }
    _ = votrawl_curl_setopt_long(easy, CURLOPT_NOSIGNAL, 1)
    _ = votrawl_curl_setopt_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = votrawl_curl_setopt_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    // A service that moved for good (http to https) still wants the form; 302 and 303 turn into GET.
    _ = votrawl_curl_setopt_long(easy, CURLOPT_POSTREDIR, Int(CURL_REDIR_POST_301))
    _ = votrawl_curl_setopt_long(easy, CURLOPT_BUFFERSIZE, bufferSize)
    if let share {
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

  private func configure(_ easy: Raw, for exchange: Exchange) {
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
        _ = votrawl_curl_setopt_pointer(easy, CURLOPT_COPYPOSTFIELDS, Raw(mutating: bytes.baseAddress))
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

  /// What a result code of curl means here.
  private static func outcome(_ code: CURLcode, of exchange: Exchange) -> ExchangeResult.Outcome {
    if code == CURLE_OK { return .answered }
    let reason = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_URL_MALFORMAT: return .failed(.badURL, reason)
    case CURLE_UNSUPPORTED_PROTOCOL:
      let target = exchange.headers["Location"]
      return .failed(.badRedirect, "redirect to \(target ?? "another scheme") is not followed")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .failed(.unknownHost, reason)
    case CURLE_COULDNT_CONNECT: return .failed(.refused, "no connection: \(reason)")
    case CURLE_OPERATION_TIMEDOUT: return .failed(.timedOut, reason)
    case CURLE_TOO_MANY_REDIRECTS:
      return .failed(.badRedirect, "more than \(exchange.order.maxRedirects) redirects")
    case CURLE_BAD_CONTENT_ENCODING: return .failed(.badEncoding, "the compressed body is broken")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_USE_SSL_FAILED:
      return .failed(.insecure, reason)
    default: return .failed(.broken, "the connection broke after \(exchange.received) bytes: \(reason)")
    }
  }
}

extension TransferEngine {
  /// The version of libcurl in this process, with those of the libraries that it uses.
  public static var libraryVersion: String { String(cString: curl_version()) }
}
