/// Some pixels of a unit, with everything that the unit has of them: all rows of an image, all columns of a table.
struct FITSExcerpt {
  /// How the pixels lie in the data.
  private enum Form {
    /// Rows of values of this size.
    case image(rows: Int, size: Int)
    /// A row a pixel.
    case rows(FITSTable)
    /// A column a row of values.
    case vectors(FITSTable)
  }

  let unit: FITSFile.Unit
  /// The pixels, counted from 0.
  let pixels: Range<Int>
  private let form: Form

  /// Some columns of an image of one or more rows.
  init(image unit: FITSFile.Unit, pixels: Range<Int>) {
    self.unit = unit
    self.pixels = pixels
    let size = abs(unit.header.integer("BITPIX") ?? 8) / 8
    form = .image(rows: unit.axes.dropFirst().reduce(1, *), size: size)
  }

  /// Some pixels of a table, whether it has a row for each or one row for all.
  init(table: FITSTable, pixels: Range<Int>) {
    unit = table.unit
    self.pixels = pixels
    form = table.rows == 1 ? .vectors(table) : .rows(table)
  }

  /// Where the bytes of the pixels are in the file, ascending.
  var ranges: [Range<Int>] {
    let start = unit.dataOffset
    switch form {
    case .image(let rows, let size):
      let width = unit.axes[0]
      return (0..<rows).map { row in
        let first = start + (row * width + pixels.lowerBound) * size
        return first..<(first + pixels.count * size)
      }
    case .rows(let table):
      let first = start + pixels.lowerBound * table.rowSize
      return [first..<(first + pixels.count * table.rowSize)]
    case .vectors(let table):
      let width = widest(table)
      return table.columns.map { column in
        let size = FITSValue(letter: column.letter)?.size ?? 1
        guard column.repeats == width, width > 1 else {
          return (start + column.offset)..<(start + column.offset + Self.end(of: column, in: table))
        }
        let first = start + column.offset + pixels.lowerBound * size
        return first..<(first + pixels.count * size)
      }
    }
  }

  /// The unit with these pixels only, header and data, padded to whole blocks; `nil` where its layout is odd.
  /// - Parameter source: has the bytes of ``ranges``.
  func unit(from source: FileParts) throws(SpectrumError) -> [UInt8]? {
    let header = unit.header
    // A heap behind the table, or groups of it, cannot be cut.
    guard header.integer("PCOUNT") ?? 0 == 0, header.integer("GCOUNT") ?? 1 == 1 else { return nil }
    var changes: [(String, String)] = []
    var dropped = ["CHECKSUM", "DATASUM"]
    switch form {
    case .image:
      changes.append(("NAXIS1", "\(pixels.count)"))
      let step = header.double("COEFF1") ?? header.double("CDELT1") ?? header.double("CD1_1")
      for keyword in ["CRVAL1", "COEFF0"] {
        guard let step, let first = header.double(keyword) else { continue }
        changes.append((keyword, "\(first + step * Double(pixels.lowerBound))".uppercased()))
      }
    case .rows: changes.append(("NAXIS2", "\(pixels.count)"))
    case .vectors(let table):
      let width = widest(table)
      var size = table.rowSize
      for column in table.columns where column.repeats == width && width > 1 {
        guard let value = FITSValue(letter: column.letter) else { return nil }
        changes.append(("TFORM\(column.number)", "'" + "\(pixels.count)\(column.letter)".padded(8) + "'"))
        dropped.append("TDIM\(column.number)")
        size -= (width - pixels.count) * value.size
      }
      // Bytes behind the last column would have to go where no column says.
      guard Self.end(of: table) == table.rowSize else { return nil }
      changes.append(("NAXIS1", "\(size)"))
    }
    var bytes = header.rewritten(
      changes: changes, leavingOut: dropped,
      adding: [
        "HISTORY Excerpt by VOTrawl: pixels \(pixels.lowerBound + 1) to \(pixels.upperBound) of the original"
      ])
    for range in ranges { bytes += try source.bytes(range) }
    bytes += [UInt8](repeating: 0, count: (FITSFile.block - bytes.count % FITSFile.block) % FITSFile.block)
    return bytes
  }

  /// The number of values in the longest column, one a pixel.
  private func widest(_ table: FITSTable) -> Int { table.columns.map(\.repeats).max() ?? 0 }

  /// Bytes of a column.
  private static func end(of column: FITSTable.Column, in table: FITSTable) -> Int {
    let next = table.columns.first { $0.offset > column.offset }?.offset ?? end(of: table)
    return next - column.offset
  }

  /// Where the last column ends in a row.
  private static func end(of table: FITSTable) -> Int {
    guard let last = table.columns.last else { return 0 }
    return last.offset + last.repeats * (FITSValue(letter: last.letter)?.size ?? 1)
  }
}
