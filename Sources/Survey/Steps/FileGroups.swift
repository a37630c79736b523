import Crossmatch
import Foundation
import Tables

/// Groups the rows of one catalogue that are of one object: repeat visits, duplicates, clusters.
public struct FileGroups: Sendable {
  /// Which rows are written.
  public enum Keep: String, Sendable, CaseIterable {
    /// Every row, with the number of its group.
    case all
    /// One row an object: the first.
    case first
    /// Rows that share their object with others.
    case repeated
    /// Rows alone in their group.
    case single
  }

  /// What to group and how.
  public struct Options: Sendable {
    /// Path of the catalogue.
    public var input: String
    /// Rows at most this far apart are linked, arcsec; linked rows of linked rows are of one group.
    public var radius: Double
    /// No two rows of a group are farther apart than this, arcsec.
    public var diameter: Double?
    /// Names of the columns of right ascension and declination, where they cannot be told.
    public var columns: (ra: String?, dec: String?) = (nil, nil)
    /// Which rows are written.
    public var keep = Keep.all
    /// The file to write, whose name decides the format; nothing is written where nil.
    public var output: String?
    /// Threads; the result does not depend on their number.
    public var threads = 1

    /// The groups of a catalogue.
    public init(input: String, radius: Double) {
      self.input = input
      self.radius = radius
    }
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Rows of the catalogue, and of these without a position.
    public var rows, skipped: Int
    /// Groups, of single rows too, and groups of more than one row.
    public var groups, repeated: Int
    /// Rows in groups of more than one, and rows of the largest group.
    public var rowsRepeated, largest: Int
    /// Rows written.
    public var written: Int
    /// Seconds of reading, matching and writing.
    public var reading, matching, writing: Double
    /// The table.
    public var file: String?
  }

  let options: Options

  /// Prepares the grouping.
  public init(_ options: Options) { self.options = options }

  /// Groups the rows.
  ///
  /// Written are the catalogue's columns, `group_id` (from 1, by first row) and `group_size`.
  ///
  /// - Throws: `SUR-05` for a file that cannot be read or written, `SUR-04` for a column that is not there.
  public func run() throws(SurveyError) -> Summary {
    var clock = Stopwatch()
    let input = try MatchInput(options.input, options.columns)
    let positions = PositionArrays(input.positions)
    let reading = clock.lap()
    let found = try surveyed(.service, "cannot group \(options.input)") {
      try SkyGroups(
        ra: positions.ra, dec: positions.dec, linkingArcsec: options.radius,
        maximumDiameterArcsec: options.diameter, threads: options.threads)
    }
    let matching = clock.lap()
    let sizes = found.groups.map(\.count)
    let written = try write(found, input)
    return Summary(
      rows: positions.rowCount, skipped: found.skippedCount, groups: sizes.count,
      repeated: sizes.count { $0 > 1 }, rowsRepeated: sizes.reduce(0) { $0 + ($1 > 1 ? $1 : 0) },
      largest: sizes.max() ?? 0, written: written, reading: reading, matching: matching,
      writing: clock.lap(), file: options.output)
  }

  private func write(_ found: SkyGroups, _ input: MatchInput) throws(SurveyError) -> Int {
    guard let output = options.output else { return 0 }
    let rows = found.groupOfRow.indices.filter { isKept($0, found) }
    var table = try input.table().taking(rows)
    let groups = rows.map { found.groupOfRow[$0] }
    let names = Set(table.columns.map(\.field.name))
    func column(_ name: String, _ what: String, _ values: [Int?]) -> Column {
      let free = names.contains(name) ? name + "_2" : name
      return Column(Field(name: free, datatype: .long, description: what), integers: values)
    }
    table = Table(
      columns: table.columns + [
        column("group_id", "Group of rows of one object", groups.map { $0.map { $0 + 1 } }),
        column("group_size", "Rows of the group", groups.map { $0.map { found.groups[$0].count } }),
      ], name: "groups")
    for index in table.columns.indices { table.columns[index].field.ref = nil }
    try OutputTable.write(
      table, to: output,
      infos: [
        ("group.input", options.input), ("group.radius", "\(options.radius) arcsec"),
        ("group.diameter", options.diameter.map { "\($0) arcsec" } ?? "unbounded"),
        ("group.keep", options.keep.rawValue),
      ])
    return rows.count
  }

  private func isKept(_ row: Int, _ found: SkyGroups) -> Bool {
    guard let group = found.groupOfRow[row] else { return options.keep == .all }
    return switch options.keep {
    case .all: true
    case .first: found.groups[group].first == row
    case .repeated: found.groups[group].count > 1
    case .single: found.groups[group].count == 1
    }
  }
}
