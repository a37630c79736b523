public import Crossmatch
import Foundation
import GRDB
import Tables

/// Finds which spectra of a collection and of another, or of a catalogue, are of one star.
///
/// The pairs are kept in the survey under a name, and written as a VOTable beside it.
public struct Match: Sendable {
  /// What to match and how.
  public struct Options: Sendable {
    /// Name of a collection.
    public var left: String
    /// Name of a collection, or path of a catalogue (VOTable, FITS, CSV).
    public var right: String
    /// Largest separation, arcsec.
    public var radius: Double
    /// Which pairs within the radius are kept.
    public var mode: MatchMode
    /// Name of the match; made of the two sides' names where nil.
    public var name: String?
    /// The catalogue's column of right ascension, where it cannot be told from utype, UCD or name.
    public var raColumn: String?
    /// The catalogue's column of declination.
    public var decColumn: String?
    /// The file to write; `match-NAME.vot` in the survey where nil.
    public var output: String?
    /// The file for a picture of the offsets, SVG; none where nil.
    public var plot: String?
    /// Whether the share of chance pairs is estimated, by four matches of a shifted sky.
    public var estimatesChance = false
    /// Threads; the result does not depend on their number.
    public var threads = 1

    /// All pairs of two sides within a radius.
    public init(left: String, right: String, radius: Double, mode: MatchMode = .all) {
      self.left = left
      self.right = right
      self.radius = radius
      self.mode = mode
    }
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Name of the match.
    public var name: String
    /// Rows of the left side, and of these without a usable position.
    public var left: Int
    /// Rows of the right side.
    public var right: Int
    /// Rows of both sides that were left out for want of a position.
    public var skipped: Int
    /// Pairs within the radius, pairs kept by the mode, and pairs it dropped.
    public var candidates, pairs, dropped: Int
    /// Left rows in a pair.
    public var leftMatched: Int
    /// Right rows in a pair.
    public var rightMatched: Int
    /// Sum over the pairs, independent of their order, by which two runs can be compared.
    public var checksum: String
    /// Pairs within 1 % of the radius: whether it was chosen well.
    public var nearRadius: Int
    /// Pairs by separation: width of a bin in arcsec, and the counts.
    public var binWidth: Double
    /// Pairs a bin.
    public var histogram: [Int]
    /// Share of the pairs that are there by chance, where it was estimated.
    public var falseMatchRate: Double?
    /// Seconds of reading and matching.
    public var reading, matching: Double
    /// The table of pairs.
    public var file: String
  }

  /// One side: positions in degrees (NaN where unknown), a key and a label a row.
  struct Side {
    var name: String
    var isFile: Bool
    var ra: [Double] = []
    var dec: [Double] = []
    var keys: [Int64] = []
    var labels: [String] = []
  }

  let folder: SurveyFolder
  let options: Options

  /// Prepares a match.
  public init(_ folder: SurveyFolder, _ options: Options) {
    self.folder = folder
    self.options = options
  }

  /// Runs the match; one of the same name is replaced.
  ///
  /// - Throws: `SUR-04` for an unknown collection, `SUR-05` for a catalogue that cannot be read.
  public func run() throws(SurveyError) -> Summary {
    var clock = Stopwatch()
    let left = try MatchSide.collection(options.left, in: folder)
    let names = try folder.collections().map(\.name)
    let right =
      names.contains(options.right)
      ? try MatchSide.collection(options.right, in: folder)
      : try MatchSide.file(options.right, ra: options.raColumn, dec: options.decColumn)
    let reading = clock.lap()
    let matcher = Matcher(radiusArcsec: options.radius, mode: options.mode, threads: options.threads)
    let (one, other) = try surveyed(.service, "cannot match \(left.name) with \(right.name)") {
      try (PositionArrays(ra: left.ra, dec: left.dec), PositionArrays(ra: right.ra, dec: right.dec))
    }
    let result = try surveyed(.service, "cannot match \(left.name) with \(right.name)") {
      try matcher.match(left: one, right: other)
    }
    let matching = clock.lap()
    let chance = try surveyed(.service, "cannot estimate the chance pairs") {
      try options.estimatesChance || options.plot != nil
        ? matcher.chanceMatches(left: one, right: other, of: result) : nil
    }
    let report = result.report
    if let plot = options.plot {
      let svg = report.offsets.svg(chancePairs: chance?.expected)
      try surveyed(.file, "cannot write \(plot)") { try DurableFile.write(Array(svg.utf8), to: plot) }
    }
    let name = options.name ?? "\(left.name)-\(right.name)"
    let summary = Summary(
      name: name, left: left.ra.count, right: right.ra.count,
      skipped: report.leftSkipped + report.rightSkipped, candidates: report.candidates,
      pairs: report.matched, dropped: report.dropped, leftMatched: report.leftMatched,
      rightMatched: report.rightMatched, checksum: "\(report.checksum)", nearRadius: report.nearRadius,
      binWidth: report.offsets.binWidth, histogram: report.offsets.counts,
      falseMatchRate: chance?.falseMatchRate, reading: reading, matching: matching,
      file: options.output ?? "\(folder.path)/match-\(name).vot")
    try keep(result, left, right, summary)
    try PairTable(left: left, right: right, result: result, options: options, name: name).write(
      to: summary.file)
    return summary
  }

  private func keep(_ result: MatchResult, _ left: Side, _ right: Side, _ summary: Summary)
    throws(SurveyError)
  {
    try surveyed(.database, "cannot keep the match \(summary.name)") {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let report = String(decoding: try encoder.encode(summary), as: UTF8.self)
      try folder.database.write { db in
        try db.execute(
          sql: "DELETE FROM match_pair WHERE match = (SELECT id FROM match WHERE name = ?)",
          arguments: [summary.name])
        try db.execute(sql: "DELETE FROM match WHERE name = ?", arguments: [summary.name])
        try db.execute(
          sql: """
            INSERT INTO match (name, left_name, right_name, radius, mode, right_is_file, report)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            summary.name, left.name, right.name, options.radius, "\(options.mode)", right.isFile, report,
          ])
        let match = db.lastInsertedRowID
        let insert = try db.makeStatement(
          sql: """
            INSERT INTO match_pair (match, left_spectrum, right_row, right_label, separation) VALUES (?, ?, ?, ?, ?)
            """)
        for pair in result.pairs {
          try insert.execute(arguments: [
            match, left.keys[Int(pair.left)], right.keys[Int(pair.right)], right.labels[Int(pair.right)],
            pair.separation,
          ])
        }
      }
    }
  }
}
