/// A cell and its share in a value interpolated between cell centres.
public struct CellWeight: Sendable, Hashable {
  /// The cell, NESTED.
  public var cell: UInt64
  /// Its weight, 0…1.
  public var weight: Double
}

extension HEALPix {
  /// The four cells around a position and their weights for bilinear interpolation of a map.
  ///
  /// Interpolates along the two rings of cell centres next to the position, then between them; beyond the last ring, the
  /// mean of its four cells stands at the pole (Górski et al. 2005; the weights of healpy's `get_interp_weights`).
  ///
  /// - Parameters:
  ///   - ra: right ascension, degrees
  ///   - dec: declination, degrees
  /// - Returns: four cells, the northern ring's first; weights add up to 1.
  /// - Complexity: O(1).
  public func interpolationWeights(ra: Double, dec: Double) -> [CellWeight] {
    precondition(ra.isFinite && dec.magnitude <= 90, "no position: (\(ra), \(dec))")
    var longitude = ra.truncatingRemainder(dividingBy: 360)
    if longitude < 0 { longitude += 360 }
    let above = ringAbove(dec)
    let rings = 4 * nside - 1
    if above == 0 {
      return polar(onRing: 1, longitude, share: (90 - dec) / (90 - latitude(ofRing: 1)), first: 0)
    }
    if above == rings {
      let share = (90 + dec) / (90 + latitude(ofRing: rings))
      return polar(onRing: rings, longitude, share: share, first: Int(cellCount) - 4)
    }
    let (top, bottom) = (latitude(ofRing: above), latitude(ofRing: above + 1))
    let share = (top - dec) / (top - bottom)
    return neighbours(onRing: above, longitude, share: 1 - share)
      + neighbours(onRing: above + 1, longitude, share: share)
  }

  /// The last ring whose centres are not south of a latitude; 0 north of all.
  private func ringAbove(_ dec: Double) -> Int {
    let n = Double(nside)
    let z = Circular.sinDeclination(dec)
    var ring: Int
    if z.magnitude > 2.0 / 3 {
      let cap = Int(n * FacePoint.rootSix * Circular.sinHalfTurn((90 - dec.magnitude) / 2))
      ring = z > 0 ? cap : 4 * nside - cap - 1
    } else {
      ring = Int(n * (2 - 1.5 * z))
    }
    // The latitude of a ring is rounded: settle on which side of it the position lies by the rounded one.
    ring = min(max(ring, 0), 4 * nside - 1)
    while ring > 0 && latitude(ofRing: ring) < dec { ring -= 1 }
    while ring < 4 * nside - 1 && latitude(ofRing: ring + 1) >= dec { ring += 1 }
    return ring
  }

  /// Latitude of the centres of a ring, degrees.
  private func latitude(ofRing ring: Int) -> Double {
    let first = nested(ring: UInt64(ringLayout(ring).first))
    return centerPoint(of: first).position.dec
  }

  /// The two cells of a ring on either side of a longitude, with a share of the weight.
  private func neighbours(onRing ring: Int, _ longitude: Double, share: Double) -> [CellWeight] {
    let (length, first) = ringLayout(ring)
    let isShifted = ring < nside || ring > 3 * nside || (ring - nside).isMultiple(of: 2)
    let place = longitude / 360 * Double(length) - (isShifted ? 0.5 : 0)
    let west = place.rounded(.down)
    let k = (Int(west) + length) % length
    let weight = place - west
    return [
      CellWeight(cell: nested(ring: UInt64(first + k)), weight: share * (1 - weight)),
      CellWeight(cell: nested(ring: UInt64(first + (k + 1) % length)), weight: share * weight),
    ]
  }

  /// The four cells around a pole.
  private func polar(onRing ring: Int, _ longitude: Double, share: Double, first: Int) -> [CellWeight] {
    let near = neighbours(onRing: ring, longitude, share: share)
    return (first..<first + 4).map { k in
      let cell = nested(ring: UInt64(k))
      let own = near.first { $0.cell == cell }?.weight ?? 0
      return CellWeight(cell: cell, weight: own + (1 - share) / 4)
    }
  }
}
