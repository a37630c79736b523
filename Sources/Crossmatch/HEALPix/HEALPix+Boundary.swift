extension HEALPix {
  /// The four corners of a cell, from the southern one by east and north to west.
  ///
  /// Right ascension in [0, 360) and declination, degrees.
  ///
  /// - Complexity: O(1).
  public func vertices(of cell: UInt64) -> [SkyPosition] { boundary(of: cell, step: 1) }

  /// Points along the edge of a cell, from the southern corner by east and north to west.
  ///
  /// - Parameters:
  ///   - cell: a cell of this order
  ///   - step: points on each of the four sides, evenly in the cell's own coordinates; 1 gives the corners
  /// - Returns: 4·`step` positions in degrees.
  /// - Complexity: O(step).
  public func boundary(of cell: UInt64, step: Int) -> [SkyPosition] {
    precondition(1...1 << 20 ~= step, "step \(step) is not in 1…2²⁰")
    let square = CellSquare(cell: cell, in: self, step: step)
    return (0..<4).flatMap { side in (0..<step).map { square.point(side: side, at: $0).position } }
  }

  /// A cone that holds a whole cell: its centre and the largest distance of its edge.
  ///
  /// Good to ask a service for what lies in a cell. No point of the cell is outside; the cone is not wider than the
  /// cell's farthest point by more than a part in 10⁹ (or 10⁻¹⁰″).
  ///
  /// - Returns: centre and radius, degrees.
  /// - Complexity: O(1), some 0.5 µs.
  public func boundingCone(of cell: UInt64) -> (ra: Double, dec: Double, radius: Double) {
    let center = centerPoint(of: cell)
    let p = center.position
    let far = CellSquare(cell: cell, in: self).farthest(from: center.vector)
    return (p.ra, p.dec, angle(ofSquaredChord: far) * (1 + 1e-9) + 3e-14)
  }
}

/// A cell as a square on its base cell's lattice, refined so that its sides can be walked.
struct CellSquare {
  let face: Int
  let x: Int
  let y: Int
  /// Lattice units along a side.
  let side: Int
  let scale: Int

  /// Lattice with `step` units to the side of a cell.
  init(cell: UInt64, in healpix: HEALPix, step: Int = 1 << 20) {
    let (face, x, y) = healpix.faceCoordinates(of: cell)
    self.face = face
    self.x = x * step
    self.y = y * step
    side = step
    scale = healpix.nside * step
  }

  /// The point `t` lattice units along a side: 0 south-east, 1 north-east, 2 north-west, 3 south-west.
  @inline(__always)
  func point(side which: Int, at t: Int) -> FacePoint {
    switch which {
    case 0: FacePoint(face: face, x: x + t, y: y, scale: scale)
    case 1: FacePoint(face: face, x: x + side, y: y + t, scale: scale)
    case 2: FacePoint(face: face, x: x + side - t, y: y + side, scale: scale)
    default: FacePoint(face: face, x: x, y: y + side - t, scale: scale)
    }
  }

  /// How many pieces a side is looked at in before it is refined: sides of the largest cells bend most.
  private var pieces: Int { scale / side >= 8 ? 2 : 16 }

  /// The smallest squared chord from a direction to the edge; may stop early once it is at most `enough`.
  func nearest(to v: UnitVector, enough: Double = 0) -> Double { extremum(of: v, sign: 1, enough: enough) }

  /// The largest squared chord from a direction to the edge.
  func farthest(from v: UnitVector) -> Double { -extremum(of: v, sign: -1, enough: -.infinity) }

  /// The smallest value of `sign` times the squared chord along the edge.
  ///
  /// Every side is sampled; between the neighbours of its lowest sample the minimum is narrowed down. Sides are smooth
  /// arcs, along which the chord has one minimum between samples this close.
  private func extremum(of v: UnitVector, sign: Double, enough: Double) -> Double {
    var best = Double.infinity
    let piece = side / pieces
    var samples: [Double] = []
    for which in 0..<4 {
      for k in 0..<pieces {
        let f = sign * v.squaredChord(to: point(side: which, at: k * piece).vector)
        best = min(best, f)
        samples.append(f)
      }
    }
    if best <= enough { return best }
    for which in 0..<4 {
      // The end of a side is the beginning of the next.
      let values = (0...pieces).map { samples[(which * pieces + $0) % samples.count] }
      guard let low = values.indices.min(by: { values[$0] < values[$1] }) else { continue }
      let (a, b) = (max(0, low - 1), min(pieces, low + 1))
      let value = { (t: Int) in sign * v.squaredChord(to: point(side: which, at: t).vector) }
      best = min(best, minimum(of: value, from: a * piece, to: b * piece))
      if best <= enough { return best }
    }
    return best
  }

  /// The least value of a function with one minimum on a stretch of the lattice, by golden sections.
  private func minimum(of value: (Int) -> Double, from start: Int, to end: Int) -> Double {
    var (a, b) = (Double(start), Double(end))
    let golden = 0.6180339887498949
    var (m, n) = (b - golden * (b - a), a + golden * (b - a))
    var (fm, fn) = (value(Int(m)), value(Int(n)))
    var best = min(fm, fn)
    // Near its minimum the chord is a parabola: 2⁻¹³ of the side is 2⁻²⁶ of its square, the rounding of a chord.
    while b - a > Double(side) * 0x1p-14 {
      if fm < fn {
        (b, n, fn) = (n, m, fm)
        m = b - golden * (b - a)
        fm = value(Int(m))
      } else {
        (a, m, fm) = (m, n, fn)
        n = a + golden * (b - a)
        fn = value(Int(n))
      }
      best = min(best, min(fm, fn))
    }
    return best
  }
}
