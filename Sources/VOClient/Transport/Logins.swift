/// The logins of an engine: each is made once, however many transfers wait for it.
actor Logins {
  private var running: [String: Task<Result<Void, TransferError>, Never>] = [:]

  /// What came of the login to a host; it is made now if it was not, or if it failed before.
  func result(
    of host: String, login: @escaping @Sendable () async -> Result<Void, TransferError>
  ) async -> Result<Void, TransferError> {
    let task = running[host] ?? Task { await login() }
    running[host] = task
    let result = await task.value
    if case .failure = result, running[host] == task { running[host] = nil }
    return result
  }
}
