/// Writes the joined rows of two FITS tables: all columns of both and the separation.
///
/// Rows are copied as bytes, so that every column keeps its type and every value its bits. Columns of the left table get
/// the suffix `_1`, those of the right one `_2`; the last column, `Separation`, is in arcsec.
public struct FITSJoin {
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
  /// - Throws: ``CrossmatchError`` `XMA-04` if it cannot be written
  /// - Complexity: O(pairs); 1 to 3 GB/s.
  public func write(_ pairs: [MatchPair], toPath path: String) throws(CrossmatchError) {
    guard let file = OutputFile(path: path), write(pairs, to: file), file.finish(durable: false) else {
      throw CrossmatchError(.file, MappedFile.lastError, path: path)
    }
  }

  private func write(_ pairs: [MatchPair], to file: OutputFile) -> Bool {
    let (n1, n2) = (left.table.rowBytes, right.table.rowBytes)
    let rowBytes = n1 + n2 + 8
    guard file.write(BinaryTable.primary.finished() + header(rows: pairs.count, rowBytes)) else {
      return false
    }
    let block = max(1, (1 << 20) / rowBytes)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: block * rowBytes, alignment: 64)
    defer { buffer.deallocate() }
    let (source1, source2) = (left.file.base + left.table.start, right.file.base + right.table.start)
    var released = 0
    for start in stride(from: 0, to: pairs.count, by: block) {
      let end = min(start + block, pairs.count)
      guard var target = buffer.baseAddress else { return false }
      for p in pairs[start..<end] {
        precondition(p.left < left.rowCount && p.right < right.rowCount, "pair of rows beyond the tables")
        target.copyMemory(from: source1 + p.left * n1, byteCount: n1)
        (target + n1).copyMemory(from: source2 + p.right * n2, byteCount: n2)
        (target + n1 + n2).storeBytes(of: p.separation.bitPattern.bigEndian, as: UInt64.self)
        target += rowBytes
      }
      guard file.write(UnsafeRawBufferPointer(rebasing: buffer[0..<(end - start) * rowBytes])) else {
        return false
      }
      // Pairs are usually sorted by left row: what lies before the last one is not needed again.
      let reached = pairs[end - 1].left
      if (reached - released) * n1 > 1 << 24 {
        left.release(released..<reached)
        released = reached
      }
    }
    return file.pad()
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
