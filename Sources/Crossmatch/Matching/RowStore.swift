/// Rows of a table, sorted into bands: positions and row numbers in three columns.
///
/// All unsafe memory of the match kernel's tables is allocated and given back here.
final class RowStore: @unchecked Sendable {
  let ra: UnsafeMutablePointer<Double>
  let dec: UnsafeMutablePointer<Double>
  let row: UnsafeMutablePointer<UInt32>
  /// First slot of every band, and the number of slots after the last.
  let first: [Int]

  /// Memory for bands of the given sizes.
  init(bandSizes: [Int]) {
    var sum = 0
    var first = [0]
    for size in bandSizes {
      sum += size
      first.append(sum)
    }
    self.first = first
    ra = .allocate(capacity: max(sum, 1))
    dec = .allocate(capacity: max(sum, 1))
    row = .allocate(capacity: max(sum, 1))
  }

  deinit {
    ra.deallocate()
    dec.deallocate()
    row.deallocate()
  }
}
