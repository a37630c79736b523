/// What is known about the rows of one side of a match beyond their positions: names of columns, or values for all rows.
///
/// Columns are converted by their units. Without a unit, radii and errors are in arcsec, position angles in degrees,
/// proper motions in mas per year and epochs in Julian years, or, from 3000 on, Julian dates, modified or not.
public struct MatchDetails: Sendable, Hashable {
  /// A radius of each row: a column, or an angle such as `0.5arcsec`.
  public var radius: String?
  /// Errors of the positions (1 σ): major axis, minor axis, position angle from north through east; one alone is a circle.
  public var ellipse: [String] = []
  /// Proper motion along right ascension (with cos δ) and along declination, and its error, which may be left out.
  public var motion: [String] = []
  /// The epoch of each row: a column, or a year such as `2016.0`.
  public var epoch: String?

  /// Nothing but positions.
  public init() {}

  var isEmpty: Bool { self == MatchDetails() }
}
