public import Survey

/// What trains and chooses the next round: the steps of `votrawl train`, `classify` and `learn`, one after the other.
///
/// - Returns: the number of the new round.
public typealias NextRound = @Sendable (_ progress: @escaping ProgressHandler) async throws -> Int

/// A training that the page has started.
enum DeskTraining {
  /// How far it is.
  struct State: Encodable, Sendable {
    var stage: String
    var done: Int
    var total: Int?
    var note: String
    /// Why it failed.
    var problem: String?

    init(_ progress: SurveyProgress) {
      (stage, done, total, note) = (progress.stage, progress.done, progress.total, progress.note)
    }

    init(problem: String) {
      (stage, done, note) = ("stopped", 0, "")
      self.problem = problem
    }
  }
}
