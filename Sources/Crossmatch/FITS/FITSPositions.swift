#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Two columns of a FITS binary table as positions, read from the mapped file block by block.
///
/// Works with tables of any size: only the rows being looked at are in memory.
public final class FITSPositions: PositionSource {
  let file: MappedFile
  let table: BinaryTable
  private let ra: BinaryTable.Column
  private let dec: BinaryTable.Column

  /// The path the table was read from.
  public let path: String

  /// Number of rows.
  public let rowCount: Int

  /// Names of the columns positions are taken from.
  public var columnNames: (ra: String, dec: String) { (ra.name, dec.name) }

  /// Opens the first binary table of a file that has the columns.
  ///
  /// Without names, columns are found by UCD (`pos.eq.ra;meta.main`, then `pos.eq.ra`) and then by the usual names (`ra`,
  /// `raj2000`, `_raj2000`, `ra_icrs`, … ). They must be floating point numbers in degrees, one per row.
  ///
  /// - Parameters:
  ///   - path: an uncompressed FITS file
  ///   - ra: name of the column of right ascensions; nil to find it
  ///   - dec: name of the column of declinations; nil to find it
  /// - Throws: ``CrossmatchError`` `XMA-04`
  public init(path: String, ra raName: String? = nil, dec decName: String? = nil) throws(CrossmatchError) {
    guard let file = MappedFile(path: path) else {
      throw CrossmatchError(.file, MappedFile.lastError, path: path)
    }
    let tables = BinaryTable.all(in: file.bytes)
    for table in tables where table.rowCount > 0 || tables.count == 1 {
      guard let ra = Self.find(raName, "ra", in: table), let dec = Self.find(decName, "dec", in: table) else {
        continue
      }
      for column in [ra, dec] where !["D", "E"].contains(column.type) || column.repeats != 1 {
        throw CrossmatchError(
          .file, "column \(column.name) is \(column.repeats)\(column.type), not one number a row (1D or 1E)",
          path: path)
      }
      if let unit = [ra, dec].compactMap(\.unit).first(where: {
        !["", "deg", "degree", "degrees"].contains($0)
      }) {
        throw CrossmatchError(.file, "positions in \(unit)", hint: "degrees are read", path: path)
      }
      self.file = file
      self.table = table
      self.ra = ra
      self.dec = dec
      self.path = path
      rowCount = table.rowCount
      return
    }
    throw CrossmatchError(
      .file, "no binary table with columns of positions",
      hint: "name the columns; there are: "
        + (tables.first?.columns.map(\.name).joined(separator: " ") ?? "none"),
      path: path)
  }

  private static func find(_ name: String?, _ axis: String, in table: BinaryTable) -> BinaryTable.Column? {
    if let name { return table.column(named: name) }
    for ucd in ["pos.eq.\(axis);meta.main", "pos.eq.\(axis)", "POS_EQ_\(axis.uppercased())_MAIN"] {
      if let c = table.columns.first(where: { $0.ucd == ucd }) { return c }
    }
    let long = axis == "ra" ? "ra" : "de"
    for name in [
      axis, "\(long)j2000", "_\(long)j2000", "\(axis)_icrs", "\(long)_icrs", "\(axis)deg", "\(long)deg",
    ] {
      if let c = table.column(named: name) { return c }
    }
    return nil
  }

  /// Hands over some rows, converted from the file's byte order.
  public func withPositions(_ rows: Range<Int>, _ body: (Span<Double>, Span<Double>) -> Void) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, 2 * rows.count)) { buffer in
      let a = UnsafeMutableBufferPointer(rebasing: buffer[0..<rows.count])
      let d = UnsafeMutableBufferPointer(rebasing: buffer[rows.count..<2 * rows.count])
      decode(ra, rows, into: a)
      decode(dec, rows, into: d)
      body(Span(_unsafeElements: a), Span(_unsafeElements: d))
    }
  }

  private func decode(
    _ column: BinaryTable.Column, _ rows: Range<Int>, into out: UnsafeMutableBufferPointer<Double>
  ) {
    guard let target = out.baseAddress else { return }
    var source = file.base + (table.start + rows.lowerBound * table.rowBytes + column.offset)
    let step = table.rowBytes
    if column.type == "D" {
      for k in 0..<rows.count {
        target[k] = Double(bitPattern: UInt64(bigEndian: source.loadUnaligned(as: UInt64.self)))
        source += step
      }
    } else {
      for k in 0..<rows.count {
        target[k] = Double(Float(bitPattern: UInt32(bigEndian: source.loadUnaligned(as: UInt32.self))))
        source += step
      }
    }
  }

  /// Gives the file's pages under some rows back to the system; they are read again when needed.
  public func release(_ rows: Range<Int>) {
    let page = 4096
    let first = (table.start + rows.lowerBound * table.rowBytes + page - 1) / page * page
    let last = (table.start + rows.upperBound * table.rowBytes) / page * page
    if last > first {
      madvise(UnsafeMutableRawPointer(mutating: file.base + first), last - first, MADV_DONTNEED)
    }
  }
}
