/// Matches objects instead of rows: repeat visits are grouped first, on both sides, then the groups are matched.
///
/// A one-to-one match of tables with repeat visits pairs single visits and throws the others away. Here the mode is
/// applied to objects, and every visit keeps its object's partner.
public struct ObjectMatcher: Sendable {
  /// Matches the objects; its radius is that between the objects' mean positions.
  public var matcher: Matcher

  /// Rows of one table at most this far apart are visits of one object, arcsec.
  public var linkingArcsec: Double

  /// No object is wider than this, arcsec; nil for no bound.
  public var maximumDiameterArcsec: Double?

  /// A matcher of objects.
  public init(matcher: Matcher, linkingArcsec: Double, maximumDiameterArcsec: Double? = nil) {
    self.matcher = matcher
    self.linkingArcsec = linkingArcsec
    self.maximumDiameterArcsec = maximumDiameterArcsec
  }

  /// What a match of objects gives.
  public struct Result: Sendable {
    /// Objects of the left table.
    public var left: SkyGroups
    /// Objects of the right table.
    public var right: SkyGroups
    /// Pairs of objects; their rows are numbers of groups.
    public var objects: MatchResult
    /// All pairs of visits of matched objects, by left and then right row.
    public var visits: [(left: Int, right: Int)]
  }

  /// Groups the visits of both tables and matches the objects.
  ///
  /// - Throws: ``CrossmatchError`` as ``Matcher`` and ``SkyGroups``
  public func match(
    leftRA: [Double], leftDec: [Double], rightRA: [Double], rightDec: [Double]
  ) throws(CrossmatchError) -> Result {
    let left = try groups(leftRA, leftDec)
    let right = try groups(rightRA, rightDec)
    let l = left.groups.indices.map { left.center(of: $0, ra: leftRA, dec: leftDec) }
    let r = right.groups.indices.map { right.center(of: $0, ra: rightRA, dec: rightDec) }
    let objects = try matcher.match(
      leftRA: l.map(\.ra), leftDec: l.map(\.dec), rightRA: r.map(\.ra), rightDec: r.map(\.dec))
    var visits: [(left: Int, right: Int)] = []
    for p in objects.pairs {
      for i in left.groups[p.left] {
        for j in right.groups[p.right] { visits.append((i, j)) }
      }
    }
    visits.sort { $0.left != $1.left ? $0.left < $1.left : $0.right < $1.right }
    return Result(left: left, right: right, objects: objects, visits: visits)
  }

  private func groups(_ ra: [Double], _ dec: [Double]) throws(CrossmatchError) -> SkyGroups {
    try SkyGroups(
      ra: ra, dec: dec, linkingArcsec: linkingArcsec, maximumDiameterArcsec: maximumDiameterArcsec,
      threads: matcher.threads)
  }
}
