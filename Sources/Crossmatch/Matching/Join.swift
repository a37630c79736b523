/// Which rows a joined table has, besides the pairs.
public enum JoinKind: String, Sendable, CaseIterable {
  /// Pairs only.
  case inner
  /// Pairs, and left rows without a partner.
  case left
  /// Pairs, and right rows without a partner.
  case right
  /// Pairs, and rows of both tables without a partner.
  case outer
  /// Left rows without a partner only.
  case leftOnly
  /// Right rows without a partner only.
  case rightOnly
  /// Rows of both tables without a partner only.
  case unmatched
}

/// A row of a joined table.
public struct JoinedRow: Sendable, Hashable {
  /// Row of the left table; nil if the right one has no partner.
  public var left: Int?
  /// Row of the right table; nil if the left one has no partner.
  public var right: Int?
  /// Separation in arcsec; nil without a partner.
  public var separation: Double?

  /// A row of a joined table.
  public init(left: Int?, right: Int?, separation: Double?) {
    self.left = left
    self.right = right
    self.separation = separation
  }
}

extension MatchResult {
  /// The rows of a joined table: by left row, pairs of equal left row nearest first, right rows alone at the end.
  ///
  /// Rows skipped for want of a position count as rows without a partner, so that no row is lost silently.
  ///
  /// - Complexity: O(rows + pairs).
  public func joined(_ kind: JoinKind) -> [JoinedRow] {
    var rows: [JoinedRow] = []
    let withPairs = ![.leftOnly, .rightOnly, .unmatched].contains(kind)
    let withLeft = [.left, .outer, .leftOnly, .unmatched].contains(kind)
    let withRight = [.right, .outer, .rightOnly, .unmatched].contains(kind)
    var nextLeft = 0
    var seen = RowSet(count: report.rightRows)
    for p in pairs {
      while withLeft && nextLeft < p.left {
        rows.append(JoinedRow(left: nextLeft, right: nil, separation: nil))
        nextLeft += 1
      }
      nextLeft = max(nextLeft, p.left + 1)
      if withPairs { rows.append(JoinedRow(left: p.left, right: p.right, separation: p.separation)) }
      _ = seen.insert(p.right)
    }
    while withLeft && nextLeft < report.leftRows {
      rows.append(JoinedRow(left: nextLeft, right: nil, separation: nil))
      nextLeft += 1
    }
    if withRight {
      for row in 0..<report.rightRows where !seen.contains(row) {
        rows.append(JoinedRow(left: nil, right: row, separation: nil))
      }
    }
    return rows
  }
}
