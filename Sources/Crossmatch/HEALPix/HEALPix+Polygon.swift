extension HEALPix {
  /// The cells of this order that have a point in common with a polygon.
  ///
  /// A cell counts if a corner of the polygon is in it, one of its corners is in the polygon, or their edges cross; it is
  /// full if it lies wholly inside.
  ///
  /// - Returns: the cells in ascending order.
  /// - Complexity: O(cells along the edge · sides).
  public func coverage(of polygon: SphericalPolygon) -> [CellCoverage] {
    var result: [CellCoverage] = []
    visitPolygon(polygon) { cells, isFull in
      for c in cells { result.append(CellCoverage(cell: c, isFull: isFull)) }
    }
    return result
  }

  /// Hands over the cells of a polygon as ranges in ascending order.
  func visitPolygon(_ polygon: SphericalPolygon, _ visit: (Range<UInt64>, Bool) -> Void) {
    let homes = Set(polygon.vertices.map { cell(at: $0) })
    for base in 0..<UInt64(12) { descend(into: base, of: HEALPix(order: 0), polygon, homes, visit) }
  }

  private func descend(
    into cell: UInt64, of level: HEALPix, _ polygon: SphericalPolygon, _ homes: Set<UInt64>,
    _ visit: (Range<UInt64>, Bool) -> Void
  ) {
    let center = level.centerPoint(of: cell).vector
    let distance = angle(ofSquaredChord: polygon.squaredDistance(from: center))
    if distance > level.reach {
      if polygon.contains(center) { visit(level.cells(of: cell, atOrder: order), true) }
      return
    }
    if level.order < order {
      let next = HEALPix(order: level.order + 1)
      for child in Self.children(of: cell) { descend(into: child, of: next, polygon, homes, visit) }
      return
    }
    if homes.contains(cell) { return visit(cell..<cell + 1, false) }
    let square = CellSquare(cell: cell, in: self)
    if square.crosses(polygon) { return visit(cell..<cell + 1, false) }
    // Nothing crosses: all of the cell is on the same side as any point of its edge.
    if polygon.contains(square.point(side: 0, at: 0).vector) { visit(cell..<cell + 1, true) }
  }
}

extension CellSquare {
  /// Whether the edge of the cell crosses a side of a polygon.
  func crosses(_ polygon: SphericalPolygon) -> Bool {
    (0..<4).contains { which in
      (0..<polygon.sideCount).contains { crosses(which, polygon.side($0)) }
    }
  }

  /// Whether one side of the cell crosses an arc.
  private func crosses(_ which: Int, _ arc: (from: UnitVector, to: UnitVector, normal: UnitVector)) -> Bool {
    let height = { (t: Int) in arc.normal.dot(point(side: which, at: t).vector) }
    let isOnArc = { (t: Int) in
      let p = point(side: which, at: t).vector
      return arc.normal.cross(arc.from).dot(p) >= 0 && arc.to.cross(arc.normal).dot(p) >= 0
    }
    // Where the side bends most, it may touch the arc's circle twice between its ends: look between the samples too.
    var samples = (0...8).map { $0 * side / 8 }
    let heights = samples.map(height)
    for k in 1..<8 where heights[k].magnitude < min(heights[k - 1].magnitude, heights[k + 1].magnitude) {
      var (a, b) = (samples[k - 1], samples[k + 1])
      while b - a > 2 {
        let (m, n) = (a + (b - a) / 3, b - (b - a) / 3)
        if height(m).magnitude < height(n).magnitude { b = n } else { a = m }
      }
      samples.append((a + b) / 2)
    }
    samples.sort()
    for (t, u) in zip(samples, samples.dropFirst()) {
      var (a, b) = (t, u)
      let sign = height(a) >= 0
      if sign == (height(b) >= 0) { continue }
      while b - a > 1 {
        let m = (a + b) / 2
        if (height(m) >= 0) == sign { a = m } else { b = m }
      }
      if isOnArc(a) { return true }
    }
    return false
  }
}

extension MOC {
  /// The cells of `order` that have a point in common with a polygon.
  public init(polygon: SphericalPolygon, order: Int) {
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    var list: [Range<UInt64>] = []
    HEALPix(order: order).visitPolygon(polygon) { cells, _ in
      list.append(cells.lowerBound << shift..<cells.upperBound << shift)
    }
    self.init(order: order, normalized: Self.merged(list))
  }
}
