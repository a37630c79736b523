/// What must hold of an answer before it is believed.
struct ResponseCheck: Sendable {
  let request: TransferRequest
  let address: WebAddress

  /// Checks how the exchange ended and the HTTP status.
  func accept(_ result: ExchangeResult) throws(TransferError) {
    if case .failed(let code, let message) = result.outcome {
      throw TransferError(
        code, url: result.url, status: result.status > 0 ? result.status : nil,
        message: "\(message): \(result.url)", hint: hint(for: code),
        serverMessage: result.status >= 400 ? words(result) : nil)
    }
    switch result.status {
    case 200..<300: return
    case 304: return
    case 300..<400 where !request.followsRedirects: return
    case 300..<400:
      if case .delete = request.method { return }
      throw failure(.badRedirect, result, "status \(result.status) without an address to go to")
    case 429, 503: throw failure(.busy, result, busyMessage(result))
    case 401, 403:
      throw failure(
        .refusedByServer, result, "status \(result.status): access is not allowed",
        hint: "the data may be proprietary; ask the archive for an account")
    case 416 where request.range == nil:
      throw failure(.changed, result, "the file is shorter on the server than the part that is here")
    case 408, 500, 502, 504, 506...599: throw failure(.serverFailed, result, "status \(result.status)")
    default: throw failure(.refusedByServer, result, "status \(result.status)")
    }
  }

  /// Checks the kind of content against what was asked for.
  func accept(kind: ContentKind, head: [UInt8], result: ExchangeResult) throws(TransferError) {
    guard !request.expecting.isEmpty, result.status < 300 else { return }
    var kind = kind
    if kind == .gzip && request.expecting.contains(.gzip) {
      // Only the inside tells whether it is the right thing.
      if request.expecting == [.gzip] { return }
      kind = ContentKind.classify(GzipDecoder.peek(head, count: ContentKind.bytesNeeded))
    }
    if request.expecting.contains(kind) { return }
    if kind == .empty || result.status == 204 {
      throw failure(
        .nothingThere, result, "status \(result.status) with nothing in it",
        hint: "of a cut-out this means that the spectrum has no data in the band")
    }
    let wanted = request.expecting.map(\.rawValue).sorted().joined(separator: " or ")
    var hint: String?
    if kind == .html { hint = "a web page came instead: a login, a maintenance notice or a wrong address" }
    if kind == .votable { hint = "an error document came instead of the data" }
    throw TransferError(
      .unexpectedContent, url: result.url, status: result.status,
      message: "asked for \(wanted), got \(kind.rawValue): \(result.url)", hint: hint,
      serverMessage: ServerWords.excerpt(head, kind: kind))
  }

  /// Checks that a downloaded file is whole.
  func acceptWhole(part: PartFile, kind: ContentKind, result: ExchangeResult) throws(TransferError) {
    if let origin = part.origin, part.length != origin.total {
      _ = part.restart()
      throw failure(.incomplete, result, "\(part.length) of \(origin.total) bytes came")
    }
    guard request.range == nil else { return }
    let check = CompletenessCheck(length: part.length) { part.read(at: $0, count: $1) }
    guard let problem = check.problem(kind: kind) else { return }
    _ = part.restart()
    var error = failure(problem.code, result, problem.message)
    error.serverMessage = problem.serverMessage
    throw error
  }

  /// Checks that an answer in memory is whole, where that was asked for.
  func acceptWhole(_ body: [UInt8], kind: ContentKind, result: ExchangeResult) throws(TransferError) {
    guard request.mustBeWhole, request.range == nil else { return }
    let check = CompletenessCheck(length: body.count) { offset, count in
      Array(body[min(offset, body.count)..<min(body.count, offset + count)])
    }
    guard let problem = check.problem(kind: kind) else { return }
    var error = failure(problem.code, result, problem.message)
    error.serverMessage = problem.serverMessage
    throw error
  }

  private func failure(
    _ code: TransferError.Code, _ result: ExchangeResult, _ message: String, hint: String? = nil
  ) -> TransferError {
    TransferError(
      code, url: result.url, status: result.status, message: "\(message): \(result.url)", hint: hint,
      serverMessage: words(result), retryAfter: result.retryAfter)
  }

  private func words(_ result: ExchangeResult) -> String? {
    ServerWords.excerpt(result.body, kind: ContentKind.classify(result.body))
  }

  private func busyMessage(_ result: ExchangeResult) -> String {
    let wait = result.retryAfter.map { ", to be asked again in \(Int($0)) s" } ?? ""
    return "status \(result.status), the server is busy\(wait)"
  }

  private func hint(for code: TransferError.Code) -> String? {
    switch code {
    case .unknownHost: "check the spelling of the host and the network"
    case .refused: "the server may be down; try again later"
    case .stalled, .timedOut: "the server may be overloaded; ask for less at a time or allow more time"
    case .insecure: "the certificate does not belong to this host or is not trusted; the answer was not read"
    case .badRedirect: "only redirects to http and https are followed"
    case .tooLarge: "allow more bytes if this size is right"
    default: nil
    }
  }
}
