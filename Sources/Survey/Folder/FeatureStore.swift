import Foundation
import GRDB

/// Feature vectors read back from the survey, many at a time.
struct FeatureBatch: Sendable {
  /// Keys of the spectra, ascending.
  var ids: [Int64] = []
  /// Their vectors, one after the other.
  var vectors: [Float] = []
  /// Which of them were simulated.
  var isSimulated: [Bool] = []
}

extension SurveyFolder {
  /// The feature vectors of spectra with keys above one given, by key; of those that archives still list.
  ///
  /// - Parameters:
  ///   - collections: keys of the collections to take; all where nil.
  ///   - unscoredBy: where given, only spectra that this model has not scored.
  func features(
    preset: String, after key: Int64, limit: Int, collections: [Int64]? = nil, unscoredBy model: String? = nil
  ) throws(SurveyError) -> FeatureBatch {
    try surveyed(.database, "cannot read feature vectors") {
      try database.read { db in
        // CROSS JOIN keeps SQLite from going through all spectra of a collection, and sorting them, for every batch.
        var sql = """
          SELECT feature.spectrum AS id, vector, simulated FROM feature
          CROSS JOIN spectrum ON spectrum.id = feature.spectrum
          WHERE preset = ? AND state = 'done' AND feature.spectrum > ? AND gone IS NULL
          """
        var arguments: StatementArguments = [preset, key]
        if let collections {
          sql += " AND spectrum.collection IN (\(collections.map(String.init).joined(separator: ",")))"
        }
        if let model {
          sql +=
            " AND NOT EXISTS (SELECT 1 FROM score WHERE score.model = ? AND score.spectrum = feature.spectrum)"
          arguments += [model]
        }
        sql += " ORDER BY feature.spectrum LIMIT ?"
        arguments += [limit]
        var batch = FeatureBatch()
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        while let row = try rows.next() {
          batch.ids.append(row["id"])
          FloatBlob.append(row["vector"], to: &batch.vectors)
          batch.isSimulated.append(row["simulated"])
        }
        return batch
      }
    }
  }

  /// The spectra of these keys, in their order; unknown keys are left out.
  public func spectra(_ ids: [Int64]) throws(SurveyError) -> [SpectrumRecord] {
    try surveyed(.database, "cannot read spectra") {
      try database.read { db in
        let statement = try db.makeStatement(
          sql: "SELECT \(SpectrumRecord.columns) FROM \(SpectrumRecord.tables) WHERE spectrum.id = ?")
        return try ids.compactMap { id in
          // The row of a cursor is lent, a single one would be a copy.
          try Row.fetchCursor(statement, arguments: [id]).map(SpectrumRecord.init).next()
        }
      }
    }
  }

  /// Names of the matches kept.
  public func matchNames() throws(SurveyError) -> [String] {
    try surveyed(.database, "cannot list the matches") {
      try database.read { db in try String.fetchAll(db, sql: "SELECT name FROM match ORDER BY name") }
    }
  }
}
