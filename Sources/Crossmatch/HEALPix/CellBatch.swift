import CSkyCells

/// The order-29 cells of many positions at a time, by the C kernels.
///
/// Their operations are those of ``HEALPix/deepestCell(ra:dec:)``, so that the results are the same to the last bit.
enum CellBatch {
  /// What is put in the place of the cell of what is no position.
  static let noCell = UInt64.max

  private static let instructionSet = sky_cells_best()

  /// Writes the cell of each position, or ``noCell`` for what is none.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees, as many
  ///   - cells: room for as many
  static func fill(
    _ ra: UnsafeBufferPointer<Double>, _ dec: UnsafeBufferPointer<Double>,
    _ cells: UnsafeMutablePointer<UInt64>
  ) {
    guard let ras = ra.baseAddress, let decs = dec.baseAddress,
      sky_cells(instructionSet, ras, decs, cells, ra.count) != 0
    else { return }
    // Some right ascensions are a turn away, or some are no positions.
    for k in 0..<ra.count where cells[k] == SKY_CELLS_OTHER { cells[k] = single(ras[k], decs[k]) }
  }

  /// Hands over the cells of a table, a piece that stays in the first-level cache at a time, with its first row.
  static func forEachBlock(
    _ ra: [Double], _ dec: [Double], _ body: (Int, UnsafeBufferPointer<UInt64>) -> Void
  ) {
    let block = 1024
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: block) { cells in
      guard let base = cells.baseAddress else { return }
      ra.withUnsafeBufferPointer { ra in
        dec.withUnsafeBufferPointer { dec in
          var start = 0
          while start < ra.count {
            let rows = start..<min(start + block, ra.count)
            fill(.init(rebasing: ra[rows]), .init(rebasing: dec[rows]), base)
            body(start, UnsafeBufferPointer(start: base, count: rows.count))
            start = rows.upperBound
          }
        }
      }
    }
  }

  private static func single(_ ra: Double, _ dec: Double) -> UInt64 {
    guard SkyPosition.isValid(ra: ra, dec: dec) else { return noCell }
    return HEALPix.deepestCell(ra: SkyPosition.normalized(ra: ra), dec: dec)
  }
}
