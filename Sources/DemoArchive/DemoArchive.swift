public import Classifier
public import Loopback
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
    let server: LoopbackServer
    let handler: DemoHandler
  }

  /// An archive that does not run yet.
  public init(configuration: DemoArchiveConfiguration = DemoArchiveConfiguration()) {
    self.configuration = configuration
  }

  /// Starts serving and returns the base URL, without a slash at its end: `http://127.0.0.1:40123`.
  ///
  /// Takes about a second for 33,000 spectra. Throws ``LoopbackError`` if the port is taken or the archive runs.
  public func start() async throws(LoopbackError) -> String {
    if let running = state.withLock({ $0 }) {
      return try await running.server.start(handler: running.handler)
    }
    async let ondrejov = DemoCollection(configuration.ondrejov)
    async let lamost = DemoCollection(configuration.lamost)
    let handler = DemoHandler(configuration: configuration, collections: await [ondrejov, lamost])
    let server = LoopbackServer()
    let base = try await server.start(port: configuration.port, handler: handler)
    handler.base.withLock { $0 = base }
    state.withLock { $0 = Running(server: server, handler: handler) }
    return base
  }

  /// Stops serving; open connections are closed.
  public func stop() async {
    let running = state.withLock { state in
      defer { state = nil }
      return state
    }
    await running?.server.stop()
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
