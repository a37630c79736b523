import Foundation
import Testing

@testable import VOClient

/// Mirrors of one service, tried in turn.
@Suite struct TransferMirrorTests {
  private func engine(_ groups: [[String]], retries: Int = 0) -> TransferEngine {
    Fixture.engine(retries: retries) { $0.mirrors = groups }
  }

  @Test func `A mirror answers where the service is down, and the service is not asked again at once`()
    async throws
  {
    let dead = "http://127.0.0.1:\(try FaultServer.unusedPort())"
    let mirror = try FaultServer { [.answer(200, [], text: $0.target)] }
    defer { mirror.stop() }
    let engine = engine([["\(dead)/vo/", mirror.base + "/copy"]])
    for name in ["a?x=1", "b"] {
      let answer = try await engine.data(TransferRequest(url: "\(dead)/vo/\(name)"))
      #expect(answer.body == Array("/copy/\(name)".utf8))
      #expect(answer.url == mirror.base + "/copy/\(name)" && answer.attempts == 1)
    }
    #expect(mirror.requests.count == 2)
  }

  @Test func `What one mirror does not have is asked for at the next`() async throws {
    let lacking = try FaultServer { _ in [.answer(404, [], text: "no such file")] }
    let failing = try FaultServer { _ in [.answer(500, [], text: "out of memory")] }
    let page = try FaultServer { _ in [.answer(200, [], text: "<html>moved</html>")] }
    let good = try FaultServer { _ in [.answer(200, [], Fixture.fits())] }
    defer { for server in [lacking, failing, page, good] { server.stop() } }
    let engine = engine([[lacking.base, failing.base, page.base, good.base]])
    let answer = try await engine.data(TransferRequest(url: lacking.base + "/s.fits", expecting: [.fits]))
    #expect(answer.body == Fixture.fits())
    for server in [lacking, failing, page, good] { #expect(server.requests.count == 1) }
  }

  @Test func `Where all mirrors fail, the one that may work later decides`() async throws {
    let lacking = try FaultServer { _ in [.answer(404)] }
    let failing = try FaultServer { request in
      request.number == 0 ? [.answer(503)] : [.answer(200, [], text: "here")]
    }
    defer {
      lacking.stop()
      failing.stop()
    }
    let engine = engine([[lacking.base, failing.base]], retries: 1)
    let answer = try await engine.data(TransferRequest(url: lacking.base + "/x"))
    #expect(answer.body == Array("here".utf8) && answer.attempts == 2)
  }

  @Test func `The part of one mirror is not continued with that of another`() async throws {
    let (old, new) = (Fixture.fits(seed: 1), Fixture.fits(seed: 7))
    let date = "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"
    let breaking = try FaultServer { _ in
      [.answer(200, [date, "Content-Length: 14400"], Array(old.prefix(10_000)))]
    }
    let good = try FaultServer { request in
      request.headers["range"] == nil
        ? [.answer(200, [date], new)]
        : [.answer(206, [date, "Content-Range: bytes 10000-14399/14400"], Array(new[10_000...]))]
    }
    defer {
      breaking.stop()
      good.stop()
    }
    try await Fixture.inFolder { folder in
      _ = try await engine([[breaking.base, good.base]]).download(
        TransferRequest(url: breaking.base + "/f", expecting: [.fits]), to: folder + "/f")
      #expect(Fixture.contents(folder + "/f") == new)
    }
    #expect(good.requests.map { $0.headers["range"] } == [nil])
  }

  @Test func `Only whole parts of an address make a mirror`() {
    let mirrors = MirrorSet([["http://a.example/vo", "http://b.example/x"]])
    func places(_ url: String) -> [String] {
      WebAddress(url).map { mirrors.places(of: $0, now: 0).map(\.text) } ?? []
    }
    #expect(places("http://a.example/vo/s?q=1") == ["http://a.example/vo/s?q=1", "http://b.example/x/s?q=1"])
    #expect(places("http://b.example/x") == ["http://b.example/x", "http://a.example/vo"])
    #expect(places("http://a.example/voyage") == ["http://a.example/voyage"])
    #expect(places("https://a.example/vo/s") == ["https://a.example/vo/s"])
  }
}
