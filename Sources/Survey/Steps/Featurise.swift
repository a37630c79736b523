import Classifier
import Foundation
import GRDB

/// Makes the feature vectors of spectra whose files are kept.
struct Featurise: Sendable {
  let folder: SurveyFolder
  let preset: FeaturePreset

  /// Makes what is lacking, a transaction every few hundred spectra.
  ///
  /// - Throws: `SUR-10` where the task was cancelled.
  func run(progress: @escaping ProgressHandler) async throws(SurveyError) {
    let lacking = try await surveyed(.database, "cannot list the spectra without features") {
      try await folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT spectrum, path FROM download JOIN spectrum ON spectrum.id = download.spectrum
            WHERE state = 'done' AND path IS NOT NULL AND gone IS NULL
            AND NOT EXISTS (SELECT 1 FROM feature WHERE feature.spectrum = download.spectrum AND preset = ?)
            ORDER BY download.spectrum
            """, arguments: [preset.name]
        ).map { row -> (Int64, String) in (row["spectrum"], row["path"]) }
      }
    }
    if lacking.isEmpty { return }
    let counter = ProgressCounter("making features", total: lacking.count, progress)
    let batch = 256
    try await surveyed(.file, "cannot make features") {
      try await withThrowingTaskGroup(of: Void.self) { group in
        var next = 0
        func add() {
          guard next < lacking.count else { return }
          let part = Array(lacking[next..<min(next + batch, lacking.count)])
          next += batch
          group.addTask {
            if Task.isCancelled {
              throw SurveyError(.interrupted, "stopped; the features made so far are kept")
            }
            let rows = part.map { make($0.0, $0.1) }
            try await folder.database.write { db in for row in rows { try row.insert(db) } }
            counter.add(rows.count, failed: rows.count { $0.problem != nil })
          }
        }
        for _ in 0..<2 { add() }
        while try await group.next() != nil { add() }
      }
    }
  }

  private func make(_ id: Int64, _ path: String) -> FeatureRow {
    do {
      return FeatureRow(id, try SpectrumReader.read(path: folder.path + "/" + path), preset)
    } catch {
      return FeatureRow(id, unreadable: "\(error)", preset)
    }
  }
}
