/// The eight directions in which a cell has a neighbour, in the order of the HEALPix libraries.
public enum CellDirection: Int, Sendable, CaseIterable {
  case southWest, west, northWest, north, northEast, east, southEast, south

  /// Steps along x (to the north-east) and y (to the north-west).
  @inline(__always)
  var step: (x: Int, y: Int) {
    switch self {
    case .southWest: (-1, 0)
    case .west: (-1, 1)
    case .northWest: (0, 1)
    case .north: (1, 1)
    case .northEast: (1, 0)
    case .east: (1, -1)
    case .southEast: (0, -1)
    case .south: (-1, -1)
    }
  }
}

/// The cells around a cell: eight, or seven (six at order 0) where three base cells meet.
public struct CellNeighbours: Sendable, Hashable, Sequence {
  private var cells = SIMD8<UInt64>(repeating: .max)

  init() {}

  /// The neighbour in a direction; nil where there is none.
  public subscript(direction: CellDirection) -> UInt64? {
    let c = cells[direction.rawValue]
    return c == .max ? nil : c
  }

  @inline(__always)
  mutating func set(_ direction: Int, to cell: UInt64) { cells[direction] = cell }

  /// Walks the cells there are, from south-west by north and east to south.
  public func makeIterator() -> AnyIterator<UInt64> {
    var k = 0
    return AnyIterator {
      while k < 8 {
        defer { k += 1 }
        if cells[k] != .max { return cells[k] }
      }
      return nil
    }
  }
}

extension HEALPix {
  /// The cells that share an edge or a corner with a cell.
  ///
  /// - Parameter cell: a cell of this order; anything else traps.
  /// - Complexity: O(1), some 10 ns.
  public func neighbours(of cell: UInt64) -> CellNeighbours {
    let (face, x, y) = faceCoordinates(of: cell)
    var result = CellNeighbours()
    let last = nside - 1
    if x > 0 && x < last && y > 0 && y < last {
      let base = UInt64(face) << UInt64(2 * order)
      let here = ZOrder.interleave(UInt64(x), UInt64(y))
      // Even bits are x, odd bits y: a step in one of them carries through the other's bits when these are all set.
      let (xs, ys): (UInt64, UInt64) = (0x5555_5555_5555_5555, 0xAAAA_AAAA_AAAA_AAAA)
      let (hx, hy) = (here & xs, here & ys)
      let xUp = ((here | ys) &+ 1) & xs
      let xDown = (hx &- 1) & xs
      let yUp = ((here | xs) &+ 2) & ys
      let yDown = (hy &- 2) & ys
      result.set(0, to: base | xDown | hy)
      result.set(1, to: base | xDown | yUp)
      result.set(2, to: base | hx | yUp)
      result.set(3, to: base | xUp | yUp)
      result.set(4, to: base | xUp | hy)
      result.set(5, to: base | xUp | yDown)
      result.set(6, to: base | hx | yDown)
      result.set(7, to: base | xDown | yDown)
      return result
    }
    for direction in CellDirection.allCases {
      let step = direction.step
      if let c = crossing(face, x + step.x, y + step.y) { result.set(direction.rawValue, to: c) }
    }
    return result
  }

  /// The cell at coordinates that may lie one step outside their base cell; nil where no cell meets that corner.
  ///
  /// North base cell f touches the equatorial cells 4+f (south-west) and 4+f+1 (south-east) and, turned by a quarter,
  /// the north cells on either side; equatorial cells touch only north and south ones; the south mirrors the north.
  private func crossing(_ face: Int, _ x: Int, _ y: Int) -> UInt64? {
    let n = nside
    let (dx, dy) = (x < 0 ? -1 : x >= n ? 1 : 0, y < 0 ? -1 : y >= n ? 1 : 0)
    if dx == 0 && dy == 0 { return cell(face: face, x: x, y: y) }
    let (row, f) = (face >> 2, face & 3)
    let (before, after) = ((f + 3) & 3, (f + 1) & 3)
    switch (row, dx, dy) {
    case (0, -1, 0): return cell(face: 4 + f, x: x + n, y: y)
    case (0, 0, -1): return cell(face: 4 + after, x: x, y: y + n)
    case (0, 1, 0): return cell(face: after, x: y, y: n - 1)
    case (0, 0, 1): return cell(face: before, x: n - 1, y: x)
    case (0, 1, 1): return cell(face: (f + 2) & 3, x: n - 1, y: n - 1)
    case (0, -1, -1): return cell(face: 8 + f, x: n - 1, y: n - 1)
    case (1, 1, 0): return cell(face: f, x: x - n, y: y)
    case (1, 0, 1): return cell(face: before, x: x, y: y - n)
    case (1, -1, 0): return cell(face: 8 + before, x: x + n, y: y)
    case (1, 0, -1): return cell(face: 8 + f, x: x, y: y + n)
    case (1, 1, -1): return cell(face: 4 + after, x: 0, y: n - 1)
    case (1, -1, 1): return cell(face: 4 + before, x: n - 1, y: 0)
    case (2, 1, 0): return cell(face: 4 + after, x: x - n, y: y)
    case (2, 0, 1): return cell(face: 4 + f, x: x, y: y - n)
    case (2, 0, -1): return cell(face: 8 + after, x: 0, y: x)
    case (2, -1, 0): return cell(face: 8 + before, x: y, y: 0)
    case (2, 1, 1): return cell(face: f, x: 0, y: 0)
    case (2, -1, -1): return cell(face: 8 + ((f + 2) & 3), x: 0, y: 0)
    default: return nil
    }
  }
}
