public import Classifier
internal import FlyingFox
internal import FlyingSocks
internal import Glibc
internal import Synchronization

/// A small archive of simulated spectra on 127.0.0.1: SSAP, DataLink, SODA and files, in this process.
///
/// Two collections, `/ondrejov` and `/lamost`, each with `ssap`, `links`, `cutout`, `file/NAME`, `availability` and
/// `capabilities`. Nothing is kept on disk: a file is made from the seed when it is asked for. Only requests whose
/// Host is this machine's loopback are answered.
public final class DemoArchive: Sendable {
  private let configuration: DemoArchiveConfiguration
  private let state = Mutex<Running?>(nil)

  private struct Running {
    let server: HTTPServer
    let task: Task<Void, any Error>
    let handler: DemoHandler
  }

  /// An archive that does not run yet.
  public init(configuration: DemoArchiveConfiguration = DemoArchiveConfiguration()) {
    self.configuration = configuration
  }

  /// Starts serving and returns the base URL, without a slash at its end: `http://127.0.0.1:40123`.
  ///
  /// Takes about a second for 33,000 spectra. Throws ``DemoArchiveError`` if the port is taken or the archive runs.
  public func start() async throws(DemoArchiveError) -> String {
    if state.withLock({ $0 != nil }) {
      throw DemoArchiveError(code: "DEM-01", message: "the demo archive runs already", hint: "stop it first")
    }
    async let ondrejov = DemoCollection(configuration.ondrejov)
    async let lamost = DemoCollection(configuration.lamost)
    let handler = DemoHandler(configuration: configuration, collections: await [ondrejov, lamost])
    do {
      let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: configuration.port)
      try Self.checkIsFree(address)
      // A client may stay silent for long, and a hanging answer (see the habits) must be able to hang.
      let server = HTTPServer(
        address: address, timeout: 86400, pool: Self.prompt(HTTPServer.defaultPool()),
        logger: .disabled, handler: handler)
      let task = Task { try await server.run() }
      try await server.waitUntilListening(timeout: 10)
      guard case .ip4(_, let port)? = await server.listeningAddress else { throw SocketError.disconnected }
      let base = "http://127.0.0.1:\(port)"
      handler.base.withLock { $0 = base }
      state.withLock { $0 = Running(server: server, task: task, handler: handler) }
      return base
    } catch {
      throw DemoArchiveError(
        code: "DEM-02", message: "cannot listen on 127.0.0.1:\(configuration.port): \(error)",
        hint: "another program may use the port; port 0 takes a free one")
    }
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

  /// What is known of the spectrum with a publisher dataset identifier, the truth included; not served over HTTP.
  public func record(forPublisherDID publisherDID: String) -> SimulatedRecord? {
    state.withLock { $0?.handler }?.record(publisherDID: publisherDID)
  }

  /// All records of a collection, in order; empty while the archive does not run.
  public func records(of kind: SimulatedSurvey.Kind) -> [SimulatedRecord] {
    state.withLock { $0?.handler }?.collections.first { $0.survey.kind == kind }?.records ?? []
  }

  /// What the archive has been asked so far.
  public var statistics: DemoArchiveStatistics {
    state.withLock { $0?.handler }?.statistics.withLock { $0 } ?? DemoArchiveStatistics()
  }
}
