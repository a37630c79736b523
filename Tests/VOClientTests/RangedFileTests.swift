import Testing

@testable import VOClient

@Suite struct RangedFileTests {
  private static let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

  /// Serves the file by ranges; `head` gives the lines for the n-th request.
  private static func server(
    total: @escaping @Sendable (Int) -> Int = { _ in 50_000 },
    head: @escaping @Sendable (Int) -> [String] = { _ in ["Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"] }
  ) throws -> FaultServer {
    let bytes = Self.bytes
    return try FaultServer { request in
      let ends = (request.headers["range"] ?? "").dropFirst(6).split(separator: "-").compactMap { Int($0) }
      let count = total(request.number)
      guard ends.count == 2, ends[0] < count else {
        return [.answer(416, ["Content-Range: bytes */\(count)"])]
      }
      let last = min(ends[1], count - 1)
      let lines = ["Content-Range: bytes \(ends[0])-\(last)/\(count)"] + head(request.number)
      return [.answer(206, lines, Array(bytes[ends[0]...last]))]
    }
  }

  private static func file(_ server: FaultServer) -> RangedFile {
    RangedFile(url: server.base + "/file", engine: Fixture.engine(retries: 0))
  }

  @Test func `Parts are the bytes asked for, in the order of asking, and end with the file`() async throws {
    let server = try Self.server()
    defer { server.stop() }
    var file = Self.file(server)
    for ranges in [[0..<1000], [30_000..<30_010, 49_990..<60_000, 5..<6]] {
      guard case .parts(let parts) = try await file.parts(ranges) else {
        Issue.record("no parts")
        return
      }
      for (part, range) in zip(parts, ranges) {
        #expect(
          part.start == range.lowerBound && part.bytes == Array(Self.bytes[range.clamped(to: 0..<50_000)]))
      }
      #expect(parts.count == ranges.count)
    }
    #expect(file.count == 50_000 && file.received == 1021)
  }

  @Test(arguments: ["date", "tag", "length", "end"])
  func `A file that changed between two parts is an error`(what: String) async throws {
    let server = try Self.server(
      total: { number in number == 0 ? 50_000 : what == "length" ? 49_000 : what == "end" ? 20_000 : 50_000 },
      head: { number in
        let changed = number > 0
        return [
          "Last-Modified: Mon, 01 Jan 2024 00:00:0\(what == "date" && changed ? 1 : 0) GMT",
          "ETag: \"\(what == "tag" && changed ? "b" : "a")\"",
        ]
      })
    defer { server.stop() }
    var file = Self.file(server)
    _ = try await file.parts([0..<100])
    do {
      _ = try await file.parts([30_000..<30_100])
      Issue.record("parts of two files were taken for one")
    } catch {
      #expect(error.kind == .changed)
    }
  }

  @Test func `Without date and tag there is one question only, for no change would be noticed`() async throws
  {
    let server = try Self.server(head: { _ in [] })
    defer { server.stop() }
    var file = Self.file(server)
    guard case .parts = try await file.parts([0..<100]) else {
      Issue.record("no first part")
      return
    }
    guard case .unavailable = try await file.parts([200..<300]) else {
      Issue.record("a second part was taken")
      return
    }
    #expect(server.requests.count == 1)
  }

  @Test func `A whole file, wrong bytes and an empty file are told from parts`() async throws {
    let answers: [([String], Int, Int)] = [
      ([], 200, 100), (["Content-Range: bytes 1-100/50000"], 206, 100),
      (["Content-Range: bytes 0-99/50000"], 206, 90), (["Content-Range: bytes 0-49/50000"], 206, 50),
      ([], 206, 100), (["Content-Range: bytes 0-99/*"], 206, 100), (["Content-Range: bytes */0"], 416, 0),
    ]
    for (head, status, count) in answers {
      let server = try FaultServer { _ in
        [.answer(status, head, Array(Self.bytes.prefix(count)))]
      }
      defer { server.stop() }
      var file = Self.file(server)
      switch try await file.parts([0..<100]) {
      case .whole(let response): #expect(status == 200 && response.body.count == count)
      case .unavailable: #expect(status != 200)
      case .parts: Issue.record("\(head) was believed")
      }
    }
  }
}
