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
      let asked = request.headers["range"] ?? ""
      // One that takes one range at a time.
      if asked.contains(",") { return [.answer(416, ["Content-Range: bytes */\(bytes.count)"])] }
      let ends = asked.dropFirst(6).split(separator: "-").compactMap { Int($0) }
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

  /// A server of 1000 bytes that answers several ranges as told.
  private static func server(_ answer: @escaping @Sendable ([Range<Int>], [UInt8]) -> [FaultServer.Step])
    throws -> FaultServer
  {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    return try FaultServer { request in
      let ranges = (request.headers["range"] ?? "").dropFirst(6).split(separator: ",").map { text in
        let ends = text.split(separator: "-").compactMap { Int($0) }
        return ends[0]..<min(1000, ends[1] + 1)
      }
      guard ranges.count == 1 else { return answer(ranges, bytes) }
      let (first, end) = (ranges[0].lowerBound, ranges[0].upperBound)
      return [
        .answer(206, date + ["Content-Range: bytes \(first)-\(end - 1)/1000"], Array(bytes[first..<end]))
      ]
    }
  }

  private static let date = ["Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"]

  private static func multipart(_ parts: [Range<Int>], _ bytes: [UInt8], cut: Int = 0) -> FaultServer.Step {
    var body: [UInt8] = []
    for part in parts {
      body += Array(
        "\r\n--x y\r\nContent-range: bytes \(part.lowerBound)-\(part.upperBound - 1)/1000\r\n\r\n".utf8)
      body += bytes[part]
    }
    body += Array("\r\n--x y--\r\n".utf8)
    return .answer(
      206, date + ["Content-Type: multipart/byteranges; boundary=\"x y\""], Array(body.dropLast(cut)))
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5])
  func `Several ranges come with one request where the server takes that, and singly where not`(
    _ habit: Int
  ) async throws {
    let server = try Self.server { ranges, bytes in
      switch habit {
      case 0: [Self.multipart(ranges, bytes)]
      case 1: [Self.multipart(ranges.reversed(), bytes)]
      case 2: [Self.multipart([0..<600, 890..<1000], bytes)]  // joined
      case 3: [Self.multipart(ranges, bytes, cut: 150)]
      case 4:  // the first only
        [.answer(206, Self.date + ["Content-Range: bytes 10-19/1000"], Array(bytes[10..<20]))]
      default: [.answer(416)]
      }
    }
    defer { server.stop() }
    var file = RangedFile(url: server.base, engine: Fixture.engine(retries: 0))
    let ranges = [10..<20, 500..<600, 900..<1100]
    guard case .parts(let parts) = try await file.parts(ranges) else {
      Issue.record("no parts came")
      return
    }
    #expect(parts.map(\.start) == [10, 500, 900])
    #expect(
      parts.map(\.bytes)
        == [10..<20, 500..<600, 900..<1000].map { $0.map { UInt8(truncatingIfNeeded: $0 &* 7) } })
    #expect(file.count == 1000 && file.asksTogether == (habit < 3))
    #expect(server.requests.count == (habit < 3 ? 1 : 4))
  }
}
