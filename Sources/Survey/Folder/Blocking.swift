import Dispatch

/// Work that keeps a core busy for long, off the few threads that all tasks share.
enum Blocking {
  /// Runs work on a thread of its own, and tells it when the task is cancelled.
  ///
  /// - Parameter work: gets a function that says whether to stop; it is asked from the work's own thread.
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) -> Value
  ) async -> Value {
    let cancelled = Shared(false)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          continuation.resume(returning: work { cancelled.withLock { $0 } })
        }
      }
    } onCancel: {
      cancelled.withLock { $0 = true }
    }
  }
}
