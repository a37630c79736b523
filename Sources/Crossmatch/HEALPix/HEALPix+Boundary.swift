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

  /// The smallest squared chord from a direction to the edge; may stop early once it is at most `enough`, and may be any
  /// larger value where it is more.
  func nearest(to v: UnitVector, enough: Double) -> Double { extremum(of: v, sign: 1, enough: enough) }

  /// The largest squared chord from a direction to the edge.
  func farthest(from v: UnitVector) -> Double { -extremum(of: v, sign: -1, enough: -.infinity) }

  /// Whether all of the edge is within a squared chord of a direction.
  func isWithin(_ limit: Double, of v: UnitVector) -> Bool {
    -extremum(of: v, sign: -1, enough: -limit.nextUp) <= limit
  }

  /// The smallest value of `sign` times the squared chord along the edge, if it is at most `enough`; else any larger one,
  /// unless `enough` is infinite.
  ///
  /// Every side is sampled; between the neighbours of its lowest sample the minimum is narrowed down. Sides are smooth
  /// arcs, along which the chord has one minimum between samples this close.
  private func extremum(of v: UnitVector, sign: Double, enough: Double) -> Double {
    let (piece, count) = (side / pieces, 4 * pieces)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { samples in
      var best = Double.infinity
      var first = UnitVector()
      var last = UnitVector()
      var longest = 0.0
      for k in 0..<count {
        let p = point(side: k / pieces, at: k % pieces * piece).vector
        let f = sign * v.squaredChord(to: p)
        if f <= enough { return f }
        best = min(best, f)
        samples[k] = f
        if k == 0 { first = p } else { longest = max(longest, last.squaredChord(to: p)) }
        last = p
      }
      longest = max(longest, last.squaredChord(to: first))
      for which in 0..<4 {
        // The end of a side is the beginning of the next.
        let value = { (k: Int) in samples[(which * pieces + k) % count] }
        var low = 0
        for k in 1...pieces where value(k) < value(low) { low = k }
        // No point is farther from a sample than 0.6 of the chord between two, as sides bend little on that stretch.
        if enough.isFinite && Self.isOutOfReach(value(low), enough, 0.6 * longest.squareRoot()) { continue }
        let chord = { (t: Int) in sign * v.squaredChord(to: point(side: which, at: t).vector) }
        let (a, b) = (max(0, low - 1), min(pieces, low + 1))
        best = min(best, minimum(of: chord, from: a * piece, to: b * piece))
        if best <= enough { return best }
      }
      return best
    }
  }

  /// Whether no point within `reach` of a sample has a signed squared chord of at most `enough`.
  private static func isOutOfReach(_ sample: Double, _ enough: Double, _ reach: Double) -> Bool {
    let wanted = enough.magnitude.squareRoot()
    return sample < 0
      ? (-sample).squareRoot() + reach < wanted * (1 - 1e-9)
      : sample.squareRoot() - reach > wanted * (1 + 1e-9)
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
