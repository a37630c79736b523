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
    /// Rows of both sides left out for want of a position.
    public var leftSkipped, rightSkipped: Int
    /// Pairs within the radius, pairs kept by the mode, and pairs it dropped.
    public var candidates, pairs, dropped: Int
    /// Rows of both sides in a pair.
    public var leftMatched, rightMatched: Int
    /// Order-free checksum of the pairs.
    public var checksum: String
    /// Sum of the separations, arcsec.
    public var separationSum: Double
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
  }

  let options: Options

  /// Prepares a match.
  public init(_ options: Options) { self.options = options }

  /// Runs the match.
  ///
  /// Uncompressed FITS tables are matched where they lie, and joined to FITS without being read whole.
  ///
  /// - Throws: `SUR-05` for a file that cannot be read or written.
  public func run() throws(SurveyError) -> Summary {
    var clock = Stopwatch()
    let left = try MatchInput(options.left, options.leftColumns)
    let right = try MatchInput(options.right, options.rightColumns)
    let reading = clock.lap()
    let matcher = Matcher(radiusArcsec: options.radius, mode: options.mode, threads: options.threads)
    let result = try surveyed(.service, "cannot match \(options.left) with \(options.right)") {
      try matcher.match(left: left.positions, right: right.positions)
    }
    let matching = clock.lap()
    var rate: Double?
    if options.estimatesChance || options.plot != nil {
      let chance = try surveyed(.service, "cannot estimate the chance pairs") {
        try matcher.chanceMatches(left: left.positions, right: right.positions, of: result)
      }
      rate = chance.falseMatchRate
      if let plot = options.plot {
        let svg = result.report.offsets.svg(chancePairs: chance.expected)
        try surveyed(.file, "cannot write \(plot)") { try DurableFile.write(Array(svg.utf8), to: plot) }
      }
    }
    _ = clock.lap()
    let rows = try write(result, left, right)
    let report = result.report
    return Summary(
      left: report.leftRows, right: report.rightRows, leftSkipped: report.leftSkipped,
      rightSkipped: report.rightSkipped, candidates: report.candidates, pairs: report.matched,
      dropped: report.dropped,
      leftMatched: report.leftMatched, rightMatched: report.rightMatched, checksum: "\(report.checksum)",
      separationSum: report.separationSum, nearRadius: report.nearRadius, binWidth: report.offsets.binWidth,
      histogram: report.offsets.counts, falseMatchRate: rate, rows: rows, reading: reading,
      matching: matching,
      writing: clock.lap(), file: options.output)
  }

  private func write(
    _ result: MatchResult, _ left: MatchInput, _ right: MatchInput
  ) throws(SurveyError) -> Int {
    guard let output = options.output else { return 0 }
    if options.join == .inner, output.hasSuffix(".fits"), let one = left.fits, let other = right.fits {
      try surveyed(.file, "cannot write \(output)") {
        try FITSJoin(left: one, right: other).write(result.pairs, toPath: output)
      }
      return result.pairs.count
    }
    let rows = result.joined(options.join)
    let one = try left.table().taking(rows.map(\.left))
    let other = try right.table().taking(rows.map(\.right))
    var names = Set(one.columns.map(\.field.name))
    var columns = one.columns
    for column in other.columns {
      var column = column
      while !names.insert(column.field.name).inserted { column.field.name += "_2" }
      column.field.id = nil
      columns.append(column)
    }
    var name = "separation"
    while !names.insert(name).inserted { name += "_2" }
    columns.append(
      Column(
        Field(
          name: name, unit: "arcsec", ucd: "pos.angDistance", description: "Separation of the pair"),
        doubles: rows.map { $0.separation ?? .nan }))
    for index in columns.indices { columns[index].field.ref = nil }
    try OutputTable.write(
      Table(columns: columns, name: "match"), to: output,
      infos: [
        ("match.left", options.left), ("match.right", options.right),
        ("match.radius", "\(options.radius) arcsec"),
        ("match.mode", "\(options.mode)"), ("match.join", options.join.rawValue),
        ("match.checksum", "\(result.report.checksum)"),
      ])
    return rows.count
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
