/// A job of an asynchronous service, known by its address (UWS 1.1).
///
/// The value holds nothing but the address, so that a job can be taken up by another run of the program.
public struct UWSJob: Sendable {
  /// The address of the job.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine

  /// A job at an address.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// Where a job stands (UWS 1.1, section 2.1.3).
  public enum Phase: String, Sendable {
    /// Made, not started.
    case pending = "PENDING"
    /// Waits for its turn.
    case queued = "QUEUED"
    /// Runs.
    case executing = "EXECUTING"
    /// Has a result.
    case completed = "COMPLETED"
    /// Failed.
    case error = "ERROR"
    /// Was stopped.
    case aborted = "ABORTED"
    /// Held back by the service.
    case held = "HELD"
    /// Suspended by the service.
    case suspended = "SUSPENDED"
    /// Its result was removed.
    case archived = "ARCHIVED"
    /// Not known to the service either.
    case unknown = "UNKNOWN"

    /// Whether the job will not change any more.
    public var isFinal: Bool {
      switch self {
      case .completed, .error, .aborted, .archived: true
      default: false
      }
    }
  }

  /// What a service says of a job.
  public struct State: Sendable {
    /// The job's name at the service.
    public var jobID: String
    /// Where it stands.
    public var phase: Phase
    /// The address of the result named `result`, or of the first one.
    public var resultURL: String?
    /// All results: a job of SODA has one for each piece (SODA 1.0, section 4.3).
    public var results: [Result]
    /// Why it failed.
    public var errorMessage: String?
    /// When the service will remove it, ISO 8601.
    public var destruction: String?
    /// Seconds that it may run; 0 for no limit.
    public var executionDuration: Int?
  }

  /// One result of a job.
  public struct Result: Sendable {
    /// Its name.
    public var id: String
    /// Where it is fetched.
    public var url: String
    /// Its media type, if the service says it.
    public var mediaType: String?
    /// Its size in bytes, if the service says it.
    public var size: Int?
  }

  /// Sends the request that makes a job; the answer is a redirect to it.
  static func create(_ request: TransferRequest, engine: TransferEngine) async throws(ServiceError) -> UWSJob
  {
    let response: TransferResponse
    do throws(TransferError) {
      response = try await engine.data(request)
    } catch {
      throw VOTableFetch.failure(error)
    }
    guard (300..<400).contains(response.status), let location = response.headers["Location"],
      let address = WebAddress(response.url)?.resolving(location)
    else {
      let words = ServerWords.excerpt(response.body, kind: response.kind) ?? ""
      throw ServiceError(.queryFailed, url: request.url, message: "no job was made: \(words)")
    }
    return UWSJob(url: address.text, engine: engine)
  }

  /// Asks where the job stands.
  ///
  /// - Parameter wait: seconds for which the service may hold the answer until the phase changes (UWS 1.1); services
  ///   of UWS 1.0 answer at once.
  /// - Throws: SVC-12 if the service does not know the job (any more).
  public func state(wait: Int? = nil) async throws(ServiceError) -> State {
    var address = url
    if let wait, wait > 0, let parsed = WebAddress(url) {
      address = parsed.adding([("WAIT", String(wait))]).text
    }
    let root: XMLTree
    let response: TransferResponse
    do throws(ServiceError) {
      var request = TransferRequest(url: address)
      if let wait { request.stallTimeout = max(engine.configuration.stallTimeout, Double(wait) + 30) }
      (root, response) = try await engine.xml(request)
    } catch {
      guard error.transfer?.status == 404 || error.transfer?.status == 410 else { throw error }
      throw ServiceError(
        .jobGone, url: url, message: "the service does not know the job any more", transfer: error.transfer)
    }
    return try State(root, base: response.url)
  }

  /// Starts the job.
  ///
  /// The phase is posted on its own: DaCHS ignores it when the job is made.
  public func run() async throws(ServiceError) {
    try await post("/phase", [("PHASE", "RUN")])
  }

  /// Stops the job.
  public func abort() async throws(ServiceError) {
    try await post("/phase", [("PHASE", "ABORT")])
  }

  /// Removes the job and its result from the service.
  public func delete() async throws(ServiceError) {
    do throws(TransferError) {
      _ = try await engine.data(TransferRequest(url: url, method: .delete))
    } catch {
      if error.status == 404 || error.status == 410 { return }
      throw ServiceError(error)
    }
  }

  /// Starts the job if it waits to be started, and waits until it is done.
  ///
  /// The service is asked to hold its answer while nothing changes; where it does not, the pauses grow to 30 s.
  /// Cancelling the task leaves the job as it is.
  /// - Returns: the state, of phase completed.
  /// - Throws: SVC-11 if the job failed, SVC-12 if it was aborted or is gone.
  public func runToEnd() async throws(ServiceError) -> State {
    var state = try await state()
    if state.phase == .pending {
      try await run()
      state = try await self.state()
    }
    var pause = 0.25
    while !state.phase.isFinal {
      let before = state.phase
      let asked = monotonicSeconds()
      state = try await self.state(wait: 60)
      let heldSeconds = monotonicSeconds() - asked
      if state.phase == before && heldSeconds < 5 {
        do {
          try await Task.sleep(for: .seconds(pause))
        } catch {
          throw ServiceError(TransferError(.cancelled, url: url, message: "cancelled"))
        }
        pause = min(30, pause * 1.5)
      }
    }
    switch state.phase {
    case .completed: return state
    case .error:
      throw ServiceError(
        .jobFailed, url: url,
        message: "the job failed: \(state.errorMessage ?? "the service gives no reason")")
    default:
      throw ServiceError(.jobGone, url: url, message: "the job is \(state.phase.rawValue.lowercased())")
    }
  }

  private func post(_ resource: String, _ form: [(String, String)]) async throws(ServiceError) {
    do throws(TransferError) {
      let request = TransferRequest(url: url + resource, method: .post(form: form), followsRedirects: false)
      _ = try await engine.data(request)
    } catch {
      throw VOTableFetch.failure(error)
    }
  }
}
