import Synchronization

/// Lets one of many go ahead while nothing is known yet; the others wait for what it learns.
///
/// After a few have gone and learned nothing, all go.
final class Vanguard: Sendable {
  private struct State {
    var waiting: [CheckedContinuation<Bool, Never>] = []
    /// How many may still go ahead one by one.
    var left: Int
    var isAhead = false
  }

  private let state: Mutex<State>

  /// - Parameter attempts: so many go one by one at most.
  init(attempts: Int) {
    state = Mutex(State(left: attempts))
  }

  /// Runs a body: alone, while nothing is known; `learned` says whether it is, after the body.
  func go<Value, Failure: Error>(
    learned: @Sendable () -> Bool, _ body: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    guard await isAhead() else { return try await body() }
    defer { back(learned: learned()) }
    return try await body()
  }

  /// Waits until all may go, false, or until it is this one's turn to go ahead, true.
  private func isAhead() async -> Bool {
    await withCheckedContinuation { continuation in
      let answer: Bool? = state.withLock { state in
        if state.left == 0 { return false }
        if state.isAhead {
          state.waiting.append(continuation)
          return nil
        }
        state.isAhead = true
        return true
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  private func back(learned: Bool) {
    let (next, rest) = state.withLock { state in
      state.isAhead = false
      state.left = learned ? 0 : state.left - 1
      if state.left == 0 {
        defer { state.waiting = [] }
        return (nil as CheckedContinuation<Bool, Never>?, state.waiting)
      }
      let next = state.waiting.popLast()
      state.isAhead = next != nil
      return (next, [])
    }
    next?.resume(returning: true)
    for continuation in rest { continuation.resume(returning: false) }
  }
}
