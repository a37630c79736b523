import ArgumentParser
import Foundation
import Survey

/// How a command ended, where it did not fail.
enum Outcome: Sendable {
  case done
  case nothing
  case partial

  var exitCode: Int32 {
    switch self {
    case .done: 0
    case .nothing: 1
    case .partial: 3
    }
  }

  var word: String {
    switch self {
    case .done: "done"
    case .nothing: "nothing found"
    case .partial: "done in part"
    }
  }
}

/// What a command says: data on standard output, all else on standard error.
struct Console: Sendable {
  let options: GlobalOptions
  let meter: ProgressMeter

  init(_ options: GlobalOptions) {
    self.options = options
    // Settings that are wrong are reported by those who need them.
    let isSilent = (try? options.settings(survey: nil))?.isOn(.noProgress) ?? options.noProgress
    meter = ProgressMeter(isShown: !options.quiet && !isSilent)
  }

  /// Says how it went, in words; nothing under `--quiet` or `--json`.
  func say(_ text: String) {
    meter.clear()
    if options.quiet || options.json { return }
    print(text)
    // At once, also into a file or a pipe.
    fflush(nil)
  }

  /// Says what deserves notice, on standard error.
  func warn(_ text: String) {
    meter.clear()
    if !options.quiet { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }
  }

  /// Says something on standard error that is neither data nor a warning; nothing under `--quiet`.
  func tell(_ text: String) {
    meter.clear()
    if !options.quiet { FileHandle.standardError.write(Data((text + "\n").utf8)) }
  }

  /// Prints the result as JSON, where that was asked for.
  func result(_ value: some Encodable) throws {
    guard options.json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Runs a command: Ctrl-C stops it once its state is saved, errors are printed, and the exit code is set.
  ///
  /// - Parameter survey: the survey whose log is to hold the run.
  func run(in survey: SurveyFolder? = nil, _ work: @escaping @Sendable () async throws -> Outcome)
    async throws
  {
    let key = try survey?.beginRun()
    let task = Task { try await work() }
    let signals = InterruptWatch { task.cancel() }
    defer { signals.stop() }
    do {
      let outcome = try await task.value
      meter.clear()
      if let key { try survey?.endRun(key, outcome: outcome.word) }
      if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    } catch let code as ExitCode {
      throw code
    } catch {
      meter.clear()
      let interrupted = signals.wasInterrupted
      if let key { try? survey?.endRun(key, outcome: interrupted ? "interrupted" : "failed") }
      let text =
        interrupted
        ? "interrupted; the state is saved: run the same command again to go on" : "error: \(error)"
      FileHandle.standardError.write(Data((text + "\n").utf8))
      throw ExitCode(interrupted ? 130 : 2)
    }
  }

  /// Opens a survey, or fails as commands fail.
  static func failing<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SurveyError {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }
}
