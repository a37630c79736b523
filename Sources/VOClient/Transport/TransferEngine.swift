import Dispatch
import Synchronization

/// Carries out HTTP requests: politely, patiently, and without ever keeping a wrong answer.
///
/// All transfers share one libcurl multi handle on a thread of the engine's own. At most
/// ``TransferConfiguration/perHost`` run to one host and ``TransferConfiguration/total`` in all; the rest wait their
/// turn, so that thousands of calls may be made at once. Failures that can pass are tried again with growing,
/// jittered pauses, and a Retry-After holds up everything that goes to that host.
///
/// Cancelling the calling task ends its transfer within a second.
public final class TransferEngine: Sendable {
  /// How the engine behaves.
  public let configuration: TransferConfiguration

  private let thread: TransferThread
  private let cache: ResponseCache?
  private let orders: OrderMaker
  private let mirrors: MirrorSet
  private let logins = Logins()
  /// Where file operations run that wait for the disk.
  private let files = DispatchQueue(label: "votrawl.transfer.files", attributes: .concurrent)

  /// Starts an engine and its thread.
  public init(_ configuration: TransferConfiguration = .init()) {
    self.configuration = configuration
    cache = configuration.cacheFolder.map(ResponseCache.init)
    orders = OrderMaker(configuration: configuration)
    mirrors = MirrorSet(configuration.mirrors)
    let interval = configuration.requestsPerSecond.map { $0 > 0 ? 1 / $0 : 0 } ?? 0
    thread = TransferThread(
      limits: .init(
        perHost: max(1, configuration.perHost), total: max(1, configuration.total), interval: interval),
      bytesPerSecond: configuration.bytesPerSecond)
  }

  deinit {
    thread.shutdown()
  }

  /// Ends all transfers (they fail with NET-16) and the thread; later calls fail at once.
  public func shutdown() {
    thread.shutdown()
  }

  /// Fetches an answer into memory.
  ///
  /// - Returns: the answer; its status is below 400 and its content of a kind that was expected.
  /// - Throws: ``TransferError``; also for any status from 400 on.
  public func data(_ request: TransferRequest) async throws(TransferError) -> TransferResponse {
    let address = try address(of: request)
    let began = monotonicSeconds()
    let entry = await cached(request, address)
    if configuration.isOffline {
      guard let entry else { throw offline(address) }
      return entry.response(elapsed: monotonicSeconds() - began, attempts: 0)
    }
    var conditional = request
    if let entry { conditional.headers += entry.conditions }
    let sent = conditional
    let response = try await repeating(request, address) { attempt, place throws(TransferError) in
      let result = await self.exchange(self.orders.order(sent, place, file: nil))
      let check = ResponseCheck(request: request, address: place)
      try check.accept(result)
      if result.status == 304, let entry {
        return entry.response(elapsed: monotonicSeconds() - began, attempts: attempt)
      }
      let kind = ContentKind.classify(result.body)
      try check.accept(kind: kind, head: result.body, result: result)
      try check.acceptWhole(result.body, kind: kind, result: result)
      return TransferResponse(
        url: result.url, status: result.status, headers: result.headers, body: result.body, kind: kind,
        bytesReceived: result.received, elapsed: monotonicSeconds() - began, attempts: attempt)
    }
    if request.usesCache, let cache, !response.isFromCache {
      await onFiles { cache.keep(response, for: ResponseCache.Key(request, address)) }
    }
    return response
  }

  /// Fetches an answer into a file.
  ///
  /// The bytes go to `path.part`; only when all of them are there, of an expected kind and whole (FITS units,
  /// VOTable end, gzip checksum, no error document), they are written to the disk and the file gets its name.
  ///
  /// A download that breaks is continued where it broke if the server gave the file a date or tag and its length, and
  /// both are still the same. Of files from 1 MiB on, what a killed or failed call left is continued by the next
  /// (`path.part.origin` says what it is); of shorter ones it is overwritten.
  ///
  /// - Parameters:
  ///   - request: what to fetch.
  ///   - path: the final name; its folder must exist.
  /// - Returns: the answer with an empty body.
  /// - Throws: ``TransferError``; there is no file at `path` then that was not there before.
  public func download(
    _ request: TransferRequest, to path: String
  ) async throws(TransferError) -> TransferResponse {
    let address = try address(of: request)
    let began = monotonicSeconds()
    if configuration.isOffline { throw offline(address) }
    let part = PartFile(path: path + ".part", url: address.text)
    try Self.report(part.prepare(), url: address.text)
    let source = Shelf(address.text)
    do throws(TransferError) {
      return try await repeating(request, address) { attempt, place throws(TransferError) in
        let check = ResponseCheck(request: request, address: place)
        part.beginAttempt()
        // Another mirror's file may be another version, whatever it says of itself.
        let isElsewhere = source.change { source in
          defer { source = place.text }
          return source != place.text
        }
        if isElsewhere { part.forget() }
        let result = await self.exchange(self.orders.order(request, place, file: part))
        do throws(TransferError) {
          try check.accept(result)
        } catch {
          if error.kind == .changed { part.forget() }
          throw error
        }
        let isInFile = result.status == 200 || result.status == 206
        let head = isInFile ? part.read(at: 0, count: ContentKind.bytesNeeded) : result.body
        let kind = ContentKind.classify(head)
        try check.accept(kind: kind, head: head, result: result)
        try await self.onFilesThrowing { () throws(TransferError) in
          try check.acceptWhole(part: part, kind: kind, result: result)
          try Self.report(part.commit(to: path), url: result.url)
        }
        return TransferResponse(
          url: result.url, status: result.status, headers: result.headers, body: [], kind: kind,
          bytesReceived: part.length, elapsed: monotonicSeconds() - began, attempts: attempt)
      }
    } catch {
      part.discard(keepingLong: error.isTransient || error.kind == .cancelled)
      throw error
    }
  }

  /// What the engine is doing, time and again; the sequence ends with the engine.
  ///
  /// - Parameter interval: seconds between two reports, at least; none comes while nothing happens.
  public func progress(every interval: Double = 0.25) -> AsyncStream<TransferProgress> {
    // Who looks late sees how it is, not how it was.
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let id = thread.observe(every: interval, continuation)
      continuation.onTermination = { [thread] _ in thread.endObservation(id) }
    }
  }

  // MARK: Steps

  private func offline(_ address: WebAddress) -> TransferError {
    TransferError(
      .offline, url: address.text, message: "offline, and the answer is not in the cache: \(address.text)",
      hint: "run once without --offline")
  }

  private func cached(_ request: TransferRequest, _ address: WebAddress) async -> ResponseCache.Entry? {
    guard let cache, request.usesCache || configuration.isOffline else { return nil }
    return await onFiles { cache.entry(for: ResponseCache.Key(request, address)) }
  }

  private func address(of request: TransferRequest) throws(TransferError) -> WebAddress {
    guard let address = WebAddress(request.url) else {
      throw TransferError(
        .badURL, url: String(request.url.prefix(200)), message: "not an http or https address",
        hint: "only http and https are fetched")
    }
    return address
  }

  /// Runs one exchange on the transfer thread; cancelling the task ends it.
  private func exchange(_ order: ExchangeOrder) async -> ExchangeResult {
    let ticket = Mutex<(id: UInt64?, isCancelled: Bool)>((nil, false))
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let id = thread.start(order) { continuation.resume(returning: $0) }
        let isCancelled = ticket.withLock { ticket in
          ticket.id = id
          return ticket.isCancelled
        }
        if isCancelled { thread.cancel(id) }
      }
    } onCancel: {
      let id = ticket.withLock { ticket in
        ticket.isCancelled = true
        return ticket.id
      }
      if let id { thread.cancel(id) }
    }
  }

  /// Makes attempts until one succeeds, the error is final or the number is used up; each goes through the mirrors.
  private func repeating(
    _ request: TransferRequest, _ address: WebAddress,
    attempt body: (Int, WebAddress) async throws(TransferError) -> TransferResponse
  ) async throws(TransferError) -> TransferResponse {
    let policy = RetryPolicy(
      retries: request.retries ?? configuration.retries, backoff: configuration.backoff,
      longestBackoff: configuration.longestBackoff, longestRetryAfter: configuration.longestRetryAfter)
    var attempt = 1
    while true {
      do throws(TransferError) {
        return try await elsewhere(address, attempt, body)
      } catch {
        guard !Task.isCancelled, let pause = policy.pause(after: error, attempt: attempt) else { throw error }
        do {
          try await Task.sleep(for: .seconds(pause))
        } catch {
          throw TransferError(.cancelled, url: address.text, message: "cancelled", attempts: attempt)
        }
        attempt += 1
      }
    }
  }

  /// Makes one attempt at each place of an address until one succeeds.
  ///
  /// - Throws: what failed at the first place, unless asking again there would not help and elsewhere it would.
  private func elsewhere(
    _ address: WebAddress, _ attempt: Int,
    _ body: (Int, WebAddress) async throws(TransferError) -> TransferResponse
  ) async throws(TransferError) -> TransferResponse {
    var first: TransferError?
    for place in mirrors.places(of: address, now: monotonicSeconds()) {
      do throws(TransferError) {
        try await logIn(place)
        return try await body(attempt, place)
      } catch {
        var error = orders.censored(error, place)
        error.attempts = attempt
        if let seconds = error.retryAfter, seconds <= configuration.longestRetryAfter {
          thread.pause(host: place.hostKey, seconds: seconds)
        }
        if error.isTransient { mirrors.note(failureOf: place.hostKey, now: monotonicSeconds()) }
        guard !Task.isCancelled, MirrorSet.isWorthAnother(error) else { throw error }
        if let earlier = first, earlier.isTransient || !error.isTransient { continue }
        first = error
      }
    }
    throw first ?? TransferError(.badURL, url: address.text, message: "no address to ask at")
  }

  /// Posts the login form of a host, once for all transfers; its cookies are kept by libcurl.
  private func logIn(_ address: WebAddress) async throws(TransferError) {
    guard case .login(let url, let form) = orders.authentication(of: address)?.way,
      let place = WebAddress(url)
    else { return }
    let request = TransferRequest(url: url, method: .post(form: form))
    let result = await logins.result(of: address.hostKey) { () -> Result<Void, TransferError> in
      let result = await self.exchange(self.orders.order(request, place, file: nil))
      return Result { () throws(TransferError) in
        try ResponseCheck(request: request, address: place).accept(result)
      }
    }
    try result.get()
  }

  /// Runs work on files where it may block.
  private func onFiles<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      files.async { continuation.resume(returning: work()) }
    }
  }

  /// Runs work on files where it may block and fail.
  private func onFilesThrowing(
    _ work: @escaping @Sendable () throws(TransferError) -> Void
  ) async throws(TransferError) {
    let result: Result<Void, TransferError> = await onFiles { Result(catching: work) }
    try result.get()
  }

  /// Makes the text of a failed file operation the error NET-15.
  private static func report(_ problem: String?, url: String) throws(TransferError) {
    guard let problem else { return }
    throw TransferError(
      .localFile, url: url, message: problem, hint: "check the folder, its rights and the free space")
  }
}
