import Classifier
import GRDB

/// What a model has scored, and which of it may be asked about.
struct RoundPool: Sendable {
  /// Keys of the spectra, by collection and publisher DID.
  private(set) var ids: [Int64] = []
  /// Class the model gave each.
  private(set) var predicted: [Int] = []
  /// Rows × classes.
  private(set) var probabilities: [Float] = []
  /// Star of each.
  private(set) var stars: [Int] = []
  /// Rows without a label and not called unusable, of stars no audit has looked at.
  private(set) var free: [Int] = []
  /// Rows of stars that were labelled to learn from.
  private var learned: Set<Int> = []
  private let classCount: Int
  private var labelledIDs: [Int64] = []

  /// - Parameter number: labels given in this round and later ones are passed over, so that it can be drawn again.
  init(_ folder: SurveyFolder, model: String, collections: [Int64], before number: Int) throws(SurveyError) {
    classCount = folder.classSet.count
    let acts = try folder.labels.current { ($0.round ?? 0) < number }
    var audited: Set<String> = []
    var known: Set<String> = []
    for act in acts {
      let key = act.collection + "\u{1}" + act.did
      if act.purpose == "performance" { audited.insert(key) } else { known.insert(key) }
    }
    let unusable = Set(
      try folder.labels.unusable { ($0.round ?? 0) < number }.map { $0.collection + "\u{1}" + $0.did })
    var places: (ra: [Double], dec: [Double], target: [String?]) = ([], [], [])
    var (isAudited, isKnown, isUnusable): ([Bool], [Bool], [Bool]) = ([], [], [])
    let list = collections.map(String.init).joined(separator: ",")
    try surveyed(.database, "cannot read the scores of \(model)") {
      try folder.database.read { db in
        // An audit that is not labelled yet is kept apart just the same.
        let kept = try Int64.fetchSet(
          db, sql: "SELECT spectrum FROM round_item WHERE purpose = 'performance' AND round < ?",
          arguments: [number])
        func place(_ row: Row) {
          places.ra.append(row["ra"] ?? .nan)
          places.dec.append(row["dec"] ?? .nan)
          places.target.append(row["target"])
        }
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT score.spectrum AS id, class, probabilities, collection.name AS collection, did, ra, dec, target
            FROM score JOIN spectrum ON spectrum.id = score.spectrum
            JOIN collection ON collection.id = spectrum.collection
            WHERE model = ? AND spectrum.collection IN (\(list)) AND gone IS NULL ORDER BY collection.name, did
            """, arguments: [model])
        while let row = try rows.next() {
          let (id, collection, did): (Int64, String, String) = (row["id"], row["collection"], row["did"])
          let key = collection + "\u{1}" + did
          ids.append(id)
          predicted.append(row["class"])
          FloatBlob.append(row["probabilities"], to: &probabilities)
          place(row)
          isAudited.append(audited.contains(key) || kept.contains(id))
          isKnown.append(known.contains(key))
          isUnusable.append(unusable.contains(key))
          if known.contains(key) { labelledIDs.append(id) }
        }
        // Labelled spectra elsewhere may be of the same stars.
        let find = try db.makeStatement(
          sql: """
            SELECT spectrum.id AS id, ra, dec, target FROM spectrum
            JOIN collection ON collection.id = spectrum.collection WHERE collection.name = ? AND did = ?
            """)
        let inPool = Set(ids)
        for act in acts {
          guard let row = try Row.fetchOne(find, arguments: [act.collection, act.did]) else { continue }
          let id: Int64 = row["id"]
          if inPool.contains(id) { continue }
          if act.purpose != "performance" { labelledIDs.append(id) }
          place(row)
          isAudited.append(act.purpose == "performance")
          isKnown.append(act.purpose != "performance")
        }
      }
    }
    let all = try StarGroups.number(ra: places.ra, dec: places.dec, targets: places.target)
    stars = Array(all.prefix(ids.count))
    let auditedStars = Set(all.indices.filter { isAudited[$0] }.map { all[$0] })
    let learnedStars = Set(all.indices.filter { isKnown[$0] }.map { all[$0] })
    free = ids.indices.filter { !isKnown[$0] && !isUnusable[$0] && !auditedStars.contains(all[$0]) }
    learned = Set(ids.indices.filter { learnedStars.contains(all[$0]) })
  }

  /// Probability of a class, 0…1.
  func probability(_ row: Int, of label: Int) -> Float { probabilities[row * classCount + label] }

  /// Rows that may judge the network, once those of `asked` are learned from.
  func frame(without asked: [Int]) -> [Int] {
    let stars = Set(asked.map { self.stars[$0] })
    return free.filter {
      !learned.contains($0) && !stars.contains(self.stars[$0]) && !probability($0, of: 0).isNaN
    }
  }

  /// The pool as a strategy wants it.
  func query(
    _ folder: SurveyFolder, model: TrainedModel, name: String, strategy: QueryStrategy
  ) throws(SurveyError) -> QueryPool {
    var pool = QueryPool(probabilities: probabilities, classCount: classCount)
    let allowed = Set(free)
    pool.excluded = Set(ids.indices.filter { !allowed.contains($0) })
    pool.stars = stars
    if strategy.needsNetwork {
      pool.network = model.network
      let (ids, preset) = (ids, model.record.featurePreset)
      pool.vectors = { (rows) throws(ClassifierError) in
        do {
          return try folder.vectors(of: rows.map { ids[$0] }, preset: preset)
        } catch {
          throw ClassifierError(.shape, "a spectrum that was scored has no feature vector any more: \(error)")
        }
      }
      // The newest labels do: core-set looks at each of them.
      pool.labelled = (try? folder.vectors(of: Array(labelledIDs.suffix(2000)), preset: preset)) ?? []
    }
    if strategy.needsCommittee {
      for other in try folder.modelNames().reversed() where other != name && pool.committee.count < 3 {
        if let scores = try folder.probabilities(of: ids, model: other, classCount: classCount) {
          pool.committee.append(scores)
        }
      }
      if pool.committee.isEmpty {
        throw SurveyError(
          .notReady, "strategy \(strategy) wants the scores of another model, too",
          hint: "votrawl classify --model NAME, for a model trained before")
      }
    }
    return pool
  }
}

extension SurveyFolder {
  /// The feature vectors of spectra, one after the other.
  ///
  /// - Throws: `SUR-07` where one is not there.
  func vectors(of ids: [Int64], preset: String) throws(SurveyError) -> [Float] {
    try surveyed(.database, "cannot read feature vectors") {
      try database.read { db in
        let find = try db.makeStatement(
          sql: "SELECT vector FROM feature WHERE spectrum = ? AND preset = ? AND state = 'done'")
        var vectors: [Float] = []
        for id in ids {
          guard let row = try Row.fetchOne(find, arguments: [id, preset]) else {
            throw SurveyError(.notReady, "spectrum \(id) has no feature vector of preset \(preset)")
          }
          FloatBlob.append(row["vector"], to: &vectors)
        }
        return vectors
      }
    }
  }

  /// What a model says of spectra, row after row; nil where it has not scored all of them.
  func probabilities(
    of ids: [Int64], model: String, classCount: Int
  ) throws(SurveyError) -> [Float]? {
    try surveyed(.database, "cannot read the scores of \(model)") {
      try database.read { db in
        let find = try db.makeStatement(
          sql: "SELECT probabilities FROM score WHERE model = ? AND spectrum = ?")
        var values: [Float] = []
        values.reserveCapacity(ids.count * classCount)
        for id in ids {
          guard let row = try Row.fetchOne(find, arguments: [model, id]) else { return nil }
          FloatBlob.append(row["probabilities"], to: &values)
        }
        return values
      }
    }
  }
}
