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

  /// Sorts positions by order-29 cell, equal cells by row.
  ///
  /// `keys` are cell and row of every entry, `position` finds the position of a row.
  init(sorted keys: [(cell: UInt64, row: Int)], position: (Int) -> (ra: Double, dec: Double)) {
    count = keys.count
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(1, keys.count * Self.stride), alignment: 64)
    let n = keys.count
    for (k, key) in keys.enumerated() {
      let p = position(key.row)
      base.storeBytes(of: key.cell.bigEndian, toByteOffset: 8 * k, as: UInt64.self)
      base.storeBytes(of: p.ra.bitPattern.bigEndian, toByteOffset: 8 * (n + k), as: UInt64.self)
      base.storeBytes(of: p.dec.bitPattern.bigEndian, toByteOffset: 8 * (2 * n + k), as: UInt64.self)
      base.storeBytes(
        of: UInt64(bitPattern: Int64(key.row)).bigEndian, toByteOffset: 8 * (3 * n + k), as: UInt64.self)
    }
    owner = .allocated(base)
    cells = UnsafeRawPointer(base)
    ras = cells + 8 * n
    decs = cells + 16 * n
    rows = cells + 24 * n
  }

  /// Columns that lie one after the other in a mapped file, from a byte on. The caller has checked that they do.
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
