extension HEALPix {
  /// Number of the cell in the RING scheme: by rings from north to south, eastwards within a ring.
  ///
  /// Górski et al. 2005, §5.
  ///
  /// - Complexity: O(1).
  public func ring(nested cell: UInt64) -> UInt64 {
    let (face, x, y) = faceCoordinates(of: cell)
    let n = nside
    let row = FacePoint.row(face) * n - x - y - 1
    let (length, first) = ringLayout(row)
    let quarter = length / 4
    let shift = row >= n && row <= 3 * n ? (row - n) & 1 : 0
    var place = (FacePoint.column(face) * quarter + x - y + 1 + shift) / 2
    if place < 1 { place += length }
    if place > length { place -= length }
    return UInt64(first + place - 1)
  }

  /// Number of the cell in the NESTED scheme from that in the RING scheme.
  ///
  /// - Complexity: O(1).
  public func nested(ring: UInt64) -> UInt64 {
    precondition(ring < cellCount, "cell \(ring) is not one of order \(order)")
    let n = nside
    let (row, place) = ringPlace(of: Int(ring))
    // Twice the distance east of the meridian, in cells; then x − y and x + y follow within the base cell.
    let face: Int
    let difference: Int
    if row < n || row > 3 * n {
      let quarter = row < n ? row : 4 * n - row
      let f = place / quarter
      face = row < n ? f : f + 8
      difference = 2 * (place - f * quarter) + 1 - quarter
    } else {
      let twice = 2 * place + 1 - ((row - n) & 1)
      (face, difference) = beltPlace(row: row, twice: twice)
    }
    let sum = FacePoint.row(face) * n - 1 - row
    return cell(face: face, x: (sum + difference) / 2, y: (sum - difference) / 2)
  }

  /// Base cell and x − y of a cell of the equatorial belt, `twice` being twice its distance from the meridian.
  ///
  /// x − y is that less the distance of the base cell's centre; of the base cells within reach one holds the cell.
  private func beltPlace(row: Int, twice: Int) -> (face: Int, difference: Int) {
    let n = nside
    for column in [twice / n, twice / n + 1] {
      let d = twice - column * n
      let f = column & 7
      for face in f & 1 == 0 ? [4 + f / 2] : [f / 2, 8 + f / 2] {
        let sum = FacePoint.row(face) * n - 1 - row
        if d.magnitude <= sum && sum + Int(d.magnitude) <= 2 * (n - 1) { return (face, d) }
      }
    }
    preconditionFailure("no base cell at ring \(row), place \(twice)")
  }

  /// Number of cells in ring `row` (1 is the northernmost, 4·nside − 1 the southernmost) and its first cell.
  @inline(__always)
  func ringLayout(_ row: Int) -> (length: Int, first: Int) {
    let n = nside
    if row < n { return (4 * row, 2 * row * (row - 1)) }
    if row > 3 * n {
      let r = 4 * n - row
      return (4 * r, Int(cellCount) - 2 * r * (r + 1))
    }
    return (4 * n, 2 * n * (n - 1) + (row - n) * 4 * n)
  }

  /// Ring and place in it, from 0, of a RING number.
  func ringPlace(of ring: Int) -> (row: Int, place: Int) {
    let n = nside
    let cap = 2 * n * (n - 1)
    if ring < cap {
      let row = Self.capRow(ring)
      return (row, ring - 2 * row * (row - 1))
    }
    let fromSouth = Int(cellCount) - 1 - ring
    if fromSouth < cap {
      let row = Self.capRow(fromSouth)
      return (4 * n - row, 4 * row - 1 - (fromSouth - 2 * row * (row - 1)))
    }
    let belt = ring - cap
    return (belt / (4 * n) + n, belt % (4 * n))
  }

  /// Ring of the polar cap that holds its `index`th cell: the largest r with 2r(r−1) ≤ index.
  private static func capRow(_ index: Int) -> Int {
    var r = Int((0.5 * Double(index) + 0.25).squareRoot() + 0.5)
    // The square root is rounded where numbers are larger than 2⁵³.
    while 2 * r * (r - 1) > index { r -= 1 }
    while 2 * r * (r + 1) <= index { r += 1 }
    return r
  }
}
