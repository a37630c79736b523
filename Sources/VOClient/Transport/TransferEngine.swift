import Dispatch
import FoundationEssentials
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
  /// Where file operations run that wait for the disk.
  private let files = DispatchQueue(label: "votrawl.transfer.files", attributes: .concurrent)

  /// Starts an engine and its thread.
  public init(_ configuration: TransferConfiguration = .init()) {
    self.configuration = configuration
    cache = configuration.cacheFolder.map(ResponseCache.init)
    let interval = configuration.requestsPerSecond.map { $0 > 0 ? 1 / $0 : 0 } ?? 0
    thread = TransferThread(
      limits: .init(
        perHost: max(1, configuration.perHost), total: max(1, configuration.total), interval: interval))
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
    let check = ResponseCheck(request: request, address: address)
    let response = try await repeating(request, address) { attempt throws(TransferError) in
      let result = await self.exchange(self.order(sent, address, file: nil))
      try check.accept(result)
      if result.status == 304, let entry {
        return entry.response(elapsed: monotonicSeconds() - began, attempts: attempt)
      }
      let kind = ContentKind.classify(result.body)
      try check.accept(kind: kind, head: result.body, result: result)
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
    do throws(TransferError) {
      return try await repeating(request, address) { attempt throws(TransferError) in
        let check = ResponseCheck(request: request, address: address)
        part.beginAttempt()
        let result = await self.exchange(self.order(request, address, file: part))
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

  private func order(_ request: TransferRequest, _ address: WebAddress, file: PartFile?) -> ExchangeOrder {
    var headers = request.headers.map { "\($0.0): \($0.1)" }
    if let accept = request.accept { headers.append("Accept: \(accept)") }
    if let range = request.range {
      headers.append("Range: bytes=\(range.lowerBound)-\(max(range.lowerBound, range.upperBound - 1))")
    } else if let file, file.length > 0, let origin = file.origin {
      headers.append("Range: bytes=\(file.length)-")
      headers.append("If-Range: \(origin.validator)")
    }
    if let secret = address.userInfo ?? configuration.credentials[address.hostKey] {
      // curl sends it to the same host, port and scheme only.
      headers.append("Authorization: Basic \(Data(secret.utf8).base64EncodedString())")
    }
    // A range counts the bytes of the file as it is: compression would make it ambiguous.
    if !headers.contains(where: { $0.hasPrefix("Range:") }) {
      headers.append("Accept-Encoding: gzip, deflate")
    }
    let verb: ExchangeOrder.Verb
    switch request.method {
    case .get: verb = .get
    case .delete: verb = .delete
    case .post(let form): verb = .post(body: Array(WebAddress.encodedForm(form).utf8))
    case .multipart(let form, let uploads):
      let body = MultipartBody(form: form, files: uploads)
      headers.append("Content-Type: \(body.contentType)")
      verb = .post(body: body.bytes)
    case .body(let contentType, let bytes):
      headers.append("Content-Type: \(contentType)")
      verb = .post(body: bytes)
    }
    // Large forms would wait a second for servers that do not know the expectation, or be refused.
    if case .post = verb { headers.append("Expect:") }
    // Header injection: a line end in a value would start another field.
    headers = headers.map { line in line.filter { !$0.isNewline } }
    var follows = request.followsRedirects
    if case .delete = verb { follows = false }
    return ExchangeOrder(
      url: address.text, hostKey: address.hostKey, verb: verb, headers: headers,
      connectTimeout: configuration.connectTimeout,
      stallTimeout: request.stallTimeout ?? configuration.stallTimeout,
      totalTimeout: request.totalTimeout ?? configuration.totalTimeout,
      maxBytes: request.maxBytes ?? configuration.maxBytes,
      maxRedirects: follows ? configuration.maxRedirects : 0, userAgent: configuration.userAgent,
      certificateFile: configuration.certificateFile, file: file)
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

  /// Makes attempts until one succeeds, the error is final or the number is used up.
  private func repeating(
    _ request: TransferRequest, _ address: WebAddress,
    attempt body: (Int) async throws(TransferError) -> TransferResponse
  ) async throws(TransferError) -> TransferResponse {
    let policy = RetryPolicy(
      retries: request.retries ?? configuration.retries, backoff: configuration.backoff,
      longestBackoff: configuration.longestBackoff, longestRetryAfter: configuration.longestRetryAfter)
    var attempt = 1
    while true {
      do throws(TransferError) {
        return try await body(attempt)
      } catch {
        var error = error
        error.attempts = attempt
        guard !Task.isCancelled, let pause = policy.pause(after: error, attempt: attempt) else { throw error }
        if let seconds = error.retryAfter { thread.pause(host: address.hostKey, seconds: seconds) }
        do {
          try await Task.sleep(for: .seconds(pause))
        } catch {
          throw TransferError(.cancelled, url: address.text, message: "cancelled", attempts: attempt)
        }
        attempt += 1
      }
    }
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
