/// What a match found, and what it left out.
public struct MatchReport: Sendable, Hashable {
  /// Rows of the left table.
  public var leftRows = 0
  /// Rows of the right table.
  public var rightRows = 0
  /// Left rows without a valid position: NaN, null or out of range. They match nothing.
  public var leftSkipped = 0
  /// Right rows without a valid position.
  public var rightSkipped = 0
  /// Pairs within the radius, before the mode chose among them.
  public var candidates = 0
  /// Pairs of the result.
  public var matched = 0
  /// Pairs within the radius that the mode dropped.
  public var dropped: Int { candidates - matched }
  /// Different left rows in the result.
  public var leftMatched = 0
  /// Different right rows in the result.
  public var rightMatched = 0
  /// The order-free checksum of the result's pairs.
  public var checksum = PairChecksum()
  /// Sum of the separations of the result, arcsec.
  public var separationSum = 0.0

  /// An empty report.
  public init() {}
}
