import Crossmatch
import Foundation
import GRDB

/// What has been done in a survey, and what comes next.
public struct Status: Sendable, Codable {
  /// One collection.
  public struct Collection: Sendable, Codable {
    /// Its name.
    public var name: String
    /// Spectra listed.
    public var spectra: Int
    /// Files kept.
    public var files: Int
    /// Spectra with a feature vector of the survey's preset.
    public var features: Int
    /// Spectra refused, empty or failed.
    public var problems: Int
    /// Cells still to be asked for, or failed.
    public var openCells: Int
    /// Spectra that the archive does not list any more.
    public var gone: Int
    /// The way in which its spectra come quickest, where that was measured.
    public var way: FetchWay?
    /// The part of the sky that has been asked for, 0…1.
    public var searched = 0.0
  }

  /// Name of the survey.
  public var name: String
  /// The folder.
  public var path: String
  /// The collections.
  public var collections: [Collection]
  /// Matches, by name, with their number of pairs.
  public var matches: [String: Int]
  /// Labels that hold, by class.
  public var labels: [String: Int]
  /// Models, oldest first.
  public var models: [String]
  /// Spectra scored by the newest model.
  public var scored: Int
  /// Candidates of the newest model.
  public var candidates: Int
  /// Rounds of active learning.
  public var rounds: Int
  /// The command to type next.
  public var next: String

  /// Looks at a survey.
  public init(of folder: SurveyFolder) throws(SurveyError) {
    name = folder.configuration.name
    path = folder.path
    var labels = Dictionary(uniqueKeysWithValues: folder.classSet.names.map { ($0, 0) })
    for act in try folder.labels.current() { if let label = act.label { labels[label, default: 0] += 1 } }
    self.labels = labels
    models = try folder.modelNames()
    let preset = folder.configuration.preset
    let background = folder.classSet.background
    let newest = models.last
    let counts = try surveyed(.database, "cannot look at the survey") {
      try folder.database.read { db in
        let collections = try Row.fetchAll(
          db,
          sql: """
            SELECT name, way,
              (SELECT count(*) FROM spectrum WHERE collection = c.id AND gone IS NULL) AS spectra,
              (SELECT count(*) FROM spectrum WHERE collection = c.id AND gone IS NOT NULL) AS gone,
              (SELECT count(*) FROM download JOIN spectrum ON spectrum.id = download.spectrum
                WHERE collection = c.id AND gone IS NULL AND state = 'done') AS files,
              (SELECT count(*) FROM download JOIN spectrum ON spectrum.id = download.spectrum
                WHERE collection = c.id AND gone IS NULL AND state NOT IN ('done', 'used')) AS problems,
              (SELECT count(*) FROM feature JOIN spectrum ON spectrum.id = feature.spectrum
                WHERE collection = c.id AND gone IS NULL AND preset = ? AND state = 'done') AS features,
              (SELECT count(*) FROM cell WHERE collection = c.id AND state IN ('pending', 'failed'))
                + (SELECT count(*) FROM slice JOIN harvest ON harvest.id = slice.harvest
                  WHERE collection = c.id AND state IN ('pending', 'failed')) AS open
            FROM collection c ORDER BY name
            """, arguments: [preset]
        ).map {
          let way: String? = $0["way"]
          return Collection(
            name: $0["name"], spectra: $0["spectra"], files: $0["files"], features: $0["features"],
            problems: $0["problems"], openCells: $0["open"], gone: $0["gone"],
            way: try way.map { try JSONDecoder().decode(FetchWay.self, from: Data($0.utf8)) })
        }
        let matches = try Row.fetchAll(
          db,
          sql: """
            SELECT name, (SELECT count(*) FROM match_pair WHERE match = match.id) AS pairs FROM match ORDER BY name
            """
        ).map { row -> (String, Int) in (row["name"], row["pairs"]) }
        let scored =
          try Int.fetchOne(
            db,
            sql: """
              SELECT count(*) FROM score JOIN spectrum ON spectrum.id = score.spectrum
              WHERE model = ? AND gone IS NULL
              """, arguments: [newest]) ?? 0
        let candidates =
          try Int.fetchOne(
            db,
            sql: """
              SELECT count(*) FROM score JOIN spectrum ON spectrum.id = score.spectrum
              WHERE model = ? AND class <> ? AND gone IS NULL
              """, arguments: [newest, background]) ?? 0
        let rounds = try Int.fetchOne(db, sql: "SELECT count(*) FROM round") ?? 0
        return (collections, matches, scored, candidates, rounds)
      }
    }
    collections = counts.0
    for index in collections.indices {
      collections[index].searched =
        try CrawlCoverage.searched(folder, collections: [collections[index].name]).skyFraction
    }
    matches = Dictionary(uniqueKeysWithValues: counts.1)
    scored = counts.2
    candidates = counts.3
    rounds = counts.4
    next = ""
    next = suggestion
    if next == "votrawl export", try LearnRound(folder).unfinished() != nil { next = "votrawl label" }
  }

  private var suggestion: String {
    if collections.isEmpty { return "votrawl crawl SERVICE" }
    if let open = collections.first(where: { $0.openCells > 0 }) { return "votrawl crawl \(open.name)" }
    if collections.count > 1, matches.isEmpty {
      return "votrawl match \(collections[0].name) \(collections[1].name) --radius 30arcsec"
    }
    let labelled = labels.values.reduce(0, +)
    if collections.allSatisfy({ $0.files == 0 && $0.features == 0 }) { return "votrawl fetch" }
    if labelled == 0 { return "votrawl labels import FILE --collection \(collections[0].name)" }
    if models.isEmpty { return "votrawl train" }
    if scored == 0 { return "votrawl classify" }
    return "votrawl export"
  }
}
