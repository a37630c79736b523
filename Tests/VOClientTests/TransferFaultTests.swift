import Foundation
import Testing

@testable import VOClient

/// Each thing that a server can do wrong: nothing wrong is kept, nothing right is lost, the message is clear.
@Suite struct TransferFaultTests {
  /// Downloads from a server, expects a failure, and checks that no file and no part of one is left.
  private func failure(
    _ server: FaultServer, with engine: TransferEngine = Fixture.engine(),
    expecting: Set<ContentKind> = [.fits]
  ) async throws -> TransferError {
    try await Fixture.inFolder { folder in
      defer { server.stop() }
      let request = TransferRequest(url: server.base + "/file", expecting: expecting)
      let error = await #expect(throws: TransferError.self) {
        try await engine.download(request, to: folder + "/file")
      }
      #expect(Fixture.names(in: folder) == [])
      return try #require(error)
    }
  }

  /// Downloads from a server and returns what is in the file.
  private func download(_ server: FaultServer, with engine: TransferEngine = Fixture.engine()) async throws
    -> (
      bytes: [UInt8]?, response: TransferResponse
    )
  {
    try await Fixture.inFolder { folder in
      defer { server.stop() }
      let request = TransferRequest(url: server.base + "/file", expecting: [.fits])
      let response = try await engine.download(request, to: folder + "/file")
      #expect(Fixture.names(in: folder) == ["file"])
      return (Fixture.contents(folder + "/file"), response)
    }
  }

  @Test func `A refused connection is NET-03 and is tried again`() async throws {
    let port = try FaultServer.unusedPort()
    let error = await #expect(throws: TransferError.self) {
      try await Fixture.engine().data(TransferRequest(url: "http://127.0.0.1:\(port)/"))
    }
    #expect(error?.code == "NET-03")
    #expect(error?.attempts == 3)
  }

  @Test func `A server that never answers is NET-05`() async throws {
    let error = try await failure(
      FaultServer { _ in [.wait(seconds: 3)] }, with: Fixture.engine(retries: 0, stall: 0.4))
    #expect(error.code == "NET-05")
    #expect(error.message.contains("no answer"))
  }

  @Test func `A stall in the middle is NET-05 and leaves no file`() async throws {
    let server = try FaultServer { _ in
      [.answer(200, ["Content-Length: 14400"], Array(Fixture.fits().prefix(5000))), .wait(seconds: 3)]
    }
    let error = try await failure(server, with: Fixture.engine(retries: 0, stall: 0.4))
    #expect(error.code == "NET-05")
    #expect(error.message.contains("after 5000"))
  }

  @Test func `A download that breaks at 10 kB continues where it broke`() async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { request in
      let date = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"
      guard request.number > 0 else {
        return [.answer(200, [date, "Content-Length: 14400"], Array(fits.prefix(10_000)))]
      }
      guard request.headers["range"] == "bytes=10000-" else { return [.answer(500)] }
      return [.answer(206, [date, "Content-Range: bytes 10000-14399/14400"], Array(fits[10_000...]))]
    }
    let (bytes, response) = try await download(server)
    #expect(bytes == fits)
    #expect(response.attempts == 2)
    #expect(server.requests.count == 2)
    #expect(server.requests[1].headers["if-range"] == "Mon, 01 Jan 2024 00:00:00 GMT")
  }

  @Test func `A file that changed between two parts is fetched anew`() async throws {
    let old = Fixture.fits(seed: 1)
    let new = Fixture.fits(seed: 7)
    let server = try FaultServer { request in
      if request.number == 0 {
        let head = ["Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT", "Content-Length: 14400"]
        return [.answer(200, head, Array(old.prefix(10_000)))]
      }
      let date = "Last-Modified: Tue, 02 Jan 2024 00:00:00 GMT"
      guard request.headers["range"] != nil else { return [.answer(200, [date], new)] }
      // The condition is ignored, as DaCHS does: the part belongs to another file.
      return [.answer(206, [date, "Content-Range: bytes 10000-14399/14400"], Array(new[10_000...]))]
    }
    let (bytes, _) = try await download(server)
    #expect(bytes == new)
    #expect(server.requests.count == 3)
    #expect(server.requests[2].headers["range"] == nil)
  }

  @Test func `A part of a file of another length is not appended`() async throws {
    let old = Fixture.fits()
    let new = old + [UInt8](repeating: 0, count: 2880)
    let server = try FaultServer { request in
      let date = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"
      if request.number == 0 {
        return [.answer(200, [date, "Content-Length: 14400"], Array(old.prefix(10_000)))]
      }
      guard request.headers["range"] != nil else { return [.answer(200, [date], new)] }
      return [.answer(206, [date, "Content-Range: bytes 10000-17279/17280"], Array(new[10_000...]))]
    }
    #expect(try await download(server).bytes == new)
  }

  @Test func `Without a date the whole file is asked for again`() async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { request in
      request.number == 0
        ? [.answer(200, ["Content-Length: 14400"], Array(fits.prefix(10_000)))] : [.answer(200, [], fits)]
    }
    #expect(try await download(server).bytes == fits)
    #expect(server.requests[1].headers["range"] == nil)
  }

  @Test func `A reset connection is tried again`() async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { request in
      request.number == 0
        ? [.answer(200, ["Content-Length: 14400"], Array(fits.prefix(100))), .wait(seconds: 0.05), .reset]
        : [.answer(200, [], fits)]
    }
    #expect(try await download(server).bytes == fits)
  }

  @Test func `A Content-Length that is too large is NET-06`() async throws {
    let server = try FaultServer { _ in [.answer(200, ["Content-Length: 20000"], Fixture.fits())] }
    let error = try await failure(server)
    #expect(error.code == "NET-06")
    #expect(error.attempts == 3)
  }

  @Test func `A Content-Length that is too small is NET-14`() async throws {
    let server = try FaultServer { _ in [.answer(200, ["Content-Length: 8000"], Fixture.fits())] }
    let error = try await failure(server)
    #expect(error.code == "NET-14")
    #expect(error.message.contains("8000 bytes"))
  }

  @Test func `A FITS file cut without any Content-Length is NET-14`() async throws {
    let server = try FaultServer { _ in
      [.send(Array("HTTP/1.0 200 OK\r\n\r\n".utf8) + Fixture.fits().prefix(9000))]
    }
    #expect(try await failure(server).code == "NET-14")
  }

  @Test(arguments: ["1", ""]) func `After 429 the request is made again, Retry-After obeyed`(
    _ seconds: String
  ) async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { request in
      guard request.number == 0 else { return [.answer(200, [], fits)] }
      return [.answer(429, seconds.isEmpty ? [] : ["Retry-After: \(seconds)"], text: "slow down")]
    }
    let (bytes, response) = try await download(server)
    #expect(bytes == fits)
    #expect(response.attempts == 2)
    if !seconds.isEmpty { #expect(response.elapsed >= 1) }
  }

  @Test func `A Retry-After given as a date is obeyed`() async throws {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let date = format.string(from: Date(timeIntervalSinceNow: 3))
    let server = try FaultServer { request in
      request.number == 0 ? [.answer(503, ["Retry-After: \(date)"])] : [.answer(200, [], Fixture.fits())]
    }
    #expect(try await download(server).response.elapsed >= 1)
  }

  @Test func `A Retry-After beyond patience is NET-11 at once`() async throws {
    let server = try FaultServer { _ in [.answer(429, ["Retry-After: 86400"], text: "daily limit reached")] }
    let error = try await failure(server)
    #expect(error.code == "NET-11")
    #expect(error.attempts == 1)
    #expect(error.retryAfter == 86400)
    #expect(error.serverMessage == "daily limit reached")
  }

  @Test func `A server that is busy for three answers is waited for`() async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { request in
      request.number < 3 ? [.answer(503, [], text: "maintenance")] : [.answer(200, [], fits)]
    }
    #expect(try await download(server, with: Fixture.engine(retries: 4)).bytes == fits)
  }

  @Test func `A service that is down for a while with 503 is waited for by all its transfers`() async throws {
    let fits = Fixture.fits()
    let began = ContinuousClock.now
    let server = try FaultServer { _ in
      began.duration(to: .now) < .seconds(1.5)
        ? [.answer(503, ["Retry-After: 1"], text: "maintenance")] : [.answer(200, [], fits)]
    }
    defer { server.stop() }
    let engine = Fixture.engine(retries: 4)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<6 {
        group.addTask {
          let answer = try await engine.data(TransferRequest(url: server.base + "/\(number)"))
          #expect(answer.body == fits)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `The pauses of a usual engine see a server through 503 for 30 seconds`() {
    let usual = TransferConfiguration()
    let policy = RetryPolicy(
      retries: usual.retries, backoff: usual.backoff, longestBackoff: usual.longestBackoff,
      longestRetryAfter: usual.longestRetryAfter)
    let busy = TransferError(.busy, url: "http://a.example/", message: "")
    var (attempt, seconds) = (1, 0.0)
    while let pause = policy.pause(after: busy, attempt: attempt, random: 0) {
      seconds += pause
      attempt += 1
    }
    #expect(seconds > 30, "\(seconds) s in \(attempt) attempts, if all pauses are as short as they get")
  }

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["VOTRAWL_TEST_SLOW"] != nil,
      "takes half a minute: VOTRAWL_TEST_SLOW=1"))
  func `503 for 30 seconds is waited for by a usual engine`() async throws {
    let fits = Fixture.fits()
    let began = ContinuousClock.now
    let server = try FaultServer { _ in
      began.duration(to: .now) < .seconds(30) ? [.answer(503)] : [.answer(200, [], fits)]
    }
    let (bytes, response) = try await download(server, with: TransferEngine(TransferConfiguration()))
    #expect(bytes == fits && response.elapsed >= 30)
  }

  @Test func `An internal error is NET-12 with the server's words without markup`() async throws {
    let page =
      "<html><head><style>p {}</style></head><body><h1>Oops</h1><p>database &amp; disk full</p></body></html>"
    let error = try await failure(
      FaultServer { _ in [.answer(500, ["Content-Type: text/html"], text: page)] })
    #expect(error.code == "NET-12")
    #expect(error.status == 500)
    #expect(error.attempts == 3)
    #expect(error.serverMessage == "Oops database & disk full")
  }

  @Test func `A refusal is NET-10 and not repeated`() async throws {
    let server = try FaultServer { _ in [.answer(422, [], text: "UsageError: BAND: bad interval")] }
    let error = try await failure(server)
    #expect(error.code == "NET-10")
    #expect(error.serverMessage == "UsageError: BAND: bad interval")
    #expect(server.requests.count == 1)
  }

  @Test func `A web page with status 200 is NET-13`() async throws {
    let page = "<!DOCTYPE html><html><body>Please log in</body></html>"
    let error = try await failure(
      FaultServer { _ in [.answer(200, ["Content-Type: image/fits"], text: page)] })
    #expect(error.code == "NET-13")
    #expect(error.message.contains("asked for fits, got html"))
    #expect(error.serverMessage == "Please log in")
  }

  @Test func `An error document with status 200 instead of a FITS file is NET-13`() async throws {
    let server = try FaultServer { _ in
      [.answer(200, [], text: Fixture.errorDocument("No such &lt;spectrum&gt;"))]
    }
    let error = try await failure(server)
    #expect(error.code == "NET-13")
    #expect(error.serverMessage == "No such <spectrum>")
  }

  @Test func `An error document where a VOTable was expected is NET-13`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], text: Fixture.errorDocument("Out of memory"))] }
    let error = try await failure(server, expecting: [.votable])
    #expect(error.code == "NET-13")
    #expect(error.serverMessage == "Out of memory")
  }

  @Test func `An error after a thousand rows is NET-13`() async throws {
    let late = #"<INFO name="QUERY_STATUS" value="ERROR">query cancelled</INFO>"#
    let early = #"<INFO name="QUERY_STATUS" value="OK"/>"#
    let text = Fixture.votable(rows: 10_000, before: early, after: late)
    let server = try FaultServer { _ in [.answer(200, [], text: text)] }
    let error = try await failure(server, expecting: [.votable])
    #expect(error.code == "NET-13")
    #expect(error.serverMessage == "query cancelled")
  }

  @Test func `A VOTable cut in its rows is NET-14`() async throws {
    let text = String(Fixture.votable(rows: 10_000).prefix(100_000))
    let server = try FaultServer { _ in [.answer(200, [], text: text)] }
    #expect(try await failure(server, expecting: [.votable]).code == "NET-14")
  }

  @Test func `Gzip without a header is told apart from FITS`() async throws {
    let gzip = Fixture.gzipOfZeros(2580)
    let error = try await failure(FaultServer { _ in [.answer(200, ["Content-Type: image/fits"], gzip)] })
    #expect(error.code == "NET-13")
    #expect(error.message.contains("got gzip"))
  }

  @Test func `A gzip bomb ends at the size bound`() async throws {
    let bomb = Fixture.gzipOfZeros(50_000_000)
    #expect(bomb.count < 400_000)
    let server = try FaultServer { _ in [.answer(200, ["Content-Encoding: gzip"], bomb)] }
    let engine = Fixture.engine { $0.maxBytes = 1_000_000 }
    let error = try await failure(server, with: engine, expecting: [])
    #expect(error.code == "NET-09")
    #expect(error.attempts == 1)
  }

  @Test func `Compression that breaks off is an error`() async throws {
    let gzip = Array(Fixture.gzipOfZeros(25_800).prefix(60))
    let error = try await failure(
      FaultServer { _ in [.answer(200, ["Content-Encoding: gzip"], gzip)] }, expecting: [])
    #expect(["NET-06", "NET-18"].contains(error.code))
  }

  @Test func `Three hundred redirects are NET-08 after ten`() async throws {
    let server = try FaultServer { request in
      request.number < 300
        ? [.answer(302, ["Location: /\(request.number)"])] : [.answer(200, [], Fixture.fits())]
    }
    #expect(try await failure(server).code == "NET-08")
    #expect(server.requests.count == 11)
  }

  @Test func `A redirect loop is NET-08`() async throws {
    let server = try FaultServer { _ in [.answer(302, ["Location: /file"])] }
    let error = try await failure(server)
    #expect(error.code == "NET-08")
    #expect(error.message.contains("more than 10 redirects"))
  }

  @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"])
  func `A redirect to another scheme is NET-08`(_ target: String) async throws {
    let error = try await failure(FaultServer { _ in [.answer(302, ["Location: \(target)"])] })
    #expect(error.code == "NET-08")
    #expect(error.message.contains(target))
    #expect(error.attempts == 1)
  }

  @Test(arguments: [301, 302, 303, 307, 308]) func `A relative redirect is followed`(
    _ status: Int
  ) async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { request in
      request.target == "/file" ? [.answer(status, ["Location: other?a=b"])] : [.answer(200, [], fits)]
    }
    let (bytes, response) = try await download(server)
    #expect(bytes == fits)
    #expect(response.url == server.base + "/other?a=b")
  }

  @Test func `An empty answer is NET-19`() async throws {
    #expect(try await failure(FaultServer { _ in [.answer(204)] }).code == "NET-19")
    #expect(try await failure(FaultServer { _ in [.answer(200)] }).code == "NET-19")
  }

  @Test func `Addresses of other schemes are NET-01`() async {
    for url in ["file:///etc/passwd", "ftp://example.org/x", "nonsense", "http://", "HTTP//x"] {
      let error = await #expect(throws: TransferError.self) {
        try await Fixture.engine().data(TransferRequest(url: url))
      }
      #expect(error?.code == "NET-01", "\(url)")
    }
  }

  @Test func `A folder that is not there is NET-15`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], Fixture.fits())] }
    defer { server.stop() }
    let error = await #expect(throws: TransferError.self) {
      try await Fixture.engine().download(TransferRequest(url: server.base), to: "/nonexistent/folder/file")
    }
    #expect(error?.code == "NET-15")
    #expect(server.requests.isEmpty)
  }

  @Test func `What a killed run left behind is overwritten`() async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { _ in [.answer(200, [], fits)] }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let rubbish = Data(repeating: 0x41, count: 50_000)
      try rubbish.write(to: URL(fileURLWithPath: folder + "/file.part"))
      _ = try await Fixture.engine().download(TransferRequest(url: server.base), to: folder + "/file")
      #expect(Fixture.contents(folder + "/file") == fits)
      #expect(Fixture.names(in: folder) == ["file"])
    }
  }

  @Test func `A failed download leaves the older file alone`() async throws {
    let server = try FaultServer { _ in [.answer(404)] }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let path = folder + "/file"
      try Data("older".utf8).write(to: URL(fileURLWithPath: path))
      await #expect(throws: TransferError.self) {
        try await Fixture.engine().download(TransferRequest(url: server.base), to: path)
      }
      #expect(Fixture.contents(path) == Array("older".utf8))
    }
  }
}
