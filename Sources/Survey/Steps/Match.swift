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
    /// Pairs kept.
    public var pairs: Int
    /// Left rows in a pair.
    public var leftMatched: Int
    /// Right rows in a pair.
    public var rightMatched: Int
    /// Sum over the pairs, independent of their order, by which two runs can be compared.
    public var checksum: String
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
    let left = try MatchSide.collection(options.left, in: folder)
    let names = try folder.collections().map(\.name)
    let right =
      names.contains(options.right)
      ? try MatchSide.collection(options.right, in: folder)
      : try MatchSide.file(options.right, ra: options.raColumn, dec: options.decColumn)
    let matcher = Matcher(radiusArcsec: options.radius, mode: options.mode)
    let result = try surveyed(.service, "cannot match \(left.name) with \(right.name)") {
      try matcher.match(leftRA: left.ra, leftDec: left.dec, rightRA: right.ra, rightDec: right.dec)
    }
    let name = options.name ?? "\(left.name)-\(right.name)"
    let summary = Summary(
      name: name, left: left.ra.count, right: right.ra.count,
      skipped: result.report.leftSkipped + result.report.rightSkipped, pairs: result.pairs.count,
      leftMatched: Set(result.pairs.map(\.left)).count, rightMatched: Set(result.pairs.map(\.right)).count,
      checksum: "\(result.report.checksum)", file: options.output ?? "\(folder.path)/match-\(name).vot")
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
