/// A file on a server of which only parts are fetched, all of them of one version of it.
///
/// Each answer must be a 206 with exactly the bytes that were asked for (RFC 9110, section 15.3.7), and state the length,
/// the date and the tag that the first one stated; it is compared here, for servers may ignore If-Range.
public struct RangedFile: Sendable {
  /// Some bytes of the file.
  public struct Part: Sendable {
    /// Where they begin, counted from 0.
    public var start: Int
    /// The bytes.
    public var bytes: [UInt8]
  }

  /// What came.
  public enum Answer: Sendable {
    /// The parts, in the order of the ranges; the last may be shorter where the file ends.
    case parts([Part])
    /// The server sent the whole file (status 200), as it may.
    case whole(TransferResponse)
    /// The server gives no parts that can be relied upon; ask for the whole file.
    case unavailable(String)
  }

  /// The address.
  public let url: String
  /// Bytes of the whole file, once an answer told.
  public private(set) var count: Int?
  /// Bytes of bodies received so far.
  public private(set) var received = 0
  /// Whether several ranges are asked for with one request; false once the server did not take that.
  public var asksTogether = true
  private let engine: TransferEngine
  private var version: Version?

  private struct Version: Equatable, Sendable {
    var tag: String?
    var date: String?
    var isTold: Bool { tag != nil || date != nil }
  }

  /// Nothing is asked for yet.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// Fetches ranges of bytes (from 0, end exclusive): with one request where the server takes that, else each with one of
  /// its own, several at a time.
  ///
  /// - Throws: NET-20 where the file is not the one that the earlier answers were of, NET-16 where it was cancelled, and
  ///   what ``TransferEngine/data(_:)`` throws.
  public mutating func parts(_ ranges: [Range<Int>]) async throws(TransferError) -> Answer {
    if count != nil, version?.isTold != true {
      return .unavailable("the server gives no date or tag by which a change of the file would be noticed")
    }
    if ranges.count > 1, asksTogether {
      if let answer = try await together(ranges) { return answer }
      asksTogether = false
    }
    let answers = await withTaskGroup(of: (Int, Result<TransferResponse, TransferError>).self) { group in
      for (index, range) in ranges.enumerated() {
        group.addTask { [engine, url] in
          do throws(TransferError) {
            return (index, .success(try await engine.data(TransferRequest(url: url, range: range))))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      var answers: [(Int, Result<TransferResponse, TransferError>)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
    for case .success(let response) in answers { received += response.body.count }
    var parts: [Part] = []
    for (answer, range) in zip(answers, ranges) {
      switch answer {
      case .failure(let error) where error.status == 416:
        guard count == nil else { throw changed() }
        return .unavailable("the file has no byte \(range.lowerBound)")
      case .failure(let error): throw error
      case .success(let response):
        guard response.status == 206 else { return .whole(response) }
        guard let part = try accept(response, range) else {
          return .unavailable(
            "the server's answer is not the bytes \(range.lowerBound)..<\(range.upperBound)")
        }
        parts.append(part)
      }
    }
    return .parts(parts)
  }

  /// Fetches ranges with one request; `nil` where the answer does not have all of them.
  private mutating func together(_ ranges: [Range<Int>]) async throws(TransferError) -> Answer? {
    var request = TransferRequest(url: url, range: ranges[0])
    request.furtherRanges = Array(ranges.dropFirst())
    let response: TransferResponse
    do throws(TransferError) {
      response = try await engine.data(request)
    } catch {
      // 416, and what else a server says to a question that it does not understand: it is put more simply.
      if error.isTransient || error.kind == .cancelled { throw error }
      return nil
    }
    received += response.body.count
    guard response.status == 206 else {
      // It ignores several, but perhaps not one: the next file is asked for more simply.
      asksTogether = false
      return .whole(response)
    }
    guard let found = ByteRanges(contentType: response.headers["Content-Type"], body: response.body),
      let total = found.parts.first?.range.total, found.parts.allSatisfy({ $0.range.total == total })
    else { return nil }
    var parts: [Part] = []
    for range in ranges {
      let end = min(range.upperBound, total)
      // A server may join ranges, and give them in another order.
      let holder = found.parts.first { $0.range.first <= range.lowerBound && $0.range.last >= end - 1 }
      guard let holder, range.lowerBound < end else { return nil }
      let start = holder.bytes.startIndex + range.lowerBound - holder.range.first
      parts.append(
        Part(start: range.lowerBound, bytes: Array(holder.bytes[start..<start + end - range.lowerBound])))
    }
    try check(response, total: total)
    return .parts(parts)
  }

  /// Notes of which version of the file an answer is.
  private mutating func check(_ response: TransferResponse, total: Int) throws(TransferError) {
    let found = Version(tag: response.headers["ETag"], date: response.headers["Last-Modified"])
    if let count, let version, count != total || version != found { throw changed() }
    count = total
    version = found
  }

  private mutating func accept(
    _ response: TransferResponse, _ range: Range<Int>
  ) throws(TransferError) -> Part? {
    let encoding = response.headers["Content-Encoding"]?.lowercased() ?? "identity"
    guard encoding == "identity", let stated = ContentRange(response.headers["Content-Range"]),
      let total = stated.total, stated.first == range.lowerBound,
      stated.last == min(range.upperBound, total) - 1,
      response.body.count == stated.last - stated.first + 1
    else { return nil }
    try check(response, total: total)
    return Part(start: stated.first, bytes: response.body)
  }

  private func changed() -> TransferError {
    TransferError(
      .changed, url: url, message: "the file changed on the server between two parts of it: \(url)",
      hint: "fetch it again")
  }
}
