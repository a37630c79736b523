import Foundation

/// Takes the time of the stages of a run; stages of one name add up.
struct StageClock {
  /// Seconds by stage, in the order in which they first came.
  private(set) var laps: [Lap] = []
  private var last = Date()

  /// One stage.
  struct Lap: Codable, Sendable {
    var stage: String
    var seconds: Double
  }

  /// Ends a stage.
  mutating func lap(_ stage: String) {
    let now = Date()
    let seconds = now.timeIntervalSince(last)
    last = now
    if let index = laps.firstIndex(where: { $0.stage == stage }) {
      laps[index].seconds += seconds
    } else {
      laps.append(Lap(stage: stage, seconds: seconds))
    }
  }
}
