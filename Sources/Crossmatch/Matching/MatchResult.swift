/// The pairs of a match, by left row, and the report on it.
public struct MatchResult: Sendable {
  /// The pairs, ascending by left row and then by separation and right row.
  public internal(set) var pairs: [MatchPair]

  /// Counts, checksum and what else there is to say about the result.
  public internal(set) var report: MatchReport
}
