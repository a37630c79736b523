import Foundation
import GRDB

/// A spectrum that a model takes for something of interest, with all that is known of it.
public struct Candidate: Sendable {
  /// The spectrum.
  public let spectrum: SpectrumRecord
  /// Index of its class.
  public let classIndex: Int
  /// Probability of each class, 0…1, in the order of the class set.
  public let probabilities: [Float]
  /// Entropy of the probabilities, nats.
  public let entropy: Double
  /// Signal to noise near Hα, from the file where it says, else as the archive lists it.
  public let snr: Double?
  /// Mid-observation, MJD.
  public let dateObs: Double?
  /// Whether the spectrum is simulated.
  public let isSimulated: Bool
  /// The nearest partner in each match, by the match's name.
  public let partners: [String: (label: String, separation: Double)]
}

extension SurveyFolder {
  /// The candidates of a model, the surest first; ties by collection and publisher DID.
  ///
  /// - Parameters:
  ///   - classes: names of the classes; all but the background where empty.
  ///   - probability: least probability of not being background, 0…1.
  func candidates(
    model: String, collections: [Int64], classes: [String], probability: Double, limit: Int? = nil
  ) throws(SurveyError) -> [Candidate] {
    var indices: [Int] = []
    for name in classes {
      guard let index = classSet.index(of: name) else {
        throw SurveyError(
          .unknownName, "\"\(name)\" is no class",
          hint: "the classes are " + classSet.names.joined(separator: ", "))
      }
      indices.append(index)
    }
    if indices.isEmpty { indices = classSet.classes.indices.filter { $0 != classSet.background } }
    let wanted = indices.map(String.init).joined(separator: ",")
    return try surveyed(.database, "cannot read the candidates") {
      try database.read { db in
        let partners = try Self.partners(db)
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT \(SpectrumRecord.columns), score.class AS class, score.entropy AS entropy,
              score.probabilities AS probabilities, feature.snr AS feature_snr, feature.date_obs AS feature_date,
              feature.simulated AS simulated
            FROM \(SpectrumRecord.tables) JOIN score ON score.spectrum = spectrum.id
            JOIN model ON model.name = score.model
            JOIN feature ON feature.spectrum = spectrum.id AND feature.preset = model.preset
            WHERE score.model = ? AND score.class IN (\(wanted)) AND 1 - score.background >= ?
              AND spectrum.collection IN (\(collections.map(String.init).joined(separator: ",")))
            ORDER BY score.background, collection.name, spectrum.did LIMIT ?
            """, arguments: [model, probability, limit ?? -1])
        return rows.map { row in
          let spectrum = SpectrumRecord(row)
          var probabilities: [Float] = []
          FloatBlob.append(row["probabilities"], to: &probabilities)
          return Candidate(
            spectrum: spectrum, classIndex: row["class"], probabilities: probabilities,
            entropy: row["entropy"],
            snr: row["feature_snr"] ?? spectrum.snr, dateObs: spectrum.dateObs ?? row["feature_date"],
            isSimulated: row["simulated"], partners: partners[spectrum.id] ?? [:])
        }
      }
    }
  }

  /// The nearest partner of every spectrum in every match, from either side.
  private static func partners(_ db: Database) throws -> [Int64: [String: (
    label: String, separation: Double
  )]] {
    var partners: [Int64: [String: (label: String, separation: Double)]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT match.name AS name, left_spectrum AS spectrum, right_label AS label, separation FROM match_pair
        JOIN match ON match.id = match_pair.match
        UNION ALL
        SELECT match.name, right_row, spectrum.did, separation FROM match_pair
        JOIN match ON match.id = match_pair.match JOIN spectrum ON spectrum.id = left_spectrum
        WHERE NOT right_is_file
        ORDER BY separation, label
        """)
    while let row = try rows.next() {
      let spectrum: Int64 = row["spectrum"]
      let name: String = row["name"]
      if partners[spectrum]?[name] == nil {
        partners[spectrum, default: [:]][name] = (row["label"], row["separation"])
      }
    }
    return partners
  }
}
