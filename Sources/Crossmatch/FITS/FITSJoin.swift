import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes the joined rows of two FITS tables: all columns of both and the separation.
///
/// Rows are copied as bytes, so that every column keeps its type and every value its bits. Columns of the left table get
/// the suffix `_1`, those of the right one `_2`; the last column, `Separation`, is in arcsec.
public struct FITSJoin: Sendable {
  private let left: FITSPositions
  private let right: FITSPositions

  /// A join of two tables.
  ///
  /// - Throws: ``CrossmatchError`` `XMA-04` if a table has columns of variable length, which lie outside the rows
  public init(left: FITSPositions, right: FITSPositions) throws(CrossmatchError) {
    for source in [left, right] where source.table.columns.contains(where: { "PQ".contains($0.type) }) {
      throw CrossmatchError(
        .file, "columns of variable length cannot be joined as bytes",
        hint: "copy the table with arrays of fixed length first", path: source.path)
    }
    self.left = left
    self.right = right
  }

  /// Writes the rows of an inner join, in the order of the pairs.
  ///
  /// - Parameters:
  ///   - pairs: pairs of rows of the two tables
  ///   - path: the file; it appears when it is whole
  ///   - threads: threads to gather and write rows on; the file does not depend on it
  /// - Throws: ``CrossmatchError`` `XMA-04` if it cannot be written
  /// - Complexity: O(pairs); 1 to 3 GB/s.
  public func write(_ pairs: [MatchPair], toPath path: String, threads: Int = 1) throws(CrossmatchError) {
    guard let file = OutputFile(path: path), write(pairs, to: file, threads: max(1, threads)),
      file.finish(durable: false)
    else { throw CrossmatchError(.file, MappedFile.lastError, path: path) }
  }

  private func write(_ pairs: [MatchPair], to file: OutputFile, threads: Int) -> Bool {
    let rowBytes = left.table.rowBytes + right.table.rowBytes + 8
    guard file.write(BinaryTable.primary.finished() + header(rows: pairs.count, rowBytes)) else {
      return false
    }
    let block = max(1, (1 << 20) / rowBytes)
    let blocks = (pairs.count + block - 1) / block
    let start = file.count
    let next = Atomic<Int>(0)
    // The number of the error that ended the writing.
    let failure = Atomic<Int32>(0)
    ParallelFor.threads(min(threads, max(1, blocks))) { _ in
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: block * rowBytes, alignment: 64)
      defer { buffer.deallocate() }
      while failure.load(ordering: .relaxed) == 0 {
        let first = next.add(1, ordering: .relaxed).oldValue * block
        if first >= pairs.count { break }
        let rows = pairs[first..<min(first + block, pairs.count)]
        gather(rows, into: buffer)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[0..<rows.count * rowBytes])
        if !file.write(bytes, at: start + first * rowBytes) { failure.store(errno, ordering: .relaxed) }
        // Pairs are usually sorted by left row: the rows of these are not needed again.
        if let low = rows.first?.left, let high = rows.last?.left, low < high { left.release(low..<high) }
      }
    }
    errno = failure.load(ordering: .relaxed)
    return errno == 0 && file.goOn(at: start + pairs.count * rowBytes) && file.pad()
  }

  /// Copies both rows of each pair and the separation.
  private func gather(_ pairs: ArraySlice<MatchPair>, into buffer: UnsafeMutableRawBufferPointer) {
    guard var target = buffer.baseAddress else { return }
    let (n1, n2) = (left.table.rowBytes, right.table.rowBytes)
    let (source1, source2) = (left.file.base + left.table.start, right.file.base + right.table.start)
    for p in pairs {
      precondition(p.left < left.rowCount && p.right < right.rowCount, "pair of rows beyond the tables")
      target.copyMemory(from: source1 + p.left * n1, byteCount: n1)
      (target + n1).copyMemory(from: source2 + p.right * n2, byteCount: n2)
      (target + n1 + n2).storeBytes(of: p.separation.bitPattern.bigEndian, as: UInt64.self)
      target += n1 + n2 + 8
    }
  }

  private func header(rows: Int, _ rowBytes: Int) -> [UInt8] {
    let sides = [(left.table, "_1"), (right.table, "_2")]
    let fields = left.table.columns.count + right.table.columns.count + 1
    var h = BinaryTable.header(rowBytes: rowBytes, rows: rows, fields: fields)
    var number = 0
    for (table, suffix) in sides {
      for (k, column) in table.columns.enumerated() {
        number += 1
        h.add("TTYPE\(number)", column.name + suffix)
        for key in ["TFORM", "TUNIT", "TNULL", "TSCAL", "TZERO", "TDISP", "TDIM", "TUCD", "TUTYP"] {
          guard let value = table.header["\(key)\(k + 1)"] else { continue }
          switch key {
          case "TNULL": if let n = Int(value) { h.add("TNULL\(number)", n) }
          case "TSCAL", "TZERO":
            // 2⁶³ is an offset of unsigned numbers and must stay as it is written.
            if let n = Int(value) {
              h.add("\(key)\(number)", n)
            } else {
              h.add("\(key)\(number)", verbatim: value)
            }
          default: h.add("\(key)\(number)", value)
          }
        }
      }
    }
    h.add("TTYPE\(number + 1)", "Separation")
    h.add("TFORM\(number + 1)", "1D")
    h.add("TUNIT\(number + 1)", "arcsec")
    h.add("TUCD\(number + 1)", "pos.angDistance")
    h.add("EXTNAME", "JOINED")
    return h.finished()
  }
}
