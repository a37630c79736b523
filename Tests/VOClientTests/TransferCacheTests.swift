import Foundation
import Testing

@testable import VOClient

@Suite struct TransferCacheTests {
  private func engine(_ folder: String, isOffline: Bool = false) -> TransferEngine {
    Fixture.engine {
      $0.cacheFolder = folder
      $0.isOffline = isOffline
    }
  }

  @Test func `An answer is asked for again and taken from the cache if unchanged`() async throws {
    let server = try FaultServer { request in
      if request.headers["if-none-match"] == "\"v1\"" { return [.answer(304, ["ETag: \"v1\""])] }
      return [.answer(200, ["ETag: \"v1\"", "X-Run: 7"], text: "fine")]
    }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let request = TransferRequest(url: server.base + "/a", usesCache: true)
      #expect(try await engine(folder).data(request).isFromCache == false)
      let second = try await engine(folder).data(request)
      #expect(second.isFromCache)
      #expect(second.body == Array("fine".utf8))
      #expect(second.headers["x-run"] == "7")
      #expect(server.requests.count == 2)
      // Who does not want the cache does not get it.
      #expect(try await engine(folder).data(TransferRequest(url: server.base + "/a")).isFromCache == false)
    }
  }

  @Test func `A changed answer replaces the kept one`() async throws {
    let server = try FaultServer { request in
      [
        .answer(
          200, ["Last-Modified: Mon, 01 Jan 2024 00:00:0\(request.number) GMT"], text: "run \(request.number)"
        )
      ]
    }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let request = TransferRequest(url: server.base + "/a", usesCache: true)
      _ = try await engine(folder).data(request)
      _ = try await engine(folder).data(request)
      let offline = try await engine(folder, isOffline: true).data(request)
      #expect(offline.body == Array("run 1".utf8))
      #expect(server.requests[1].headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT")
      #expect(server.requests.count == 2)
    }
  }

  @Test func `Offline everything comes from the cache or is NET-17`() async throws {
    let server = try FaultServer { request in [.answer(200, [], text: request.method + request.body)] }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let get = TransferRequest(url: server.base + "/a", usesCache: true)
      let post = TransferRequest(url: server.base + "/a", method: .post(form: [("x", "1")]), usesCache: true)
      _ = try await engine(folder).data(get)
      _ = try await engine(folder).data(post)
      let offline = engine(folder, isOffline: true)
      #expect(try await offline.data(get).body == Array("GET".utf8))
      #expect(try await offline.data(post).body == Array("POSTx=1".utf8))
      let other = TransferRequest(url: server.base + "/a", method: .post(form: [("x", "2")]), usesCache: true)
      let error = await #expect(throws: TransferError.self) { try await offline.data(other) }
      #expect(error?.code == "NET-17")
      let file = await #expect(throws: TransferError.self) {
        try await offline.download(get, to: folder + "/file")
      }
      #expect(file?.code == "NET-17")
      #expect(server.requests.count == 2)
    }
  }

  @Test(arguments: [0, 1, 2]) func `Failures are never kept`(_ kind: Int) async throws {
    let server = try FaultServer { _ in
      switch kind {
      case 0: [.answer(500, [], text: "broken")]
      case 1: [.answer(200, [], text: Fixture.errorDocument("no"))]
      default: [.answer(200, [], text: String(Fixture.votable(rows: 100).prefix(500)))]
      }
    }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      _ = try? await engine(folder).data(TransferRequest(url: server.base + "/a", usesCache: true))
      #expect(Fixture.names(in: folder) == [])
    }
  }

  @Test func `A damaged entry is not believed`() async throws {
    let server = try FaultServer { _ in [.answer(200, [], text: "fine")] }
    defer { server.stop() }
    try await Fixture.inFolder { folder in
      let request = TransferRequest(url: server.base + "/a", usesCache: true)
      _ = try await engine(folder).data(request)
      let name = try #require(Fixture.names(in: folder).first)
      let path = folder + "/" + name
      let bytes = try #require(Fixture.contents(path))
      try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: path))
      let error = await #expect(throws: TransferError.self) {
        try await engine(folder, isOffline: true).data(request)
      }
      #expect(error?.code == "NET-17")
    }
  }
}
