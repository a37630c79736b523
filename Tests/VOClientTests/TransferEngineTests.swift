import Foundation
import Synchronization
import Testing

@testable import VOClient

@Suite struct TransferEngineTests {
  @Test func `A request names its sender and never says Mozilla`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], text: "fine")] }
    defer { server.stop() }
    let engine = Fixture.engine {
      $0.userAgent = TransferConfiguration.userAgent(contact: "mailto:a@example.org")
    }
    let response = try await engine.data(
      TransferRequest(url: server.base + "/a b#part", accept: "text/plain"))
    #expect(response.body == Array("fine".utf8))
    #expect(response.kind == .text)
    let request = try #require(server.requests.first)
    #expect(request.method == "GET")
    #expect(request.target == "/a%20b")
    #expect(request.headers["accept"] == "text/plain")
    #expect(request.headers["accept-encoding"] == "gzip, deflate")
    let agent = try #require(request.headers["user-agent"])
    #expect(agent.hasPrefix("votrawl/"))
    #expect(agent.contains("(IVOA-science mailto:a@example.org)"))
    #expect(!agent.contains("Mozilla"))
  }

  @Test func `A form is posted and survives a permanent redirect`() async throws {
    let server = try FaultServer { request in
      request.target == "/old" ? [.answer(301, ["Location: /new"])] : [.answer(200, [], text: request.body)]
    }
    defer { server.stop() }
    let form = [("ID", "ivo://a/b?c d"), ("ID", "x&y"), ("MAXREC", "5")]
    let response = try await Fixture.engine().data(
      TransferRequest(url: server.base + "/old", method: .post(form: form)))
    #expect(String(decoding: response.body, as: UTF8.self) == "ID=ivo://a/b%3Fc%20d&ID=x%26y&MAXREC=5")
    #expect(server.requests.map(\.method) == ["POST", "POST"])
  }

  @Test func `A large form is sent without asking first`() async throws {
    let server = try FaultServer { request in [.answer(200, [], text: "\(request.body.count)")] }
    defer { server.stop() }
    let form = [("ID", String(repeating: "x", count: 3_000_000))]
    let response = try await Fixture.engine().data(
      TransferRequest(url: server.base, method: .post(form: form)))
    #expect(String(decoding: response.body, as: UTF8.self) == "3000003")
    #expect(server.requests.first?.headers["expect"] == nil)
  }

  @Test func `A deletion does not follow its redirect`() async throws {
    let server = try FaultServer { _ in [.answer(303, ["Location: /jobs"])] }
    defer { server.stop() }
    let response = try await Fixture.engine().data(
      TransferRequest(url: server.base + "/job", method: .delete))
    #expect(response.status == 303)
    #expect(server.requests.map(\.method) == ["DELETE"])
  }

  @Test func `A range is asked for uncompressed`() async throws {
    let fits = Fixture.fits()
    let server = try FaultServer { _ in
      [.answer(206, ["Content-Range: bytes 2880-5759/14400"], Array(fits[2880..<5760]))]
    }
    defer { server.stop() }
    let response = try await Fixture.engine().data(TransferRequest(url: server.base, range: 2880..<5760))
    #expect(response.status == 206)
    #expect(response.body == Array(fits[2880..<5760]))
    #expect(server.requests[0].headers["range"] == "bytes=2880-5759")
    #expect(server.requests[0].headers["accept-encoding"] == nil)
  }

  @Test func `A header value cannot start another field`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], text: "fine")] }
    defer { server.stop() }
    let request = TransferRequest(url: server.base, headers: [("X-Run", "a\r\nX-Evil: 1")])
    _ = try await Fixture.engine().data(request)
    #expect(server.requests[0].headers["x-evil"] == nil)
    #expect(server.requests[0].headers["x-run"] == "aX-Evil: 1")
  }

  @Test func `A password goes to its host only and stands in no message`() async throws {
    let other = try FaultServer { _ in [.answer(403, [], text: "no")] }
    defer { other.stop() }
    let server = try FaultServer { request in
      request.target == "/away"
        ? [.answer(302, ["Location: \(other.base)/there"])] : [.answer(401, [], text: "who are you")]
    }
    defer { server.stop() }
    let engine = Fixture.engine {
      $0.authentication["127.0.0.1:\(server.port)"] = .basic(user: "bench", password: "secret")
    }
    let inURL = "http://user:pass%20word@127.0.0.1:\(server.port)/b"
    for (url, header) in [
      (server.base + "/a", "Basic YmVuY2g6c2VjcmV0"), (inURL, "Basic dXNlcjpwYXNzIHdvcmQ="),
      (server.base + "/away", "Basic YmVuY2g6c2VjcmV0"),
    ] {
      let error = try #require(
        await #expect(throws: TransferError.self) { try await engine.data(TransferRequest(url: url)) })
      #expect(error.code == "NET-10")
      for secret in ["secret", "pass", "YmVu", "dXNl"] {
        #expect(!"\(error) \(error.url)".contains(secret))
      }
      #expect(server.requests.last?.headers["authorization"] == header)
    }
    #expect(other.requests.count == 1)
    #expect(other.requests[0].headers["authorization"] == nil)
  }

  @Test func `No more transfers run to a host than allowed, and all are done`() async throws {
    let counts = Mutex((now: 0, most: 0))
    let server = try FaultServer { _ in
      counts.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      usleep(20_000)
      counts.withLock { $0.now -= 1 }
      return [.answer(200, [], text: "fine")]
    }
    defer { server.stop() }
    let engine = Fixture.engine { $0.perHost = 3 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<30 {
        group.addTask { _ = try await engine.data(TransferRequest(url: server.base + "/\(number)")) }
      }
      try await group.waitForAll()
    }
    #expect(server.requests.count == 30)
    #expect(counts.withLock { $0.most } <= 3)
    #expect(Set(server.requests.map(\.target)).count == 30)
  }

  @Test func `Requests to a host keep the distance that its rate allows`() async throws {
    let times = Mutex<[Double]>([])
    let server = try FaultServer { _ in
      times.withLock { $0.append(monotonicSeconds()) }
      return [.answer(200, [], text: "fine")]
    }
    defer { server.stop() }
    let engine = Fixture.engine { $0.requestsPerSecond = 20 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 { group.addTask { _ = try await engine.data(TransferRequest(url: server.base)) } }
      try await group.waitForAll()
    }
    let span = try #require(times.withLock { times in times.last.map { $0 - times[0] } })
    // Five distances of 50 ms; the arrival of the first may be late by some scheduling.
    #expect(span > 0.15)
  }

  @Test func `A Retry-After holds up the other transfers to that host`() async throws {
    let times = Mutex<[Double]>([])
    let server = try FaultServer { request in
      times.withLock { $0.append(monotonicSeconds()) }
      return request.number == 0 ? [.answer(429, ["Retry-After: 2"])] : [.answer(200, [], text: "fine")]
    }
    defer { server.stop() }
    let engine = Fixture.engine()
    async let first = engine.data(TransferRequest(url: server.base + "/first"))
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    // A busy machine may take a while to read the answer.
    try await Task.sleep(for: .milliseconds(1000))
    _ = try await engine.data(TransferRequest(url: server.base + "/second"))
    #expect(try await first.attempts == 2)
    let arrivals = times.withLock { $0 }
    #expect(arrivals.count == 3)
    #expect(arrivals[1] - arrivals[0] > 1.9)
  }

  @Test func `Cancelling the task ends the transfer and leaves nothing`() async throws {
    let server = try FaultServer { _ in
      [.answer(200, ["Content-Length: 14400"], Array(Fixture.fits().prefix(3000))), .wait(seconds: 300)]
    }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let engine = Fixture.engine()
      let task = Task { try await engine.download(TransferRequest(url: server.base), to: folder + "/file") }
      while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      let began = monotonicSeconds()
      task.cancel()
      let error = await #expect(throws: TransferError.self) { try await task.value }
      #expect(error?.code == "NET-16")
      #expect(monotonicSeconds() - began < 10)
      #expect(Fixture.names(in: folder) == [])
    }
  }

  @Test func `Cancelling ends a wait between attempts and a wait in the queue`() async throws {
    let server = try FaultServer { _ in [.answer(503, ["Retry-After: 300"])] }
    defer { server.stop() }
    let engine = Fixture.engine()
    let first = Task { try await engine.data(TransferRequest(url: server.base)) }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    try await Task.sleep(for: .milliseconds(500))
    let second = Task { try await engine.data(TransferRequest(url: server.base)) }
    try await Task.sleep(for: .milliseconds(50))
    first.cancel()
    second.cancel()
    for task in [first, second] {
      let error = await #expect(throws: TransferError.self) { try await task.value }
      #expect(error?.code == "NET-16")
    }
    #expect(server.requests.count == 1)
  }

  @Test func `Thousands of waiting transfers are cancelled together`() async throws {
    let server = try FaultServer { _ in [.wait(seconds: 60)] }
    defer { server.stop() }
    let engine = Fixture.engine(retries: 0)
    let task = Task {
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<3000 {
          group.addTask {
            do throws(TransferError) {
              _ = try await engine.data(TransferRequest(url: server.base))
              return false
            } catch {
              return error.kind == .cancelled
            }
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
    }
    while server.requests.count < 4 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    #expect(await task.value == 3000)
    // A place that becomes free may be taken by one whose own cancellation is still on its way.
    #expect(server.requests.count < 1500)
  }

  @Test func `A task that is cancelled before it asks does not ask`() async throws {
    let server = try FaultServer { _ in [.wait(seconds: 20)] }
    defer { server.stop() }
    let engine = Fixture.engine()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await engine.data(TransferRequest(url: server.base))
    }
    let error = await #expect(throws: TransferError.self) { try await task.value }
    #expect(error?.code == "NET-16")
  }

  @Test func `An engine that is shut down fails what runs and what comes`() async throws {
    let server = try FaultServer { _ in [.wait(seconds: 20)] }
    defer { server.stop() }
    let engine = Fixture.engine()
    let running = Task { try await engine.data(TransferRequest(url: server.base)) }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    engine.shutdown()
    let error = await #expect(throws: TransferError.self) { try await running.value }
    #expect(error?.code == "NET-16")
    await #expect(throws: TransferError.self) { try await engine.data(TransferRequest(url: server.base)) }
  }

  @Test func `The total time-out is NET-04`() async throws {
    let server = try FaultServer { _ in
      [.answer(200, ["Content-Length: 1000"])]
        + (0..<100).flatMap { _ in [.send([65]), .wait(seconds: 0.1)] }
    }
    defer { server.stop() }
    let error = await #expect(throws: TransferError.self) {
      try await Fixture.engine(retries: 0).data(TransferRequest(url: server.base, totalTimeout: 0.5))
    }
    #expect(error?.code == "NET-04")
  }
}
