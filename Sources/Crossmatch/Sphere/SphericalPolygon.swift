/// A region of the sky bounded by arcs of great circles.
///
/// The corners may be given in either direction round; the region is the smaller of the two parts they divide the sky
/// into. Sides must be shorter than 180° and must not cross each other.
public struct SphericalPolygon: Sendable {
  /// The corners in the order given.
  public let vertices: [SkyPosition]

  private let corners: [UnitVector]
  /// Normal of the great circle of every side, towards its left.
  private let normals: [UnitVector]
  /// A point inside, close to the middle of a side.
  private let reference: UnitVector

  /// A polygon of three corners or more; nil if there are fewer, two next to each other are equal or opposite, or it
  /// has no area.
  public init?(_ vertices: [SkyPosition]) {
    self.vertices = vertices
    let v = vertices.map { UnitVector(ra: $0.ra, dec: $0.dec) }
    guard v.count >= 3, vertices.allSatisfy({ SkyPosition.isValid(ra: $0.ra, dec: $0.dec) }) else {
      return nil
    }
    var normals: [UnitVector] = []
    for k in v.indices {
      let n = v[k].cross(v[(k + 1) % v.count])
      guard n.length > 1e-15 else { return nil }
      normals.append(n / n.length)
    }
    corners = v
    self.normals = normals
    // The angle turned through at all corners is 2π less the area on the left.
    var turned = 0.0
    for k in v.indices {
      let (before, after) = (normals[k], normals[(k + 1) % v.count])
      let corner = v[(k + 1) % v.count]
      turned += UnitVector.angle(before.cross(after).dot(corner), before.dot(after))
    }
    // Turned through more than 0: the left part is the smaller one.
    guard let point = Self.pointInside(v, normals, side: turned > 0 ? 1 : -1) else { return nil }
    reference = point
  }

  /// A point off the middle of the longest side, nearer to it than to any other side.
  private static func pointInside(_ v: [UnitVector], _ normals: [UnitVector], side: Double) -> UnitVector? {
    let lengths = v.indices.map { v[$0].squaredChord(to: v[($0 + 1) % v.count]) }
    guard let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }) else { return nil }
    let sum = v[longest] + v[(longest + 1) % v.count]
    let middle = sum / sum.length
    var room = 0.1
    for k in v.indices where k != longest {
      room = min(room, Self.squaredChord(middle, v[k], v[(k + 1) % v.count], normals[k]).squareRoot())
    }
    guard room > 1e-14 else { return nil }
    let p = middle + normals[longest] * (side * room * 0.25)
    return p / p.length
  }

  /// Number of sides.
  var sideCount: Int { corners.count }

  /// Ends and normal of a side.
  func side(_ k: Int) -> (from: UnitVector, to: UnitVector, normal: UnitVector) {
    (corners[k], corners[(k + 1) % corners.count], normals[k])
  }

  /// Whether a position is inside.
  public func contains(_ position: SkyPosition) -> Bool {
    contains(UnitVector(ra: position.ra, dec: position.dec))
  }

  /// Whether the arc to the point inside crosses an even number of sides.
  func contains(_ p: UnitVector) -> Bool {
    if p.dot(reference) > -0.99 { return crossings(p, reference).isMultiple(of: 2) }
    // The arc to an almost opposite point is not well defined: go by a third one.
    let across = reference.cross(reference.x.magnitude < 0.6 ? UnitVector(1, 0, 0) : UnitVector(0, 1, 0))
    let by = across / across.length
    return (crossings(p, by) + crossings(by, reference)).isMultiple(of: 2)
  }

  /// How many sides an arc crosses; a side's end counts with one of the two sides it belongs to.
  private func crossings(_ p: UnitVector, _ q: UnitVector) -> Int {
    let n = p.cross(q)
    var count = 0
    for k in corners.indices {
      let (a, b, normal) = side(k)
      let (sa, sb) = (n.dot(a) >= 0, n.dot(b) >= 0)
      if sa == sb { continue }
      let (sp, sq) = (normal.dot(p) >= 0, normal.dot(q) >= 0)
      if sp == sq { continue }
      // Both arcs cross the other's circle; they meet if they do so on the same side of the sphere.
      if sa == sq { count += 1 }
    }
    return count
  }

  /// The smallest squared chord from a direction to a side.
  func squaredDistance(from v: UnitVector) -> Double {
    corners.indices.reduce(.infinity) { least, k in
      let (a, b, n) = side(k)
      return min(least, Self.squaredChord(v, a, b, n))
    }
  }

  private static func squaredChord(_ v: UnitVector, _ a: UnitVector, _ b: UnitVector, _ n: UnitVector)
    -> Double
  {
    // The foot of the perpendicular lies on the arc if it is left of the first and right of the second end.
    let foot = v - n * v.dot(n)
    if foot.length > 1e-300, n.cross(a).dot(foot) >= 0, b.cross(n).dot(foot) >= 0 {
      return v.squaredChord(to: foot / foot.length)
    }
    return min(v.squaredChord(to: a), v.squaredChord(to: b))
  }
}
