import ArgumentParser
import Crossmatch
import Survey

/// Options of `votrawl match` for what files say about each row beyond its position.
struct MatchRowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A radius of each row, as LEFT,RIGHT (one name stands for both): a column, or an angle such as 0.5arcsec.",
      discussion: "Pairs are within the sum of both radii, and never beyond --radius."))
  var rowRadius: String?

  @Flag(help: "Take the root of the sum of the squares of the rows' radii instead of the sum.")
  var quadrature = false

  @Option(
    help: ArgumentHelp(
      "Errors of the positions (1 σ), as LEFT,RIGHT: columns MAJOR:MINOR:ANGLE, or one column or angle for a circle.",
      discussion: """
        Pairs are within --sigmas standard deviations (Mahalanobis distance), and never beyond --radius. The position angle \
        counts from north through east. A side left out (such as in ,ERROR) counts as exact.
        """))
  var ellipse: String?

  @Option(help: "Largest Mahalanobis distance with --ellipse, standard deviations.")
  var sigmas: Double?

  @Option(
    name: .customLong("pm"),
    help: ArgumentHelp(
      "Proper motions, as LEFT,RIGHT: columns PMRA:PMDEC or PMRA:PMDEC:ERROR; ,pmra:pmdec for the right alone.",
      discussion: """
        PMRA has the factor cos δ. Right rows that move are compared at the epoch of the left row, others at the epoch of \
        the right one. Needs --epoch.
        """))
  var motion: String?

  @Option(
    help: "Epochs, as LEFT,RIGHT: a column (years, Julian dates or dates) or a year, such as mjd,2016.0.")
  var epoch: String?

  @Option(
    help: "Group the visits of each file first (rows at most this far apart) and match the objects.")
  var visits: AngularRadius?

  @Option(help: "No object, or group of one file, is wider than this.")
  var diameter: AngularRadius?

  /// Whether nothing but the grouping of one file is asked for.
  var isOnlyGrouping: Bool { !hasDetails && visits == nil }

  /// Whether any option is given.
  var isEmpty: Bool { isOnlyGrouping && diameter == nil }

  private var hasDetails: Bool {
    rowRadius != nil || ellipse != nil || sigmas != nil || motion != nil || epoch != nil || quadrature
  }

  func validate() throws {
    for text in [rowRadius, ellipse, motion, epoch] { _ = try Self.pair(text) }
    if rowRadius != nil && ellipse != nil {
      throw ValidationError("--row-radius and --ellipse are two ways to say the same: give one")
    }
    if quadrature && rowRadius == nil { throw ValidationError("--quadrature needs --row-radius") }
    if sigmas != nil && ellipse == nil { throw ValidationError("--sigmas needs --ellipse") }
    if let sigmas, !(sigmas > 0 && sigmas.isFinite) { throw ValidationError("--sigmas must be above 0") }
    if motion != nil && epoch == nil {
      throw ValidationError("--pm needs the epochs of both files: --epoch LEFT,RIGHT")
    }
    if visits != nil && hasDetails {
      throw ValidationError("--visits groups by position alone: leave radii, errors, motions and epochs out")
    }
  }

  /// Sets what the options say.
  func apply(to options: inout FileMatch.Options) throws {
    let sides = [\MatchDetails.radius: rowRadius, \.epoch: epoch]
    for (path, text) in sides {
      let (left, right) = try Self.pair(text)
      options.leftDetails[keyPath: path] = left
      options.rightDetails[keyPath: path] = right
    }
    for (path, text) in [\MatchDetails.ellipse: ellipse, \.motion: motion] {
      let (left, right) = try Self.pair(text)
      options.leftDetails[keyPath: path] = Self.names(left)
      options.rightDetails[keyPath: path] = Self.names(right)
    }
    if rowRadius != nil { options.criterion = quadrature ? .quadratureOfRadii : .sumOfRadii }
    if ellipse != nil { options.criterion = .mahalanobis(sigmas ?? 3) }
    options.visits = visits?.arcsec
    options.objectDiameter = diameter?.arcsec
  }

  private static func names(_ text: String?) -> [String] {
    text?.split(separator: ":", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  /// One name for both sides, or `LEFT,RIGHT` of which one may be left out.
  static func pair(_ text: String?) throws -> (String?, String?) {
    guard let text else { return (nil, nil) }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.isEmpty ? nil : String($0)
    }
    switch parts.count {
    case 1: return (text, text)
    case 2: return (parts[0], parts[1])
    default: throw ValidationError("\"\(text)\" has \(parts.count) parts: LEFT,RIGHT are wanted")
    }
  }
}
