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

  /// Fetches ranges of bytes (from 0, end exclusive), each with a request of its own, several at a time.
  ///
  /// - Throws: NET-20 where the file is not the one that the earlier answers were of, NET-16 where it was cancelled, and
  ///   what ``TransferEngine/data(_:)`` throws.
  public mutating func parts(_ ranges: [Range<Int>]) async throws(TransferError) -> Answer {
    if count != nil, version?.isTold != true {
      return .unavailable("the server gives no date or tag by which a change of the file would be noticed")
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

  private mutating func accept(
    _ response: TransferResponse, _ range: Range<Int>
  ) throws(TransferError) -> Part? {
    let found = Version(tag: response.headers["ETag"], date: response.headers["Last-Modified"])
    let encoding = response.headers["Content-Encoding"]?.lowercased() ?? "identity"
    guard encoding == "identity", let stated = ContentRange(response.headers["Content-Range"]),
      let total = stated.total, stated.first == range.lowerBound,
      stated.last == min(range.upperBound, total) - 1,
      response.body.count == stated.last - stated.first + 1
    else { return nil }
    if let count, let version, count != total || version != found { throw changed() }
    count = total
    version = found
    return Part(start: stated.first, bytes: response.body)
  }

  private func changed() -> TransferError {
    TransferError(
      .changed, url: url, message: "the file changed on the server between two parts of it: \(url)",
      hint: "fetch it again")
  }
}
