import Classifier
import DemoArchive
import Foundation
import GRDB
import Testing

@testable import Survey

@Suite(.serialized) struct RangeFetchTests {
  private struct Fetched {
    var summary: Fetch.Summary
    var vectors: [String: [Float]]
    /// Form, bytes and checksum of what is kept.
    var files: [String: String]
    var sent: Int
  }

  private func fetched(
    _ form: Fetch.Form, habits: DemoArchiveHabits = .init(), limits: [Int] = [], connections: Int = 1
  ) async throws -> Fetched {
    try await DemoSurvey.with(ondrejov: 30, lamost: 30, habits: habits) { demo in
      for name in ["ondrejov", "lamost"] { try await demo.crawl(name) }
      let before = demo.archive.statistics.bytes
      for limit in limits {
        try await demo.fetch { ($0.form, $0.keep, $0.limit, $0.connections) = (form, .both, limit, 1) }
      }
      let summary = try await demo.fetch { ($0.form, $0.keep, $0.connections) = (form, .both, connections) }
      let rows = try demo.survey.rows { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT did, spectrum.id AS id, form, bytes, checksum, path FROM download
            JOIN spectrum ON spectrum.id = download.spectrum WHERE state = 'done'
            """)
      }
      let batch = try demo.survey.features(preset: try demo.survey.preset().name, after: -1, limit: 100)
      let width = batch.vectors.count / max(1, batch.ids.count)
      var result = Fetched(
        summary: summary, vectors: [:], files: [:], sent: demo.archive.statistics.bytes - before)
      for row in rows {
        let (did, id): (String, Int64) = (row["did"], row["id"])
        let bytes = [UInt8](
          try Data(contentsOf: URL(fileURLWithPath: demo.survey.path + "/" + (row["path"] as String))))
        #expect(Checksum.xxh64(bytes) == row["checksum"] as String && bytes.count == row["bytes"] as Int)
        result.files[did] = "\(row["form"] as String) \(bytes.count) \(row["checksum"] as String)"
        if let index = batch.ids.firstIndex(of: id) {
          result.vectors[did] = Array(batch.vectors[index * width..<(index + 1) * width])
        }
      }
      return result
    }
  }

  @Test func aSurveyFetchedByRangesHasTheFeaturesOfOneFetchedWholeForFewerBytes() async throws {
    let whole = try await fetched(.file)
    let ranged = try await fetched(.ranges)
    #expect(ranged.summary.kept == 60 && ranged.files.values.allSatisfy { $0.hasPrefix("ranges ") })
    #expect(whole.vectors.count == 60 && ranged.vectors.count == 60)
    for (did, vector) in whole.vectors {
      let other = try #require(ranged.vectors[did])
      let worst = zip(vector, other).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 1e-5, "\(did): \(worst)")
    }
    #expect(ranged.sent * 2 < whole.sent, "\(ranged.sent) of \(whole.sent) bytes")
    #expect(ranged.summary.bytes == ranged.sent)
  }

  @Test func manyAtATimeAskForHardlyMoreThanOneAtATime() async throws {
    let one = try await fetched(.ranges)
    let many = try await fetched(.ranges, connections: 12)
    #expect(many.files == one.files && many.vectors == one.vectors)
    #expect(Double(many.sent) < 1.05 * Double(one.sent), "\(many.sent) and \(one.sent) bytes")
  }

  @Test(.timeLimit(.minutes(1))) func oneGoesAheadUntilSomethingIsLearned() async throws {
    for lesson in [1, 3, 100] {
      let vanguard = Vanguard(attempts: 5)
      let state = Shared((begun: 0, running: 0, together: 0))
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            await vanguard.go(learned: { state.withLock { $0.begun >= lesson } }) {
              let isEarly = state.withLock { state in
                state.begun += 1
                state.running += 1
                if state.begun <= min(lesson, 5) { state.together = max(state.together, state.running) }
                return state.begun <= min(lesson, 5)
              }
              if isEarly { try? await Task.sleep(for: .milliseconds(20)) }
              state.withLock { $0.running -= 1 }
            }
          }
        }
      }
      #expect(state.withLock { $0.begun == 20 && $0.together == 1 }, "\(lesson): \(state.withLock { $0 })")
    }
  }

  @Test func anArchiveThatIgnoresRangesSendsWholeFilesAndTheSameIsKept() async throws {
    let ranged = try await fetched(.ranges)
    var habits = DemoArchiveHabits()
    habits.ignoresRange = true
    let ignoring = try await fetched(.ranges, habits: habits)
    #expect(ignoring.files == ranged.files && ignoring.vectors == ranged.vectors)
    #expect(ignoring.sent == (try await fetched(.file)).sent)
  }

  @Test func filesThatChangeBetweenTwoRangesAreFetchedWhole() async throws {
    let ranged = try await fetched(.ranges)
    var habits = DemoArchiveHabits()
    habits.redatesFiles = true
    let changing = try await fetched(.ranges, habits: habits)
    #expect(changing.files == ranged.files && changing.sent > ranged.sent)
  }

  @Test func aFetchByRangesInSeveralRunsKeepsWhatOneKeeps() async throws {
    let ranged = try await fetched(.ranges)
    let several = try await fetched(.ranges, limits: [1, 3, 7])
    #expect(several.files == ranged.files && several.vectors == ranged.vectors)
  }
}
