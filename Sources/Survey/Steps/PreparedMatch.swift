import Crossmatch
import Tables

/// A match of two catalogues in the way its options ask for: by position, by what is known of each row, or by objects.
struct PreparedMatch {
  let matcher: Matcher
  private let way: Way

  private enum Way {
    case positions(any PositionSource, any PositionSource)
    case rows(MatchTable, MatchTable, MatchCriterion)
    case objects(ObjectMatcher, PositionArrays, PositionArrays)
  }

  /// The pairs of rows, and the objects they belong to, where visits were grouped first.
  struct Finding {
    var result: MatchResult
    var objects: ObjectMatcher.Result?
  }

  init(_ options: FileMatch.Options, _ left: MatchInput, _ right: MatchInput) throws(SurveyError) {
    matcher = Matcher(radiusArcsec: options.radius, mode: options.mode, threads: options.threads)
    if let linking = options.visits {
      let objects = ObjectMatcher(
        matcher: matcher, linkingArcsec: linking, maximumDiameterArcsec: options.objectDiameter)
      way = .objects(objects, PositionArrays(left.positions), PositionArrays(right.positions))
    } else if options.hasDetails {
      let details = [options.leftDetails, options.rightDetails]
      if details.contains(where: { !$0.motion.isEmpty }), details.contains(where: { $0.epoch == nil }) {
        throw SurveyError(
          .configuration, "proper motions say nothing without the epochs of both catalogues",
          hint: "name columns or years: --epoch LEFT,RIGHT")
      }
      var one = try Self.rows(left, options.leftDetails)
      var other = try Self.rows(right, options.rightDetails)
      // What is not known of one side counts as exact.
      switch options.criterion {
      case .radius: break
      case .sumOfRadii, .quadratureOfRadii:
        one.radii = one.radii ?? [Double](repeating: 0, count: one.rowCount)
        other.radii = other.radii ?? [Double](repeating: 0, count: other.rowCount)
      case .mahalanobis:
        one.ellipses = one.ellipses ?? ErrorEllipses(circular: [Double](repeating: 0, count: one.rowCount))
        other.ellipses =
          other.ellipses ?? ErrorEllipses(circular: [Double](repeating: 0, count: other.rowCount))
      }
      way = .rows(one, other, options.criterion)
    } else {
      way = .positions(left.positions, right.positions)
    }
  }

  private static func rows(_ input: MatchInput, _ details: MatchDetails) throws(SurveyError) -> MatchTable {
    let columns = DetailColumns(table: try input.table(), path: input.path)
    return try columns.matchTable(PositionArrays(input.positions), details)
  }

  func run() throws -> Finding {
    switch way {
    case .positions(let left, let right):
      return Finding(result: try matcher.match(left: left, right: right))
    case .rows(let left, let right, let criterion):
      return Finding(result: try matcher.match(left, right, by: criterion))
    case .objects(let objects, let left, let right):
      let found = try objects.match(
        leftRA: left.ra, leftDec: left.dec, rightRA: right.ra, rightDec: right.dec)
      return Finding(result: found.visits, objects: found)
    }
  }

  /// How many of the pairs, or of the pairs of objects, are there by chance.
  func chance(_ finding: Finding) throws -> ChanceMatches {
    switch way {
    case .positions(let left, let right):
      return try matcher.chanceMatches(left: left, right: right, of: finding.result)
    case .rows(let left, let right, let criterion):
      return try matcher.chanceMatches(left, right, by: criterion, of: finding.result)
    case .objects(_, let left, let right):
      guard let found = finding.objects else {
        return try matcher.chanceMatches(left: left, right: right, of: finding.result)
      }
      return try matcher.chanceMatches(
        left: found.leftPositions, right: found.rightPositions, of: found.objects)
    }
  }

  /// What the joined table says besides both rows and their separation.
  func columns(_ finding: Finding, _ rows: [JoinedRow]) -> [Column] {
    if let found = finding.objects {
      return [
        objectColumn("left_object", found.left, rows.map(\.left)),
        objectColumn("right_object", found.right, rows.map(\.right)),
      ]
    }
    guard case .rows(let left, let right, .mahalanobis) = way else { return [] }
    let distances = rows.map { row -> Double in
      guard let one = row.left, let other = row.right else { return .nan }
      return left.mahalanobisDistance(ofRow: one, fromRow: other, of: right) ?? .nan
    }
    return [
      Column(
        Field(name: "sigmas", description: "Mahalanobis distance of the pair, standard deviations"),
        doubles: distances)
    ]
  }

  private func objectColumn(_ name: String, _ groups: SkyGroups, _ rows: [Int?]) -> Column {
    Column(
      Field(
        name: name, datatype: .long, ucd: "meta.id",
        description: "Number of the object the row is a visit of"),
      integers: rows.map { row in row.flatMap { groups.groupOfRow[$0] }.map { $0 + 1 } })
  }
}
