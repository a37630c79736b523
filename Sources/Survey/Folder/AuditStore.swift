import Classifier
import GRDB

extension SurveyFolder {
  /// Precision of a model's candidates as the newest round that judged it says, 0…1; nil where none has.
  func auditedPrecision(of model: String) throws(SurveyError) -> Double? {
    for round in try LearnRound(self).summaries().reversed() where round.model == model {
      if let value = round.estimate?.precision.value { return value }
    }
    return nil
  }

  /// Keys, positions (degrees, NaN where unknown) and names of all spectra that a model has scored and
  /// archives still list.
  func scoredPositions(
    model: String, collections: [Int64]
  ) throws(SurveyError) -> (ids: [Int64], ra: [Double], dec: [Double], targets: [String?]) {
    try surveyed(.database, "cannot read the positions of what \(model) has scored") {
      try database.read { db in
        var found: (ids: [Int64], ra: [Double], dec: [Double], targets: [String?]) = ([], [], [], [])
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT spectrum.id AS id, ra, dec, target FROM score JOIN spectrum ON spectrum.id = score.spectrum
            WHERE model = ? AND gone IS NULL
              AND spectrum.collection IN (\(collections.map(String.init).joined(separator: ",")))
            ORDER BY spectrum.id
            """, arguments: [model])
        while let row = try rows.next() {
          found.ids.append(row["id"])
          found.ra.append(row["ra"] ?? .nan)
          found.dec.append(row["dec"] ?? .nan)
          found.targets.append(row["target"])
        }
        return found
      }
    }
  }
}
