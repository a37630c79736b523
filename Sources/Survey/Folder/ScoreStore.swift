import GRDB

extension SurveyFolder {
  /// The class a model gave each spectrum of a collection, by publisher DID.
  func scores(model: String, collection: Int64) throws(SurveyError) -> [(did: String, given: Int)] {
    try surveyed(.database, "cannot read the scores of \(model)") {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT did, class FROM score JOIN spectrum ON spectrum.id = score.spectrum
            WHERE model = ? AND spectrum.collection = ? AND gone IS NULL ORDER BY did
            """, arguments: [model, collection]
        ).map { ($0["did"], $0["class"]) }
      }
    }
  }

  /// The feature vector of a spectrum, or nil where it has none of this preset.
  public func vector(of spectrum: Int64, preset: String) throws(SurveyError) -> [Float]? {
    try surveyed(.database, "cannot read a feature vector") {
      try database.read { db in
        try Row.fetchOne(
          db, sql: "SELECT vector FROM feature WHERE spectrum = ? AND preset = ? AND state = 'done'",
          arguments: [spectrum, preset]
        ).map { row in
          var vector: [Float] = []
          FloatBlob.append(row["vector"], to: &vector)
          return vector
        }
      }
    }
  }

  /// What a model says of a spectrum, or nil where it has not scored it.
  ///
  /// - Returns: the probability of each class, 0…1, in the order of the class set.
  public func probabilities(of spectrum: Int64, model: String) throws(SurveyError) -> [Float]? {
    try surveyed(.database, "cannot read a score of \(model)") {
      try database.read { db in
        try Row.fetchOne(
          db, sql: "SELECT probabilities FROM score WHERE spectrum = ? AND model = ?",
          arguments: [spectrum, model]
        ).map { row in
          var probabilities: [Float] = []
          FloatBlob.append(row["probabilities"], to: &probabilities)
          return probabilities
        }
      }
    }
  }
}
