extension MOC {
  /// What is in either set, at the deeper one's order.
  ///
  /// - Complexity: O(n + m) ranges.
  public func union(_ other: MOC) -> MOC { combined(with: other) { $0 || $1 } }

  /// What is in both sets, at the deeper one's order.
  ///
  /// - Complexity: O(n + m) ranges.
  public func intersection(_ other: MOC) -> MOC { combined(with: other) { $0 && $1 } }

  /// What is in this set but not in the other, at the deeper one's order.
  ///
  /// - Complexity: O(n + m) ranges.
  public func subtracting(_ other: MOC) -> MOC { combined(with: other) { $0 && !$1 } }

  /// What is in this set but not in the other; another name of ``subtracting(_:)``, the one the standard uses.
  public func difference(_ other: MOC) -> MOC { subtracting(other) }

  /// What is in one of the sets but not in both, at the deeper one's order.
  ///
  /// - Complexity: O(n + m) ranges.
  public func symmetricDifference(_ other: MOC) -> MOC { combined(with: other) { $0 != $1 } }

  /// What is not in the set, at the same order.
  ///
  /// - Complexity: O(n) ranges.
  public var complement: MOC {
    var result: [Range<UInt64>] = []
    result.reserveCapacity(ranges.count + 1)
    var start: UInt64 = 0
    for r in ranges {
      if start < r.lowerBound { result.append(start..<r.lowerBound) }
      start = r.upperBound
    }
    if start < Self.end { result.append(start..<Self.end) }
    return MOC(order: order, normalized: result)
  }

  /// Adds what is in the other set.
  public mutating func formUnion(_ other: MOC) { self = union(other) }

  /// Keeps what is in the other set too.
  public mutating func formIntersection(_ other: MOC) { self = intersection(other) }

  /// Takes away what is in the other set.
  public mutating func subtract(_ other: MOC) { self = subtracting(other) }

  /// Whether nothing of this set is outside the other.
  public func isSubset(of other: MOC) -> Bool { subtracting(other).isEmpty }

  /// The cells of a lower order that the set touches.
  ///
  /// - Parameter order: 0…29; a set that is not deeper stays as it is.
  /// - Complexity: O(n) ranges.
  public func degraded(to order: Int) -> MOC {
    guard order < self.order else { return self }
    return MOC(ranges: ranges, order: order)
  }

  /// The set and the cells of its order that share an edge or a corner with it.
  ///
  /// - Complexity: O(cells along the edge), each looked up once.
  public var expanded: MOC { union(border) }

  /// The cells of the set's order just outside its edge.
  public var border: MOC {
    let healpix = HEALPix(order: order)
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    var outside: [UInt64] = []
    for (level, cell) in cells {
      for c in healpix.edgeCells(of: cell, order: level) {
        for n in healpix.neighbours(of: c) where !contains(n << shift) { outside.append(n) }
      }
    }
    return MOC(cells: outside, order: order)
  }

  /// Walks the borders of both sets in order and keeps the stretches where `keep` says so.
  @inline(__always)
  private func combined(with other: MOC, _ keep: (Bool, Bool) -> Bool) -> MOC {
    var result: [Range<UInt64>] = []
    result.reserveCapacity(max(ranges.count, other.ranges.count))
    let (a, b) = (ranges, other.ranges)
    var (i, j) = (0, 0)
    var (inA, inB) = (false, false)
    var start: UInt64?
    while i < a.count || j < b.count {
      let nextA = i < a.count ? (inA ? a[i].upperBound : a[i].lowerBound) : .max
      let nextB = j < b.count ? (inB ? b[j].upperBound : b[j].lowerBound) : .max
      let at = min(nextA, nextB)
      if nextA == at {
        if inA { i += 1 }
        inA.toggle()
      }
      if nextB == at {
        if inB { j += 1 }
        inB.toggle()
      }
      if keep(inA, inB) {
        if start == nil { start = at }
      } else if let s = start {
        result.append(s..<at)
        start = nil
      }
    }
    return MOC(order: max(order, other.order), normalized: result)
  }
}

extension HEALPix {
  /// The cells of this order along the inner edge of a cell of the same or a lower order.
  func edgeCells(of cell: UInt64, order level: Int) -> [UInt64] {
    guard level < order else { return [cell] }
    let (face, x, y) = HEALPix(order: level).faceCoordinates(of: cell)
    let n = 1 << (order - level)
    let (x0, y0, last) = (x * n, y * n, n - 1)
    var result: [UInt64] = []
    for t in 0..<n {
      result.append(self.cell(face: face, x: x0 + t, y: y0))
      result.append(self.cell(face: face, x: x0 + t, y: y0 + last))
      if t > 0 && t < last {
        result.append(self.cell(face: face, x: x0, y: y0 + t))
        result.append(self.cell(face: face, x: x0 + last, y: y0 + t))
      }
    }
    return result
  }
}
