public import Crossmatch
import Foundation
import Tables

/// Matches two catalogues in files and writes the joined table: VOTable, FITS or CSV in, any of these out.
public struct FileMatch: Sendable {
  /// What to match and how.
  public struct Options: Sendable {
    /// Path of the left catalogue.
    public var left: String
    /// Path of the right catalogue.
    public var right: String
    /// Largest separation, arcsec.
    public var radius: Double
    /// Which pairs within the radius are kept.
    public var mode = MatchMode.all
    /// Which rows the joined table has.
    public var join = JoinKind.inner
    /// Names of the left columns of right ascension and declination, where they cannot be told.
    public var leftColumns: (ra: String?, dec: String?) = (nil, nil)
    /// Names of the right columns of right ascension and declination.
    public var rightColumns: (ra: String?, dec: String?) = (nil, nil)
    /// The file to write, whose name decides the format; nothing is written where nil.
    public var output: String?
    /// The file for a picture of the offsets, SVG; none where nil.
    public var plot: String?
    /// Whether the share of chance pairs is estimated, by four matches of a shifted sky.
    public var estimatesChance = false
    /// Threads; the result does not depend on their number.
    public var threads = 1
    /// What makes a pair, besides being within the radius.
    public var criterion = MatchCriterion.radius
    /// What is known about the left rows beyond their positions.
    public var leftDetails = MatchDetails()
    /// What is known about the right rows beyond their positions.
    public var rightDetails = MatchDetails()
    /// Rows of one table at most this far apart are visits of one object, arcsec: objects are matched, not rows.
    public var visits: Double?
    /// No object is wider than this, arcsec.
    public var objectDiameter: Double?

    var hasDetails: Bool { criterion != .radius || !leftDetails.isEmpty || !rightDetails.isEmpty }

    /// All pairs of two catalogues within a radius.
    public init(left: String, right: String, radius: Double) {
      self.left = left
      self.right = right
      self.radius = radius
    }
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Rows of both sides.
    public var left, right: Int
    /// Rows of both sides left out for want of a position, or of the error asked for.
    public var leftSkipped, rightSkipped: Int
    /// Pairs within the radius, pairs kept by the mode, and pairs it dropped.
    public var candidates, pairs, dropped: Int
    /// Rows of both sides in a pair.
    public var leftMatched, rightMatched: Int
    /// Order-free checksum of the pairs.
    public var checksum: String
    /// Sum of the separations, arcsec.
    public var separationSum: Double
    /// Objects of both sides and pairs of them, where visits were grouped first.
    public var objects: Objects?
    /// Pairs within 1 % of the radius: whether it was chosen well.
    public var nearRadius: Int
    /// Pairs by separation: width of a bin in arcsec, and the counts.
    public var binWidth: Double
    /// Pairs a bin.
    public var histogram: [Int]
    /// Share of the pairs that are there by chance, where it was estimated.
    public var falseMatchRate: Double?
    /// Rows written.
    public var rows: Int
    /// Seconds of reading, matching and writing.
    public var reading, matching, writing: Double
    /// The joined table.
    public var file: String?

    /// Objects made of the visits of both sides.
    public struct Objects: Sendable, Codable {
      /// Objects of both sides.
      public var left, right: Int
      /// Pairs of objects within the radius, pairs kept by the mode, and pairs it dropped.
      public var candidates, pairs, dropped: Int
    }
  }

  let options: Options

  /// Prepares a match.
  public init(_ options: Options) { self.options = options }

  /// Runs the match.
  ///
  /// Uncompressed FITS tables are matched where they lie, and joined to FITS without being read whole.
  ///
  /// - Throws: `SUR-05` for a file that cannot be read or written, `SUR-04` for a column that is not there.
  public func run() throws(SurveyError) -> Summary {
    var clock = Stopwatch()
    let needsTable = options.hasDetails && options.visits == nil
    let left = try MatchInput(options.left, options.leftColumns, needsTable: needsTable)
    let right = try MatchInput(options.right, options.rightColumns, needsTable: needsTable)
    let match = try PreparedMatch(options, left, right)
    let reading = clock.lap()
    let finding = try surveyed(.service, "cannot match \(options.left) with \(options.right)") {
      try match.run()
    }
    let matching = clock.lap()
    var rate: Double?
    if options.estimatesChance || options.plot != nil {
      let chance = try surveyed(.service, "cannot estimate the chance pairs") { try match.chance(finding) }
      rate = chance.falseMatchRate
      if let plot = options.plot {
        // Of objects only the share is known: their pairs of visits are as many as they happen to be.
        let pairs = Double(finding.result.report.matched)
        let expected = finding.objects == nil ? chance.expected : chance.falseMatchRate * pairs
        let svg = finding.result.report.offsets.svg(chancePairs: expected)
        try surveyed(.file, "cannot write \(plot)") { try DurableFile.write(Array(svg.utf8), to: plot) }
      }
    }
    _ = clock.lap()
    let rows = try write(finding, match, left, right)
    let report = finding.result.report
    return Summary(
      left: report.leftRows, right: report.rightRows, leftSkipped: report.leftSkipped,
      rightSkipped: report.rightSkipped, candidates: report.candidates, pairs: report.matched,
      dropped: report.dropped, leftMatched: report.leftMatched, rightMatched: report.rightMatched,
      checksum: "\(report.checksum)", separationSum: report.separationSum,
      objects: finding.objects.map { found in
        Summary.Objects(
          left: found.left.groups.count, right: found.right.groups.count,
          candidates: found.objects.report.candidates, pairs: found.objects.report.matched,
          dropped: found.objects.report.dropped)
      }, nearRadius: report.nearRadius, binWidth: report.offsets.binWidth, histogram: report.offsets.counts,
      falseMatchRate: rate, rows: rows, reading: reading, matching: matching, writing: clock.lap(),
      file: options.output)
  }

  private func write(
    _ finding: PreparedMatch.Finding, _ match: PreparedMatch, _ left: MatchInput, _ right: MatchInput
  ) throws(SurveyError) -> Int {
    guard let output = options.output else { return 0 }
    let result = finding.result
    if options.join == .inner, output.hasSuffix(".fits"), finding.objects == nil, let one = left.fits,
      let other = right.fits
    {
      try surveyed(.file, "cannot write \(output)") {
        let join = try FITSJoin(left: one, right: other)
        try join.write(result.pairs, toPath: output, threads: options.threads)
      }
      return result.pairs.count
    }
    let rows = result.joined(options.join)
    let separation = Column(
      Field(
        name: "separation", unit: "arcsec", ucd: "pos.angDistance", description: "Separation of the pair"),
      doubles: rows.map { $0.separation ?? .nan })
    let table = try Self.joined(
      [left.table().taking(rows.map(\.left)), right.table().taking(rows.map(\.right))],
      match.columns(finding, rows) + [separation])
    try OutputTable.write(
      table, to: output,
      infos: [
        ("match.left", options.left), ("match.right", options.right),
        ("match.radius", "\(options.radius) arcsec"),
        ("match.mode", "\(options.mode)"), ("match.join", options.join.rawValue),
        ("match.criterion", "\(options.criterion)"), ("match.checksum", "\(result.report.checksum)"),
      ])
    return rows.count
  }

  /// The columns of tables of equally many rows side by side, names that occur twice with `_2` at the end.
  private static func joined(_ tables: [Tables.Table], _ more: [Column]) -> Tables.Table {
    var names: Set<String> = []
    var columns: [Column] = []
    for column in tables.flatMap(\.columns) + more {
      var column = column
      while !names.insert(column.field.name).inserted { column.field.name += "_2" }
      if columns.count >= tables[0].columns.count { column.field.id = nil }
      column.field.ref = nil
      columns.append(column)
    }
    return Table(columns: columns, name: "match")
  }
}

/// Takes the time of one step after the other.
struct Stopwatch {
  private var last = Date()

  /// Seconds since the last call, or since the beginning.
  mutating func lap() -> Double {
    let now = Date()
    defer { last = now }
    return now.timeIntervalSince(last)
  }
}
