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
    /// Mean positions of the left objects.
    public var leftPositions: PositionArrays
    /// Mean positions of the right objects.
    public var rightPositions: PositionArrays
    /// Pairs of objects; their rows are numbers of groups.
    public var objects: MatchResult
    /// All pairs of visits of matched objects, with the separations of the visits, which may exceed the radius.
    ///
    /// Its report counts rows; all its candidates are kept, for what the mode dropped are objects.
    public var visits: MatchResult
  }

  /// Groups the visits of both tables and matches the objects.
  ///
  /// - Throws: ``CrossmatchError`` as ``Matcher`` and ``SkyGroups``
  public func match(
    leftRA: [Double], leftDec: [Double], rightRA: [Double], rightDec: [Double]
  ) throws(CrossmatchError) -> Result {
    let left = try groups(leftRA, leftDec)
    let right = try groups(rightRA, rightDec)
    let (l, r) = try (centers(left, leftRA, leftDec), centers(right, rightRA, rightDec))
    let objects = try matcher.match(left: l, right: r)
    var pairs: [MatchPair] = []
    var widest = matcher.radiusArcsec
    for p in objects.pairs {
      for i in left.groups[p.left] {
        for j in right.groups[p.right] {
          let h = Haversine.between(leftRA[i], leftDec[i], rightRA[j], rightDec[j])
          pairs.append(MatchPair(left: UInt32(i), right: UInt32(j), haversine: h))
          widest = max(widest, Haversine.arcseconds(h))
        }
      }
    }
    pairs.sort {
      ($0.leftRow, $0.haversine, $0.rightRow) < ($1.leftRow, $1.haversine, $1.rightRow)
    }
    var report = MatchReport()
    report.leftRows = leftRA.count
    report.rightRows = rightRA.count
    report.leftSkipped = left.skippedCount
    report.rightSkipped = right.skippedCount
    report.candidates = pairs.count
    report.summarize(pairs, radiusArcsec: widest, threads: max(1, matcher.threads))
    return Result(
      left: left, right: right, leftPositions: l, rightPositions: r, objects: objects,
      visits: MatchResult(pairs: pairs, report: report))
  }

  private func centers(
    _ groups: SkyGroups, _ ra: [Double], _ dec: [Double]
  ) throws(CrossmatchError) -> PositionArrays {
    let centers = groups.groups.indices.map { groups.center(of: $0, ra: ra, dec: dec) }
    return try PositionArrays(ra: centers.map(\.ra), dec: centers.map(\.dec))
  }

  private func groups(_ ra: [Double], _ dec: [Double]) throws(CrossmatchError) -> SkyGroups {
    try SkyGroups(
      ra: ra, dec: dec, linkingArcsec: linkingArcsec, maximumDiameterArcsec: maximumDiameterArcsec,
      threads: matcher.threads)
  }
}
