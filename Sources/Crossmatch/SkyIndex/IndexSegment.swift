/// One sorted run of an index, with a table of where the cells of a low order begin.
struct IndexSegment: Sendable {
  let columns: IndexColumns
  /// Order of the offset table.
  let order: Int
  /// For every cell of the order the first entry in it or after it; one more at the end.
  let offsets: [UInt32]
  /// The cells of the coverage order that hold an entry.
  let coverage: MOC
  /// Area of the coverage, square degrees.
  let coveredArea: Double
  /// Rows that were given, with those that were skipped.
  let givenRows: Int

  /// Order of the coverage kept with an index: cells of 3.4′.
  static let coverageOrder = 10

  /// Some 8 entries a cell where the sky is covered evenly.
  static func offsetOrder(count: Int) -> Int {
    var order = 0
    while order < 10 && 12 << (2 * order) < count / 8 { order += 1 }
    return order
  }

  init(columns: IndexColumns, givenRows: Int) {
    self.columns = columns
    self.givenRows = givenRows
    order = Self.offsetOrder(count: columns.count)
    let shift = UInt64(2 * (HEALPix.maximumOrder - order))
    var offsets = [UInt32](repeating: 0, count: 12 << (2 * order) + 1)
    var next = 0
    var ranges: [Range<UInt64>] = []
    let coverageShift = UInt64(2 * (HEALPix.maximumOrder - Self.coverageOrder))
    for k in 0..<columns.count {
      let cell = columns.cell(k)
      while next <= Int(cell >> shift) {
        offsets[next] = UInt32(k)
        next += 1
      }
      let low = (cell >> coverageShift) << coverageShift
      if ranges.last?.lowerBound != low { ranges.append(low..<low + 1 << coverageShift) }
    }
    while next < offsets.count {
      offsets[next] = UInt32(columns.count)
      next += 1
    }
    self.offsets = offsets
    coverage = MOC(ranges: ranges, order: Self.coverageOrder)
    coveredArea = coverage.area
  }

  init(columns: IndexColumns, order: Int, offsets: [UInt32], coverage: MOC, givenRows: Int) {
    self.columns = columns
    self.givenRows = givenRows
    self.order = order
    self.offsets = offsets
    self.coverage = coverage
    coveredArea = coverage.area
  }

  /// The entries whose order-29 cells lie in a range.
  func entries(in cells: Range<UInt64>) -> Range<Int> {
    let from = firstEntry(from: cells.lowerBound)
    return from..<max(from, firstEntry(from: cells.upperBound))
  }

  /// The first entry in a cell or after it, found within one cell of the offset table.
  private func firstEntry(from cell: UInt64) -> Int {
    let k = Int(min(cell, MOC.end) >> UInt64(2 * (HEALPix.maximumOrder - order)))
    guard k + 1 < offsets.count else { return columns.count }
    var (low, high) = (Int(offsets[k]), Int(offsets[k + 1]))
    while low < high {
      let middle = (low + high) / 2
      if columns.cell(middle) < cell { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
