extension HEALPix {
  /// The cell that holds a position.
  ///
  /// The cell of order 29 is computed from the degrees given, without radians between, and cut down; the cells of all
  /// orders are therefore nested. A position on the edge of a cell, to within 4·10⁻⁷ of an order-29 cell
  /// (2·10⁻¹⁰″), may go to either side.
  ///
  /// - Parameters:
  ///   - ra: right ascension in degrees, any finite number
  ///   - dec: declination in degrees, −90…90
  /// - Complexity: O(1), some 10 ns.
  public func cell(ra: Double, dec: Double) -> UInt64 {
    precondition(ra.isFinite && dec.magnitude <= 90, "no position: (\(ra), \(dec))")
    let reduced = ra >= 0 && ra < 360 ? ra : Self.reduce(ra)
    return Self.deepestCell(ra: reduced, dec: dec) >> UInt64(2 * (Self.maximumOrder - order))
  }

  /// The cell that holds a position.
  public func cell(at position: SkyPosition) -> UInt64 { cell(ra: position.ra, dec: position.dec) }

  /// The centre of a cell: right ascension in [0, 360) and declination, degrees.
  ///
  /// The error is below 3·10⁻¹⁰″, that of the representation of 360° in a double.
  ///
  /// - Complexity: O(1), some 20 ns.
  public func center(of cell: UInt64) -> (ra: Double, dec: Double) {
    let p = centerPoint(of: cell).position
    return (p.ra, p.dec)
  }

  /// The centre of a cell on the lattice of twice the cell's.
  @inline(__always)
  func centerPoint(of cell: UInt64) -> FacePoint {
    let (face, x, y) = faceCoordinates(of: cell)
    return FacePoint(face: face, x: 2 * x + 1, y: 2 * y + 1, scale: 2 * nside)
  }

  private static func reduce(_ ra: Double) -> Double {
    let r = ra.truncatingRemainder(dividingBy: 360)
    let positive = r < 0 ? r + 360 : r
    return positive >= 360 ? 0 : positive
  }

  /// The order-29 cell of a position with `ra` in [0, 360).
  ///
  /// Górski et al. 2005, §5: in the equatorial belt cells are squares in longitude and sine of latitude; in the polar
  /// caps in longitude within the quarter times √6 sin(c/2), c being the distance from the pole.
  @inline(__always)
  static func deepestCell(ra: Double, dec: Double) -> UInt64 {
    let side = 536_870_912.0
    let quarter = (ra >= 90 ? 1 : 0) &+ (ra >= 180 ? 1 : 0) &+ (ra >= 270 ? 1 : 0)
    let within = (ra - 90 * Double(quarter)) * (1.0 / 90)
    let height = dec.magnitude
    let isPolar = height > transitionLatitude
    // One sine for both zones, and choices of values instead of branches: the sky is a third polar caps at random.
    let sine = Circular.sinKernel((isPolar ? 0.5 * (90 - height) : dec) * Circular.radiansPerDegree)
    let reach = FacePoint.rootSix * sine
    let down = Int(max(isPolar ? within * reach : 0.5 + within - 0.75 * sine, 0) * side)
    let up = Int(max(isPolar ? (1 - within) * reach : 0.5 + within + 0.75 * sine, 0) * side)
    let mask = 0x1FFF_FFFF
    // Polar caps: steps away from the pole along both edges; the equatorial belt: along both diagonals.
    let (fromWest, fromEast) = (min(down, mask), min(up, mask))
    let isNorth = dec > 0
    let polarX = isNorth ? mask &- fromEast : fromWest
    let polarY = isNorth ? mask &- fromWest : fromEast
    let (fd, fu) = ((down &>> 29) &+ quarter, (up &>> 29) &+ quarter)
    let beltFace = fd == fu ? (fd & 3) | 4 : fd < fu ? fd & 3 : (fu & 3) | 8
    let face = UInt64(truncatingIfNeeded: isPolar ? (isNorth ? quarter : quarter &+ 8) : beltFace)
    let x = UInt64(truncatingIfNeeded: isPolar ? polarX : up & mask)
    let y = UInt64(truncatingIfNeeded: isPolar ? polarY : mask &- (down & mask))
    return face &<< 58 | ZOrder.interleave(x, y)
  }

  /// Latitude of sine 2/3 in degrees, where the equatorial belt ends.
  static let transitionLatitude = 41.810314895778596
}
