public import FlyingFox
internal import FlyingSocks
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// An HTTP server on 127.0.0.1 that answers this machine only.
///
/// Requests whose Host is not this machine's loopback are refused with status 421 before the handler sees them, so
/// that no web page can reach it under a name of its own (DNS rebinding).
public final class LoopbackServer: Sendable {
  private let state = Mutex<Running?>(nil)

  private struct Running {
    let server: HTTPServer
    let task: Task<Void, any Error>
  }

  /// A server that does not run yet.
  public init() {}

  /// Starts serving and returns the base URL, without a slash at its end: `http://127.0.0.1:40123`.
  ///
  /// - Parameters:
  ///   - port: the port; 0 takes a free one.
  ///   - handler: answers the requests.
  /// - Throws: ``LoopbackError`` if the port is taken or the server runs.
  public func start(port: UInt16 = 0, handler: some HTTPHandler) async throws(LoopbackError) -> String {
    if state.withLock({ $0 != nil }) {
      throw LoopbackError(code: "LOO-01", message: "the server runs already", hint: "stop it first")
    }
    do {
      let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
      try Self.checkIsFree(address)
      // A client may stay silent for long.
      let server = HTTPServer(
        address: address, timeout: 86400, pool: Self.prompt(HTTPServer.defaultPool()), logger: .disabled,
        handler: GuardedHandler(base: handler))
      let task = Task { try await server.run() }
      // That the address is free is known; a busy machine may still take its time.
      try await server.waitUntilListening(timeout: 60)
      guard case .ip4(_, let port)? = await server.listeningAddress else { throw SocketError.disconnected }
      state.withLock { $0 = Running(server: server, task: task) }
      return "http://127.0.0.1:\(port)"
    } catch {
      throw LoopbackError(
        code: "LOO-02", message: "cannot listen on 127.0.0.1:\(port): \(error)",
        hint: "another program may use the port; port 0 takes a free one")
    }
  }

  /// Stops serving; open connections are closed.
  public func stop() async {
    guard
      let running = state.withLock({ state in
        defer { state = nil }
        return state
      })
    else { return }
    await running.server.stop(timeout: 0)
    running.task.cancel()
    _ = await running.task.result
  }

  /// Whether a Host header names this machine's loopback, whatever the port.
  public static func isLoopback(_ host: String?) -> Bool {
    guard let host else { return false }
    let name = host.split(separator: ":").first ?? ""
    return name == "127.0.0.1" || name.lowercased() == "localhost"
  }

  private static func prompt(_ pool: some AsyncSocketPool) -> some AsyncSocketPool {
    PromptSocketPool(base: pool)
  }

  /// Throws if an address cannot be bound; the server itself would only say so after its time limit.
  private static func checkIsFree(_ address: some SocketAddress) throws {
    let socket = try Socket(domain: Int32(type(of: address).family))
    defer { try? socket.close() }
    try socket.setValue(true, for: .localAddressReuse)
    try socket.bind(to: address)
    try socket.listen()
  }
}

/// Lets pass what was addressed to this machine's loopback.
private struct GuardedHandler<Base: HTTPHandler>: HTTPHandler {
  let base: Base

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard LoopbackServer.isLoopback(request.headers[.host]) else {
      return HTTPResponse(
        statusCode: HTTPStatusCode(421, phrase: "Misdirected Request"),
        body: Data("Only 127.0.0.1 is served here.\n".utf8))
    }
    return try await base.handleRequest(request)
  }
}
