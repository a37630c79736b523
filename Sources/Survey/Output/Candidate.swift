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
  /// What a person said of it, and who; nil where nobody did.
  public let said: (label: String, rater: String)?
  /// Number of its star, the same for all spectra of it, and how many of them the model has scored; nil until asked for.
  public internal(set) var star: (number: Int, spectra: Int)?
  /// Share of positives to expect among the candidates down to this one, the surest first, 0…1; nil until asked for.
  public internal(set) var expectedPrecision: Double?
  /// The nearest entry of each published list that has one within the radius, nearest first.
  public internal(set) var known: [KnownStars.Hit] = []

  /// Probability of not being background, 0…1: what a person said counts as sure.
  func probability(background: Int) -> Double {
    said != nil ? 1 : 1 - Double(probabilities[background])
  }
}

extension SurveyFolder {
  /// The candidates of a model, the surest first; ties by collection and publisher DID.
  ///
  /// What a person said goes before what the network says: a spectrum that somebody called background is none; one that
  /// somebody called anything else is one of that class, whatever the network says.
  ///
  /// - Parameters:
  ///   - classes: names of the classes; all but the background where empty.
  ///   - probability: least probability of not being background, 0…1, for what no person has seen.
  func candidates(
    model: String, collections: [Int64], classes: [String], probability: Double, limit: Int? = nil
  ) throws(SurveyError) -> [Candidate] {
    var wanted: Set<Int> = []
    for name in classes {
      guard let index = classSet.index(of: name) else {
        throw SurveyError(
          .unknownName, "\"\(name)\" is no class",
          hint: "the classes are " + classSet.names.joined(separator: ", "))
      }
      wanted.insert(index)
    }
    if wanted.isEmpty { wanted = Set(classSet.classes.indices.filter { $0 != classSet.background }) }
    let said = try verdicts()
    let background = classSet.background
    let list = collections.map(String.init).joined(separator: ",")
    let found = try surveyed(.database, "cannot read the candidates") {
      try database.read { db in
        let partners = try Self.partners(db)
        let select = """
          SELECT \(SpectrumRecord.columns), score.class AS class, score.entropy AS entropy,
            score.probabilities AS probabilities, feature.snr AS feature_snr, feature.date_obs AS feature_date,
            feature.simulated AS simulated
          FROM \(SpectrumRecord.tables) JOIN score ON score.spectrum = spectrum.id
          JOIN model ON model.name = score.model
          JOIN feature ON feature.spectrum = spectrum.id AND feature.preset = model.preset
          WHERE score.model = ? AND spectrum.collection IN (\(list)) AND spectrum.gone IS NULL
          """
        var found: [Candidate] = []
        func add(_ row: Row) {
          let spectrum = SpectrumRecord(row)
          let act = said[spectrum.collection + "\u{1}" + spectrum.did]
          let judged = act?.label.flatMap(classSet.index(of:))
          let given: Int = row["class"]
          guard wanted.contains(judged ?? given) else { return }
          var probabilities: [Float] = []
          FloatBlob.append(row["probabilities"], to: &probabilities)
          if judged == nil, 1 - Double(probabilities[background]) < probability { return }
          found.append(
            Candidate(
              spectrum: spectrum, classIndex: judged ?? given, probabilities: probabilities,
              entropy: row["entropy"], snr: row["feature_snr"] ?? spectrum.snr,
              dateObs: spectrum.dateObs ?? row["feature_date"], isSimulated: row["simulated"],
              partners: partners[spectrum.id] ?? [:],
              said: act.flatMap { act in act.label.map { ($0, act.rater) } }))
        }
        let given = try Row.fetchCursor(
          db, sql: select + " AND score.class <> ?", arguments: [model, background])
        while let row = try given.next() { add(row) }
        // What the network missed and a person found.
        let missed = try db.makeStatement(
          sql: select + " AND score.class = ? AND collection.name = ? AND spectrum.did = ?")
        for act in said.values where act.label != classSet.names[background] {
          if let row = try Row.fetchOne(missed, arguments: [model, background, act.collection, act.did]) {
            add(row)
          }
        }
        return found
      }
    }
    let ordered = found.sorted {
      let (a, b) = ($0.probability(background: background), $1.probability(background: background))
      return a != b
        ? a > b : ($0.spectrum.collection, $0.spectrum.did) < ($1.spectrum.collection, $1.spectrum.did)
    }
    return limit.map { Array(ordered.prefix($0)) } ?? ordered
  }

  /// What people said of spectra, by collection and publisher DID; a label to learn from goes before one of an audit.
  func verdicts() throws(SurveyError) -> [String: LabelAct] {
    var said: [String: LabelAct] = [:]
    for act in try labels.current() {
      let key = act.collection + "\u{1}" + act.did
      if said[key] == nil || act.purpose != "performance" { said[key] = act }
    }
    return said
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
        LEFT JOIN spectrum ON spectrum.id = right_row AND NOT right_is_file
        WHERE gone IS NULL
        UNION ALL
        SELECT match.name, right_row, spectrum.did, separation FROM match_pair
        JOIN match ON match.id = match_pair.match JOIN spectrum ON spectrum.id = left_spectrum
        WHERE NOT right_is_file AND gone IS NULL
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
