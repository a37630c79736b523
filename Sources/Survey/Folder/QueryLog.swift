import GRDB

/// A pass over an archive, as it is kept.
public struct HarvestRecord: Sendable, Codable {
  /// Its number, counted over all collections of the survey.
  public var number: Int64
  /// Name of the collection.
  public var collection: String
  /// What was asked for: `all`, or `cone` with right ascension, declination and radius, degrees.
  public var region: String
  /// How the archive was asked.
  public var via: Crawl.Route
  /// MJD since which changes were asked for; nil for a pass over everything.
  public var since: Double?
  /// When it began, UTC.
  public var started: String
  /// When it ended, UTC; nil where it has not.
  public var ended: String?
  /// Parts that could not be completed.
  public var failures: Int?
  /// Spectra that were new, listed differently than before, gone, and listed again.
  public var new, changed, gone, back: Int?
  /// Answers that were kept.
  public var queries: Int
  /// Rows of these answers.
  public var rows: Int
  /// Their bytes, after decompression.
  public var bytes: Int
}

/// A query of a pass, as it is logged.
public struct QueryRecord: Sendable, Codable {
  /// Its number.
  public var number: Int64
  /// The pass.
  public var harvest: Int64
  /// When the answer was kept, UTC.
  public var asked: String
  /// The address; of an asynchronous query that of the job.
  public var url: String
  /// What a TAP service was asked; nil by SSAP, whose question is the address.
  public var adql: String?
  /// Base address of the TAP service.
  public var service: String?
  /// Rows asked for of the TAP service.
  public var maxrec: Int?
  /// `OK`, `OVERFLOW`, or `ERROR: …`.
  public var status: String
  /// Rows of the answer.
  public var rows: Int
  /// Seconds to the answer.
  public var seconds: Double?
  /// Bytes of the answer, after decompression.
  public var bytes: Int?
  /// Digest of what the rows say of identifiers, addresses, forms, sizes and dates, in whatever order they came.
  public var digest: String?
}

extension SurveyFolder {
  /// All passes, oldest first.
  public func harvests() throws(SurveyError) -> [HarvestRecord] {
    try surveyed(.database, "cannot list the passes") {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT harvest.*, collection.name AS name, count(query.id) AS queries,
              coalesce(sum(query.listed), 0) AS listed, coalesce(sum(query.bytes), 0) AS bytes
            FROM harvest JOIN collection ON collection.id = harvest.collection
            LEFT JOIN query ON query.harvest = harvest.id GROUP BY harvest.id ORDER BY harvest.id
            """
        ).map {
          HarvestRecord(
            number: $0["id"], collection: $0["name"], region: $0["region"],
            via: Crawl.Route(rawValue: $0["via"]) ?? .ssap, since: $0["since"], started: $0["started"],
            ended: $0["ended"], failures: $0["failures"], new: $0["new"], changed: $0["changed"],
            gone: $0["gone"], back: $0["back"], queries: $0["queries"], rows: $0["listed"],
            bytes: $0["bytes"])
        }
      }
    }
  }

  /// A pass.
  ///
  /// - Parameter number: its number; the newest where nil.
  /// - Throws: `SUR-04` where there is none of that number.
  public func harvest(_ number: Int64?) throws(SurveyError) -> HarvestRecord {
    let all = try harvests()
    guard let found = number == nil ? all.last : all.first(where: { $0.number == number }) else {
      throw SurveyError(
        .unknownName,
        number.map { "the survey has no harvest \($0)" } ?? "nothing has been crawled in this survey yet",
        hint: all.isEmpty ? "votrawl crawl SERVICE" : "`votrawl harvest list` prints them")
    }
    return found
  }

  /// The queries of a pass, in the order in which they were kept.
  public func queries(of harvest: Int64) throws(SurveyError) -> [QueryRecord] {
    try surveyed(.database, "cannot list the queries") {
      try database.read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM query WHERE harvest = ? ORDER BY id", arguments: [harvest])
          .map {
            QueryRecord(
              number: $0["id"], harvest: harvest, asked: $0["asked"], url: $0["url"], adql: $0["adql"],
              service: $0["service"], maxrec: $0["maxrec"], status: $0["status"], rows: $0["listed"],
              seconds: $0["seconds"], bytes: $0["bytes"], digest: $0["digest"])
          }
      }
    }
  }

  /// What a pass listed, or a later one again: publisher DIDs, by position in a region.
  ///
  /// What was gone for a time and is back counts as listed throughout.
  func listed(in harvest: HarvestRecord) throws(SurveyError) -> Set<String> {
    let collection = try collections(named: [harvest.collection])[0].id
    let region = SkyRegion(description: harvest.region) ?? .all
    return try surveyed(.database, "cannot read what was listed") {
      try database.read { db in
        var found: Set<String> = []
        let rows = try Row.fetchCursor(
          db, sql: "SELECT did, ra, dec FROM spectrum WHERE collection = ? AND first_seen <= ? AND seen >= ?",
          arguments: [collection, harvest.number, harvest.number])
        while let row = try rows.next() {
          if region.contains(ra: row["ra"], dec: row["dec"]) { found.insert(row["did"]) }
        }
        return found
      }
    }
  }
}
