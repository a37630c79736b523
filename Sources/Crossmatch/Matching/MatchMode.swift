/// Which of the pairs within the radius are kept.
///
/// Ties are always broken by the lowest row: of equally near rows the first one counts, first on the left, then on the
/// right. Distances that differ by less than the arithmetic resolves are decided in double-double arithmetic, so that
/// ties are those of the numbers given, not of rounding.
public enum MatchMode: Sendable, Hashable {
  /// Every pair within the radius.
  case all
  /// For each left row the nearest right row; right rows may occur more than once.
  case bestPerLeft
  /// For each right row the nearest left row; left rows may occur more than once.
  case bestPerRight
  /// Pairs that are each other's nearest (what STILTS calls `best`).
  case mutual
  /// One to one: nearest pairs first, a pair is taken if both its rows are still free.
  case oneToOneGreedy
  /// One to one: as many pairs as possible, and among such choices the smallest sum of separations.
  case oneToOneOptimal
  /// For each left row its `k` nearest right rows within the radius, nearest first.
  case nearest(Int)
}
