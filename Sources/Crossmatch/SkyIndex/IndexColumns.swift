/// The columns of an index: cell, right ascension, declination and row, sorted by cell, as FITS stores them.
///
/// Values are big-endian wherever they lie, in memory of their own or in a mapped file, so that one set of accessors
/// serves both and saving is copying. All unsafe access of the index is here.
final class IndexColumns: @unchecked Sendable {
  let count: Int
  private let cells: UnsafeRawPointer
  private let ras: UnsafeRawPointer
  private let decs: UnsafeRawPointer
  private let rows: UnsafeRawPointer
  private let owner: Owner

  private enum Owner {
    case allocated(UnsafeMutableRawPointer)
    case mapped(MappedFile)
  }

  /// Bytes of an entry, all columns together.
  static let stride = 32

  /// Columns of positions whose cells and rows have been sorted.
  ///
  /// - Parameters:
  ///   - cells: order-29 cells, ascending
  ///   - rows: the row of each in `ra` and `dec`
  ///   - firstRow: what is added to rows when they are kept
  ///   - ra: right ascensions by row
  ///   - dec: declinations by row
  init(sorted cells: [UInt64], rows: [UInt32], firstRow: Int, ra: [Double], dec: [Double]) {
    let n = cells.count
    count = n
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(1, n * Self.stride), alignment: 64)
    for k in 0..<n {
      let row = Int(rows[k])
      base.storeBytes(of: cells[k].bigEndian, toByteOffset: 8 * k, as: UInt64.self)
      base.storeBytes(of: ra[row].bitPattern.bigEndian, toByteOffset: 8 * (n + k), as: UInt64.self)
      base.storeBytes(of: dec[row].bitPattern.bigEndian, toByteOffset: 8 * (2 * n + k), as: UInt64.self)
      base.storeBytes(of: UInt64(firstRow + row).bigEndian, toByteOffset: 8 * (3 * n + k), as: UInt64.self)
    }
    owner = .allocated(base)
    self.cells = UnsafeRawPointer(base)
    ras = self.cells + 8 * n
    decs = self.cells + 16 * n
    self.rows = self.cells + 24 * n
  }

  /// Columns that lie one after the other in a mapped file, from a byte on, as the caller has checked.
  init(mapped file: MappedFile, offset: Int, count: Int) {
    self.count = count
    owner = .mapped(file)
    cells = file.base + offset
    ras = cells + 8 * count
    decs = cells + 16 * count
    rows = cells + 24 * count
  }

  deinit {
    if case .allocated(let base) = owner { base.deallocate() }
  }

  /// All columns, one after the other.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: cells, count: count * Self.stride) }

  @inline(__always)
  private func word(_ column: UnsafeRawPointer, _ k: Int) -> UInt64 {
    precondition(k >= 0 && k < count)
    return UInt64(bigEndian: column.loadUnaligned(fromByteOffset: 8 * k, as: UInt64.self))
  }

  @inline(__always)
  func cell(_ k: Int) -> UInt64 { word(cells, k) }

  @inline(__always)
  func ra(_ k: Int) -> Double { Double(bitPattern: word(ras, k)) }

  @inline(__always)
  func dec(_ k: Int) -> Double { Double(bitPattern: word(decs, k)) }

  @inline(__always)
  func row(_ k: Int) -> Int { Int(truncatingIfNeeded: word(rows, k)) }
}
