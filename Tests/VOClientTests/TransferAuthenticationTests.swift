import Foundation
import Testing

@testable import VOClient

/// Each way to show who asks, and that nothing of it is seen where it does not belong.
@Suite struct TransferAuthenticationTests {
  private static let secret = "s3cr3t-Wört"

  private func engine(_ server: FaultServer, _ authentication: Authentication) -> TransferEngine {
    Fixture.engine(retries: 0) { $0.authentication["127.0.0.1:\(server.port)"] = authentication }
  }

  @Test(arguments: [
    (Authentication.basic(user: "me", password: secret), "Basic bWU6czNjcjN0LVfDtnJ0"),
    (.token(secret), "Bearer s3cr3t-Wört"),
  ])
  func `Passwords and tokens go to their host only, and no error shows them`(
    _ way: Authentication, _ header: String
  ) async throws {
    let other = try FaultServer { _ in [.answer(403, [], text: "no")] }
    let server = try FaultServer { request in
      request.target == "/away"
        ? [.answer(302, ["Location: \(other.base)/there"])]
        // A server that repeats what it was told.
        : [.answer(401, [], text: "wrong: \(Self.secret) \(request.headers["authorization"] ?? "none")")]
    }
    defer {
      server.stop()
      other.stop()
    }
    let engine = engine(server, way)
    for path in ["/a", "/away"] {
      let error = try #require(
        await #expect(throws: TransferError.self) {
          try await engine.data(TransferRequest(url: server.base + path))
        })
      var dumped = ""
      dump(error, to: &dumped)
      dump(engine.configuration, to: &dumped)
      for text in ["\(error)", dumped, "\(engine.configuration)", String(reflecting: engine.configuration)] {
        #expect(!text.contains(Self.secret) && !text.contains("czNjcjN0"), "\(text)")
      }
      #expect(server.requests.last?.headers["authorization"] == header)
    }
    #expect(other.requests.count == 1 && other.requests[0].headers["authorization"] == nil)
  }

  @Test func `A login is made once for all transfers, and its cookie goes to its host only`() async throws {
    let other = try FaultServer { request in
      [.answer(200, [], text: request.headers["cookie"] ?? "none")]
    }
    let server = try FaultServer { request in
      switch request.target {
      case "/login":
        return request.body == "password=s3cr3t-W%C3%B6rt&user=me"
          ? [.answer(303, ["Location: /home", "Set-Cookie: session=abc123; Path=/; HttpOnly"])]
          : [.answer(401)]
      case _ where request.headers["cookie"] != "session=abc123": return [.answer(401)]
      case "/away": return [.answer(302, ["Location: http://localhost:\(other.port)/"])]
      default: return [.answer(200, [], text: "data")]
      }
    }
    defer {
      server.stop()
      other.stop()
    }
    let form = [("password", Self.secret), ("user", "me")]
    let engine = engine(server, .login(url: server.base + "/login", form: form))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let answer = try await engine.data(TransferRequest(url: server.base + "/\(number)"))
          #expect(answer.body == Array("data".utf8))
        }
      }
      try await group.waitForAll()
    }
    #expect(server.requests.filter { $0.target == "/login" }.count == 1)
    let away = try await engine.data(TransferRequest(url: server.base + "/away"))
    #expect(away.body == Array("none".utf8))
  }

  @Test func `A login that fails is an error without the form in it, and is made again`() async throws {
    let server = try FaultServer { request in [.answer(403, [], text: "not you: \(request.body)")] }
    defer { server.stop() }
    let form = [("user", "me"), ("password", Self.secret)]
    let engine = engine(server, .login(url: server.base + "/login", form: form))
    for _ in 0..<2 {
      let error = try #require(
        await #expect(throws: TransferError.self) {
          try await engine.data(TransferRequest(url: server.base + "/x"))
        })
      #expect(error.code == "NET-10" && error.serverMessage?.contains("not you") == true)
      #expect(!"\(error)".contains(Self.secret) && !"\(error)".contains("s3cr3t"))
    }
    #expect(server.requests.map(\.target) == ["/login", "/login"])
  }

  @Test func `Cookies that nobody asked for are sent back, and forgotten with the engine`() async throws {
    let server = try FaultServer { request in
      request.headers["cookie"] == nil
        ? [.answer(302, ["Location: /data", "Set-Cookie: seen=1; Path=/"])] : [.answer(200, [], text: "data")]
    }
    defer { server.stop() }
    for _ in 0..<2 {
      let answer = try await Fixture.engine().data(TransferRequest(url: server.base + "/data"))
      #expect(answer.body == Array("data".utf8))
    }
    #expect(server.requests.map { $0.headers["cookie"] } == [nil, "seen=1", nil, "seen=1"])
  }

  @Test func `A netrc file is read by its words, whatever the lines`() {
    let found = NetrcFile.parse(
      """
      # archives
      machine Archive.example login me password "a b\\"c"
      machine other.example
        password p2 account x
        login you
      macdef init
      machine evil.example login no password no

      default login anonymous password guest
      machine archive.example login second password second
      machine nothing.example
      """)
    #expect(found.keys.sorted() == ["archive.example", "other.example"])
    #expect(found["archive.example"]?.secrets.first == "a b\"c")
    #expect(found["other.example"]?.header == "Authorization: Basic eW91OnAy")
  }

  @Test func `An entry for a host holds for all its ports, one with a port for that only`() throws {
    var configuration = TransferConfiguration()
    configuration.authentication = ["a.example": .token("one"), "a.example:8080": .token("two")]
    let orders = OrderMaker(configuration: configuration)
    for (url, token) in [
      ("https://A.example/x", "one"), ("http://a.example:81/x", "one"), ("http://a.example:8080/x", "two"),
    ] {
      let address = try #require(WebAddress(url))
      #expect(orders.authentication(of: address)?.header == "Authorization: Bearer \(token)")
    }
    #expect(orders.authentication(of: try #require(WebAddress("http://b.a.example/"))) == nil)
    #expect(WebAddress("http://[::1]:80/")?.host == "[::1]" && WebAddress("http://[::1]/")?.host == "[::1]")
  }
}
