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

  /// The cells that hold positions, several computed at a time; each is the same as ``cell(ra:dec:)`` gives.
  ///
  /// - Parameters:
  ///   - ra: right ascensions in degrees, any finite numbers
  ///   - dec: declinations in degrees, −90…90; as many, anything else is a programming error and traps
  /// - Returns: a cell for each position, NESTED.
  /// - Complexity: O(n), some 10 ns a position.
  public func cells(ra: [Double], dec: [Double]) -> [UInt64] {
    precondition(ra.count == dec.count, "\(ra.count) right ascensions and \(dec.count) declinations")
    let shift = UInt64(2 * (Self.maximumOrder - order))
    return [UInt64](unsafeUninitializedCapacity: ra.count) { result, count in
      guard let base = result.baseAddress else { return }
      LargeMemory.prefer(base, bytes: 8 * ra.count)
      CellBatch.forEachBlock(ra, dec) { first, cells in
        for k in 0..<cells.count {
          let c = cells[k]
          (base + first + k).initialize(
            to: c == CellBatch.noCell ? cell(ra: ra[first &+ k], dec: dec[first &+ k]) : c &>> shift)
        }
      }
      count = ra.count
    }
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
    let face: UInt64
    let x: UInt64
    let y: UInt64
    if height <= transitionLatitude {
      let along = side * (0.5 + within)
      let across = (side * 0.75) * Circular.sinKernel(dec * Circular.radiansPerDegree)
      let down = Int(max(along - across, 0)) &+ quarter &<< 29
      let up = Int(max(along + across, 0)) &+ quarter &<< 29
      let (fd, fu) = (down &>> 29, up &>> 29)
      face = UInt64(truncatingIfNeeded: fd == fu ? (fd & 3) | 4 : fd < fu ? fd & 3 : (fu & 3) | 8)
      x = UInt64(truncatingIfNeeded: up & 0x1FFF_FFFF)
      y = UInt64(truncatingIfNeeded: 0x1FFF_FFFF &- (down & 0x1FFF_FFFF))
    } else {
      let reach =
        (side * FacePoint.rootSix) * Circular.sinKernel((90 - height) * (0.5 * Circular.radiansPerDegree))
      let a = UInt64(truncatingIfNeeded: min(Int(within * reach), 0x1FFF_FFFF))
      let b = UInt64(truncatingIfNeeded: min(Int((1 - within) * reach), 0x1FFF_FFFF))
      if dec > 0 {
        face = UInt64(truncatingIfNeeded: quarter)
        x = 0x1FFF_FFFF &- b
        y = 0x1FFF_FFFF &- a
      } else {
        face = UInt64(truncatingIfNeeded: quarter &+ 8)
        x = a
        y = b
      }
    }
    return face &<< 58 | ZOrder.interleave(x, y)
  }

  /// Latitude of sine 2/3 in degrees, where the equatorial belt ends.
  static let transitionLatitude = 41.810314895778596
}
