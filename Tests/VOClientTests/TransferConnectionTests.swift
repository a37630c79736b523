import Testing

@testable import VOClient

@Suite struct TransferConnectionTests {
  /// An answer that leaves the connection open.
  private static func kept(_ text: String) -> FaultServer.Step {
    .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8))
  }

  @Test(.timeLimit(.minutes(1)))
  func `Connections that a server closes unannounced after some requests lose no answer and mix none up`()
    async throws
  {
    let server = try FaultServer(requestsPerConnection: 7) { [Self.kept("of \($0.target)")] }
    defer { server.stop() }
    let engine = TransferEngine()
    defer { engine.shutdown() }
    let answers = await withTaskGroup(of: (Int, String?).self) { group in
      for number in 0..<400 {
        group.addTask {
          let response = try? await engine.data(TransferRequest(url: "\(server.base)/\(number)"))
          return (number, response.map { String(decoding: $0.body, as: UTF8.self) })
        }
      }
      return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
    }
    #expect(answers == Dictionary(uniqueKeysWithValues: (0..<400).map { ($0, "of /\($0)") }))
    #expect(server.requests.count < 800, "most connections carried more than one request")
  }

  @Test(.timeLimit(.minutes(1)))
  func `A host whose places are all taken holds up no other`() async throws {
    let slow = try FaultServer { _ in [.wait(seconds: 50), .answer(text: "late")] }
    let quick = try FaultServer { _ in [.answer(text: "soon")] }
    defer {
      slow.stop()
      quick.stop()
    }
    var configuration = TransferConfiguration()
    configuration.perHost = 1
    let engine = TransferEngine(configuration)
    defer { engine.shutdown() }
    let held = (0..<3).map { _ in Task { try await engine.data(TransferRequest(url: slow.base)) } }
    while slow.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    for _ in 0..<20 {
      let response = try await engine.data(TransferRequest(url: quick.base))
      #expect(response.body == Array("soon".utf8))
    }
    // Before the first is cancelled: the next may begin at once then.
    #expect(slow.requests.count == 1, "the others waited their turn")
    for task in held { task.cancel() }
    for task in held { #expect(await (try? task.value) == nil) }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Of many transfers of which half are cancelled at any moment each ends once, and the next works`()
    async throws
  {
    let server = try FaultServer(requestsPerConnection: 20) { request in
      [.wait(seconds: 0.001), Self.kept(String(repeating: "x", count: 20_000) + request.target)]
    }
    defer { server.stop() }
    let engine = TransferEngine()
    defer { engine.shutdown() }
    let tasks = (0..<300).map { number in
      Task { try await engine.data(TransferRequest(url: "\(server.base)/\(number)")) }
    }
    for number in stride(from: 0, to: 300, by: 2) {
      if number % 40 == 0 { try await Task.sleep(for: .milliseconds(3)) }
      tasks[number].cancel()
    }
    for (number, task) in tasks.enumerated() {
      switch await task.result {
      case .success(let response):
        #expect(response.body.count == 20_000 + "/\(number)".utf8.count)
        #expect(
          response.body.suffix(4).elementsEqual(
            (String(repeating: "x", count: 4) + "/\(number)").utf8.suffix(4)))
      case .failure(let error): #expect((error as? TransferError)?.kind == .cancelled && number % 2 == 0)
      }
    }
    let last = try await engine.data(TransferRequest(url: "\(server.base)/last"))
    #expect(last.body.count == 20_005)
  }
}
