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
    let result = [Range<UInt64>](unsafeUninitializedCapacity: ranges.count + 1) { target, count in
      let borders = Self.borders(target)
      var written = 0
      // The same borders, but where the sky's first and last cell are: at these it is the other way round.
      ranges.withUnsafeBytes { bytes in
        let own = bytes.bindMemory(to: UInt64.self)
        let (first, last) = (own.first == 0 ? 1 : 0, own.last == Self.end ? own.count - 1 : own.count)
        if first == 0 {
          borders[0] = 0
          written = 1
        }
        for k in first..<max(first, last) {
          borders[written] = own[k]
          written &+= 1
        }
        if last == own.count {
          borders[written] = Self.end
          written &+= 1
        }
      }
      count = written / 2
    }
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

  /// Walks the borders of both sets in order and keeps the stretches where `keep` says so; nothing is kept outside both.
  ///
  /// A step takes the next border, of either set or of both, and writes it where it is one of the result: no branch
  /// that depends on the sets, as one could not be guessed.
  @inline(__always)
  private func combined(with other: MOC, _ keep: (Bool, Bool) -> Bool) -> MOC {
    let most = ranges.count + other.ranges.count
    let result = [Range<UInt64>](unsafeUninitializedCapacity: most) { target, count in
      let borders = Self.borders(target)
      let written = ranges.withUnsafeBytes { a in
        other.ranges.withUnsafeBytes { b in
          Self.walk(a.bindMemory(to: UInt64.self), b.bindMemory(to: UInt64.self), into: borders, keep)
        }
      }
      count = written / 2
    }
    return MOC(order: max(order, other.order), normalized: result)
  }

  /// The memory of ranges as that of their borders, in large pages where there is much of it.
  private static func borders(
    _ ranges: UnsafeMutableBufferPointer<Range<UInt64>>
  ) -> UnsafeMutableBufferPointer<UInt64> {
    let memory = UnsafeMutableRawBufferPointer(ranges)
    if let base = memory.baseAddress { LargeMemory.prefer(base, bytes: memory.count) }
    return memory.bindMemory(to: UInt64.self)
  }

  /// Writes the borders of the result; returns how many.
  @inline(__always)
  private static func walk(
    _ a: UnsafeBufferPointer<UInt64>, _ b: UnsafeBufferPointer<UInt64>,
    into target: UnsafeMutableBufferPointer<UInt64>, _ keep: (Bool, Bool) -> Bool
  ) -> Int {
    var (i, j, written) = (0, 0, 0)
    // At an even border a set begins, at an odd one it ends.
    while i < a.count && j < b.count {
      let (nextA, nextB) = (a[i], b[j])
      target[written] = min(nextA, nextB)
      i &+= nextA <= nextB ? 1 : 0
      j &+= nextB <= nextA ? 1 : 0
      written &+= keep(i & 1 != 0, j & 1 != 0) == (written & 1 == 0) ? 1 : 0
    }
    while i < a.count && keep(true, false) {
      target[written] = a[i]
      (i, written) = (i &+ 1, written &+ 1)
    }
    while j < b.count && keep(false, true) {
      target[written] = b[j]
      (j, written) = (j &+ 1, written &+ 1)
    }
    return written
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
