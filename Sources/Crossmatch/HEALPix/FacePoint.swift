#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A point of the integer lattice on one of the twelve base cells.
///
/// x grows towards north-east, y towards north-west, both from 0 to `scale`. Corners of cells of order k lie on the
/// lattice of scale 2^k, their centres on that of scale 2^(k+1). Being whole numbers, corners shared by cells of
/// different orders are the same points to the last bit.
struct FacePoint {
  var face: Int
  var x: Int
  var y: Int
  var scale: Int

  /// Row of base cells: where the southern corner stands, in units of the cell's side from the north pole.
  @inline(__always)
  static func row(_ face: Int) -> Int { (face >> 2) + 2 }

  /// Eighth of the circle at which the base cell is centred.
  @inline(__always)
  static func column(_ face: Int) -> Int { face >> 2 == 1 ? 2 * (face & 3) : 2 * (face & 3) + 1 }

  /// What both kinds of coordinates are made from: distance from the pole or height, and longitude.
  @inline(__always)
  private var projected: (cap: Int, ring: Int, longitude: Double) {
    let jr = Self.row(face) * scale - x - y
    let cap = jr < scale ? 1 : jr > 3 * scale ? -1 : 0
    let nr = cap > 0 ? jr : cap < 0 ? 4 * scale - jr : scale
    var m = Self.column(face) * nr + x - y
    if m < 0 { m += 8 * nr }
    if m >= 8 * nr && nr > 0 { m -= 8 * nr }
    // At a pole every longitude is right; that of the base cell's centre suits its neighbours best.
    let longitude = nr == 0 ? 45 * Double(Self.column(face)) : Double(45 * m) / Double(nr)
    return (cap, cap == 0 ? jr : nr, longitude)
  }

  /// Longitude [0, 360) and latitude in degrees.
  @inline(__always)
  var position: SkyPosition {
    let (cap, ring, longitude) = projected
    if cap == 0 {
      let z = Double(2 * (2 * scale - ring)) / Double(3 * scale)
      return SkyPosition(ra: longitude, dec: asin(z) * Circular.degreesPerRadian)
    }
    let polar = 2 * asin(Double(ring) / (Double(scale) * Self.rootSix)) * Circular.degreesPerRadian
    return SkyPosition(ra: longitude, dec: cap > 0 ? 90 - polar : polar - 90)
  }

  /// The direction as a unit vector.
  @inline(__always)
  var vector: UnitVector {
    let (cap, ring, longitude) = projected
    let (s, c) = Circular.sinCos(longitude)
    if cap == 0 {
      let z = Double(2 * (2 * scale - ring)) / Double(3 * scale)
      let r = ((1 - z) * (1 + z)).squareRoot()
      return UnitVector(r * c, r * s, z)
    }
    let h = Double(ring) / (Double(scale) * Self.rootSix)
    let r = 2 * h * (1 - h * h).squareRoot()
    let z = 1 - 2 * h * h
    return UnitVector(r * c, r * s, cap > 0 ? z : -z)
  }

  static let rootSix = 2.449489742783178
}

extension HEALPix {
  /// Base cell and coordinates of a cell within it.
  @inline(__always)
  func faceCoordinates(of cell: UInt64) -> (face: Int, x: Int, y: Int) {
    precondition(cell < cellCount, "cell \(cell) is not one of order \(order)")
    let shift = UInt64(2 * order)
    let (x, y) = ZOrder.deinterleave(cell & ((1 << shift) - 1))
    return (Int(cell >> shift), Int(x), Int(y))
  }

  /// The cell at coordinates within a base cell.
  @inline(__always)
  func cell(face: Int, x: Int, y: Int) -> UInt64 {
    UInt64(face) << UInt64(2 * order) | ZOrder.interleave(UInt64(x), UInt64(y))
  }
}
