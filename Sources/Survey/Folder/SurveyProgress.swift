import Synchronization

/// How far a step has come.
public struct SurveyProgress: Sendable {
  /// What is being done, in words such as `crawling lamost`.
  public let stage: String
  /// Units done.
  public let done: Int
  /// Units in all, where that is known.
  public let total: Int?
  /// More, in words.
  public let note: String

  /// Makes a report.
  public init(stage: String, done: Int, total: Int? = nil, note: String = "") {
    self.stage = stage
    self.done = done
    self.total = total
    self.note = note
  }
}

/// Takes reports of progress, from any thread.
public typealias ProgressHandler = @Sendable (SurveyProgress) -> Void

/// Counts what concurrent parts of a step have done, and reports each change.
final class ProgressCounter: Sendable {
  private let state: Mutex<(done: Int, failed: Int)>
  private let stage: String
  private let total: Int?
  private let handler: ProgressHandler

  init(_ stage: String, total: Int?, _ handler: @escaping ProgressHandler) {
    self.stage = stage
    self.total = total
    self.handler = handler
    state = Mutex((0, 0))
  }

  func add(_ count: Int = 1, failed: Int = 0) {
    let now = state.withLock { state in
      state.done += count
      state.failed += failed
      return state
    }
    handler(
      SurveyProgress(
        stage: stage, done: now.done, total: total, note: now.failed > 0 ? "\(now.failed) failed" : ""))
  }
}
