/// A cell of a coverage, and whether it lies wholly within the region.
public struct CellCoverage: Sendable, Hashable {
  /// The cell, NESTED.
  public var cell: UInt64

  /// Whether no point of the cell is outside the region.
  public var isFull: Bool

  /// A cell of a coverage.
  public init(cell: UInt64, isFull: Bool) {
    self.cell = cell
    self.isFull = isFull
  }
}

extension HEALPix {
  /// The cells of this order that have a point in common with a cone: all of them, and no other.
  ///
  /// A cell is judged by its true edge, not by a circle around it: it counts if the cone's centre is in it or its edge
  /// comes as near as the radius, and is full if all of its edge is within the radius.
  ///
  /// - Parameters:
  ///   - ra: right ascension of the centre, degrees
  ///   - dec: declination of the centre, degrees, −90…90
  ///   - radius: degrees; 180 and more is the whole sky, a negative one nothing
  /// - Returns: the cells in ascending order.
  /// - Complexity: O(number of cells along the circle); microseconds for a handful of cells.
  public func coverage(ra: Double, dec: Double, radius: Double) -> [CellCoverage] {
    var result: [CellCoverage] = []
    visitCone(ra: ra, dec: dec, radius: radius) { cells, isFull in
      for c in cells { result.append(CellCoverage(cell: c, isFull: isFull)) }
    }
    return result
  }

  /// The cells of this order whose centres lie within a cone.
  ///
  /// - Returns: the cells in ascending order.
  public func cellsWithCenters(inConeAt ra: Double, _ dec: Double, radius: Double) -> [UInt64] {
    var result: [UInt64] = []
    let v = UnitVector(ra: ra, dec: dec)
    let limit = squaredChord(ofAngle: radius)
    visitCone(ra: ra, dec: dec, radius: radius) { cells, isFull in
      for c in cells where isFull || v.squaredChord(to: centerPoint(of: c).vector) <= limit {
        result.append(c)
      }
    }
    return result
  }

  /// Hands over the cells of a cone as ranges in ascending order: full ones as large as they come, partial ones singly.
  ///
  /// - Parameter isGenerous: whether cells may be handed over that only come near the cone; saves looking at their edges
  func visitCone(
    ra: Double, dec: Double, radius: Double, isGenerous: Bool = false, _ visit: (Range<UInt64>, Bool) -> Void
  ) {
    guard radius >= 0 else { return }
    if radius >= 180 { return visit(0..<cellCount, true) }
    let cone = Cone(ra: ra, dec: dec, radius: radius, isGenerous: isGenerous)
    for (start, cells) in startingCells(ra: ra, dec: dec, radius: radius) {
      for c in cells { descend(into: c, of: HEALPix(order: start), cone, visit) }
    }
  }

  private struct Cone {
    let center: UnitVector
    let home: UInt64
    let radius: Double
    let limit: Double
    let isGenerous: Bool

    init(ra: Double, dec: Double, radius: Double, isGenerous: Bool) {
      self.isGenerous = isGenerous
      center = UnitVector(ra: ra, dec: dec)
      home = HEALPix(order: HEALPix.maximumOrder).cell(ra: ra, dec: dec)
      self.radius = radius
      limit = squaredChord(ofAngle: radius)
    }
  }

  /// Where the search begins: at the cells around the centre's of the deepest order at which these hold the cone.
  ///
  /// No point of a cell is nearer to the outside of its neighbourhood than 0.35 of the resolution.
  private func startingCells(ra: Double, dec: Double, radius: Double) -> [(order: Int, cells: [UInt64])] {
    var start = order
    while start > 0 && radius > 0.35 * HEALPix(order: start).resolution { start -= 1 }
    guard start > 0 else { return [(0, Array(0..<12))] }
    let healpix = HEALPix(order: start)
    let home = healpix.cell(ra: ra, dec: dec)
    return [(start, (Array(healpix.neighbours(of: home)) + [home]).sorted())]
  }

  private func descend(
    into cell: UInt64, of level: HEALPix, _ cone: Cone, _ visit: (Range<UInt64>, Bool) -> Void
  ) {
    let chord = cone.center.squaredChord(to: level.centerPoint(of: cell).vector)
    let reach = level.reach
    if chord > squaredChord(ofAngle: cone.radius + reach) { return }
    if cone.radius > reach && chord < squaredChord(ofAngle: cone.radius - reach) {
      return visit(level.cells(of: cell, atOrder: order), true)
    }
    if level.order < order {
      let next = HEALPix(order: level.order + 1)
      for child in Self.children(of: cell) { descend(into: child, of: next, cone, visit) }
      return
    }
    if cone.isGenerous { return visit(cell..<cell + 1, false) }
    let square = CellSquare(cell: cell, in: self)
    let holdsCenter = cone.home >> UInt64(2 * (Self.maximumOrder - order)) == cell
    guard
      holdsCenter || chord <= cone.limit || square.nearest(to: cone.center, enough: cone.limit) <= cone.limit
    else { return }
    // The antipode is the one point of a cell that may be farther than all of its edge.
    let isFull =
      chord < cone.limit && square.isWithin(cone.limit, of: cone.center)
      && !holdsAntipode(of: cone.center, cell)
    visit(cell..<cell + 1, isFull)
  }

  private func holdsAntipode(of v: UnitVector, _ cell: UInt64) -> Bool {
    let p = (-v).position
    return self.cell(ra: p.ra, dec: p.dec) == cell
  }

  /// An angle no point of a cell is farther from its centre than, degrees.
  ///
  /// Cells next to the poles are the longest: 0.822 of the resolution from centre to corner at order 0, growing to
  /// 1.0447 at the deepest.
  var reach: Double { 1.05 * resolution }
}
