import Foundation
import Survey

/// What a demo found, in numbers and in six lines.
struct DemoSummary: Encodable, Sendable {
  let ondrejov: Int
  let lamost: Int
  let pairs: Int
  let fetched: Int
  let candidates: Int
  let stages: [StageClock.Lap]
  let before: Confusion
  let after: Confusion
  let table: String
  let report: String
  let simulated = true
  private let classes: ClassSet

  private enum CodingKeys: String, CodingKey {
    case ondrejov, lamost, pairs, fetched, candidates, stages, before, after, table, report, simulated
  }

  init(
    ondrejov: Int, lamost: Int, pairs: Int, fetched: Int, candidates: Int, stages: [StageClock.Lap],
    before: Confusion, after: Confusion, classes: ClassSet, table: String, report: String
  ) {
    self.ondrejov = ondrejov
    self.lamost = lamost
    self.pairs = pairs
    self.fetched = fetched
    self.candidates = candidates
    self.stages = stages
    self.before = before
    self.after = after
    self.classes = classes
    self.table = table
    self.report = report
  }

  /// The summary as it stands on a terminal.
  var lines: [String] {
    let times = stages.map { "\($0.stage) \(seconds($0.seconds))" }.joined(separator: " · ")
    return [
      "\(ondrejov) Ondřejov and \(lamost) LAMOST spectra, all simulated; \(pairs) pairs within 30″; \(fetched) fetched",
      times + " · in all \(seconds(stages.reduce(0) { $0 + $1.seconds }))",
      "before the round of active learning: " + Self.sentence(before, classes),
      "after it:                            " + Self.sentence(after, classes),
      "\(candidates) candidates → \(table)",
      "pictures and confusion → \(report)",
    ]
  }

  /// Precision and recall, in all and by class.
  static func sentence(_ confusion: Confusion, _ classes: ClassSet) -> String {
    let all = confusion.detection(background: classes.background)
    var words = ["precision \(percent(all.precision)), recall \(percent(all.recall))"]
    for (index, name) in classes.names.enumerated() where index != classes.background {
      words.append(
        "\(name) \(percent(confusion.precision(of: index)))/\(percent(confusion.recall(of: index)))")
    }
    return words.joined(separator: "; ")
  }

  private static func percent(_ share: Double?) -> String {
    share.map { "\(($0 * 100).formatted(places: 0)) %" } ?? "–"
  }

  private func seconds(_ value: Double) -> String { "\(value.formatted(places: value < 10 ? 1 : 0)) s" }
}
