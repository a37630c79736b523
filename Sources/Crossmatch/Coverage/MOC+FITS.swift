extension MOC {
  /// The two forms of a MOC in FITS.
  public enum FITSForm: Sendable {
    /// MOC 2.0: ranges of order-29 cells, first and one past the last (`ORDERING= 'RANGE'`).
    case ranges
    /// MOC 1.x: NUNIQ numbers of cells (`ORDERING= 'NUNIQ'`), for older programs.
    case nuniq
  }

  /// The set as a FITS file (MOC 2.0, §4.2.3; 1.1, §2.3.2).
  ///
  /// - Complexity: O(ranges), O(cells) for NUNIQ.
  public func fits(form: FITSForm = .ranges) -> [UInt8] {
    let values: [UInt64] =
      switch form {
      case .ranges: ranges.flatMap { [$0.lowerBound, $0.upperBound] }
      // Sorted as numbers, so by order and cell, as the standard asks.
      case .nuniq: cells.map { HEALPix(order: $0.order).uniq(of: $0.cell) }.sorted()
      }
    var header = BinaryTable.header(rowBytes: 8, rows: values.count, fields: 1)
    header.add("TFORM1", "1K")
    header.add("TTYPE1", form == .ranges ? "RANGE" : "UNIQ")
    header.add("MOCVERS", "2.0", "MOC version")
    header.add("MOCDIM", "SPACE", "physical dimension")
    header.add("ORDERING", form == .ranges ? "RANGE" : "NUNIQ", "coding")
    header.add("COORDSYS", "C", "ICRS")
    header.add("MOCORD_S", order, "deepest order")
    if form == .nuniq {
      header.add("PIXTYPE", "HEALPIX")
      header.add("MOCORDER", order, "deepest order (MOC 1.x)")
    }
    header.add("MOCTOOL", "VOTrawl", "program that wrote this")
    var bytes = BinaryTable.primary.finished() + header.finished()
    bytes.reserveCapacity(bytes.count + 8 * values.count + 2880)
    for value in values { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }
    bytes += [UInt8](repeating: 0, count: (2880 - bytes.count % 2880) % 2880)
    return bytes
  }

  /// Reads a spatial MOC from the bytes of a FITS file, both forms.
  ///
  /// - Throws: ``CrossmatchError`` (`MOC-02` numbers out of range, `MOC-03` no spatial MOC in it)
  /// - Complexity: O(n), O(n log n) for NUNIQ.
  public init(fits bytes: [UInt8]) throws(CrossmatchError) {
    self = try bytes.withUnsafeBytes { buffer in
      Result { () throws(CrossmatchError) in try Self.read(buffer) }
    }.get()
  }

  /// Reads a MOC file: FITS, JSON or ASCII by what it begins with.
  ///
  /// - Throws: ``CrossmatchError`` (`MOC-04` if the file cannot be read, otherwise as the reading of its bytes)
  public init(path: String) throws(CrossmatchError) {
    guard let file = MappedFile(path: path) else {
      throw CrossmatchError(.mocFile, MappedFile.lastError, path: path)
    }
    do {
      let first = file.bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      if file.bytes.starts(with: Array("SIMPLE".utf8)) {
        self = try Self.read(file.bytes)
      } else if first == UInt8(ascii: "{") {
        self = try MOC(json: String(decoding: file.bytes, as: UTF8.self))
      } else {
        self = try MOC(ascii: String(decoding: file.bytes, as: UTF8.self))
      }
    } catch {
      throw CrossmatchError(error.kind, error.message, hint: error.hint, path: path)
    }
  }

  /// Writes a MOC file, the form by its name: `.json`, `.txt` or `.ascii`; FITS ranges otherwise.
  ///
  /// - Throws: ``CrossmatchError`` `MOC-04` if the file cannot be written
  public func write(toPath path: String) throws(CrossmatchError) {
    let bytes: [UInt8] =
      if path.hasSuffix(".json") {
        Array((json + "\n").utf8)
      } else if path.hasSuffix(".txt") || path.hasSuffix(".ascii") {
        Array((ascii + "\n").utf8)
      } else {
        fits()
      }
    guard let file = OutputFile(path: path), file.write(bytes), file.finish() else {
      throw CrossmatchError(.mocFile, MappedFile.lastError, path: path)
    }
  }

  /// The first table that says it is a MOC.
  static func read(_ bytes: UnsafeRawBufferPointer) throws(CrossmatchError) -> MOC {
    for table in BinaryTable.all(in: bytes) {
      if let moc = try read(table: table, in: bytes) { return moc }
    }
    throw CrossmatchError(.mocFormat, "no binary table with a MOC (keyword ORDERING) in the file")
  }

  /// The MOC of a table; nil if the table is about something else.
  static func read(table: BinaryTable, in bytes: UnsafeRawBufferPointer) throws(CrossmatchError) -> MOC? {
    guard let ordering = table.header["ORDERING"], let column = table.columns.first else { return nil }
    if let dimension = table.header["MOCDIM"], dimension != "SPACE" {
      throw CrossmatchError(
        .mocFormat, "a MOC of dimension \(dimension)", hint: "only MOCs of space are read")
    }
    let widths: [Character: Int] = ["K": 8, "J": 4]
    guard let width = widths[column.type], column.repeats >= 1 else {
      throw CrossmatchError(.mocFormat, "a MOC whose column is of type \(column.type), not K or J")
    }
    let order = table.header.integer("MOCORD_S") ?? table.header.integer("MOCORDER") ?? HEALPix.maximumOrder
    guard 0...HEALPix.maximumOrder ~= order else {
      throw CrossmatchError(.mocRange, "order \(order) is not in 0…29")
    }
    var values: [UInt64] = []
    values.reserveCapacity(table.rowCount * column.repeats)
    for row in 0..<table.rowCount {
      for k in 0..<column.repeats {
        let at = table.start + row * table.rowBytes + column.offset + k * width
        let v: UInt64 =
          width == 8
          ? UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
          : UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        values.append(v)
      }
    }
    switch ordering {
    case "RANGE", "RANGE29": return try fromRanges(values, order)
    case "NUNIQ": return try fromUniq(values, order)
    default:
      throw CrossmatchError(.mocFormat, "a MOC of coding \(ordering)", hint: "RANGE and NUNIQ are read")
    }
  }

  private static func fromRanges(_ values: [UInt64], _ order: Int) throws(CrossmatchError) -> MOC {
    guard values.count.isMultiple(of: 2) else {
      throw CrossmatchError(.mocFormat, "an odd number (\(values.count)) of range limits")
    }
    var list: [Range<UInt64>] = []
    list.reserveCapacity(values.count / 2)
    for k in stride(from: 0, to: values.count, by: 2) {
      guard values[k] <= values[k + 1], values[k + 1] <= end else {
        throw CrossmatchError(
          .mocRange, "range \(k / 2), \(values[k])..<\(values[k + 1]), is none of order-29 cells")
      }
      list.append(values[k]..<values[k + 1])
    }
    return MOC(ranges: list, order: order)
  }

  private static func fromUniq(_ values: [UInt64], _ order: Int) throws(CrossmatchError) -> MOC {
    var list: [Range<UInt64>] = []
    list.reserveCapacity(values.count)
    var deepest = order
    for value in values {
      guard let (level, cell) = HEALPix.cell(uniq: value) else {
        throw CrossmatchError(.mocRange, "\(value) is no NUNIQ number of a cell")
      }
      list.append(HEALPix(order: level).range(of: cell))
      deepest = max(deepest, level)
    }
    return MOC(ranges: list, order: deepest)
  }
}
