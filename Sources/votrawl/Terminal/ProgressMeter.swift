import Foundation
import Survey
import Synchronization

/// Shows progress on standard error: one line that changes on a terminal, one line every half minute elsewhere.
final class ProgressMeter: Sendable {
  private struct State {
    var stage = ""
    var began = Date.distantPast
    var shown = Date.distantPast
    var width = 0
  }

  private let state = Mutex(State())
  private let isShown: Bool
  private let isTerminal = isatty(2) == 1

  init(isShown: Bool) { self.isShown = isShown }

  /// Takes a report; at most ten a second reach the screen.
  func show(_ progress: SurveyProgress) {
    guard isShown else { return }
    state.withLock { state in
      let now = Date()
      if state.stage != progress.stage {
        state.stage = progress.stage
        state.began = now
        state.shown = isTerminal ? .distantPast : now
      }
      let isLast = progress.total.map { progress.done >= $0 } ?? false
      guard now.timeIntervalSince(state.shown) >= (isTerminal ? 0.1 : 30) || (isLast && isTerminal) else {
        return
      }
      state.shown = now
      let line = Self.line(progress, seconds: now.timeIntervalSince(state.began))
      if isTerminal {
        let padding = String(repeating: " ", count: max(0, state.width - line.count))
        state.width = line.count
        FileHandle.standardError.write(Data(("\r" + line + padding).utf8))
      } else {
        FileHandle.standardError.write(Data((line + "\n").utf8))
      }
    }
  }

  /// Takes the line off the screen, so that other words can stand there.
  func clear() {
    state.withLock { state in
      guard isTerminal, state.width > 0 else { return }
      FileHandle.standardError.write(Data(("\r" + String(repeating: " ", count: state.width) + "\r").utf8))
      state.width = 0
    }
  }

  private static func line(_ progress: SurveyProgress, seconds: Double) -> String {
    var words = [progress.stage]
    let rate = seconds > 0.5 ? Double(progress.done) / seconds : 0
    if let total = progress.total, total > 0 {
      let share = min(1, Double(progress.done) / Double(total))
      let filled = Int(share * 24)
      words.append(String(repeating: "━", count: filled) + String(repeating: "╌", count: 24 - filled))
      words.append("\(progress.done)/\(total)")
      if rate > 0, progress.done < total {
        words.append("· \(clock(Double(total - progress.done) / rate)) left")
      }
    } else {
      words.append("\(progress.done)")
    }
    if rate > 0 { words.append(rate >= 10 ? "· \(Int(rate))/s" : String(format: "· %.1f/s", rate)) }
    if !progress.note.isEmpty { words.append("· " + progress.note) }
    return words.joined(separator: " ")
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 3600
      ? String(format: "%d:%02d", whole / 60, whole % 60)
      : String(format: "%d:%02d h", whole / 3600, whole / 60 % 60)
  }
}
