extension SkyIndex {
  /// Opens an index file; the columns stay in the file and are read as they are needed.
  ///
  /// - Throws: ``CrossmatchError`` `IDX-01` if it cannot be read, `IDX-02` if it is no index
  /// - Complexity: O(cells of the offset table), some milliseconds whatever the size.
  public init(path: String) throws(CrossmatchError) {
    guard let file = MappedFile(path: path) else {
      throw CrossmatchError(.indexFile, MappedFile.lastError, path: path)
    }
    do {
      try self.init(file)
    } catch {
      throw CrossmatchError(error.kind, error.message, hint: error.hint, path: path)
    }
  }

  /// Writes the index as a FITS file, which TOPCAT and STILTS open as a column-oriented table.
  ///
  /// Each segment is three HDUs: `SKYINDEX`, a binary table of one row whose columns CELL, RA, DEC and ROW are arrays;
  /// `OFFSETS`, where the cells of a low order begin; and `MOC`, the coverage.
  ///
  /// - Throws: ``CrossmatchError`` `IDX-01`
  public func save(toPath path: String) throws(CrossmatchError) {
    guard let file = OutputFile(path: path), file.write(BinaryTable.primary.finished()) else {
      throw CrossmatchError(.indexFile, MappedFile.lastError, path: path)
    }
    var first = 0
    for s in segments {
      guard IndexFile.write(s, firstRow: first, provenance, to: file) else {
        throw CrossmatchError(.indexFile, MappedFile.lastError, path: path)
      }
      first += s.givenRows
    }
    guard file.finish() else { throw CrossmatchError(.indexFile, MappedFile.lastError, path: path) }
  }

  /// Adds rows to an index file as a segment at its end; what is there stays as it is.
  ///
  /// If writing is cut short, the file is still the index it was before.
  ///
  /// - Parameters:
  ///   - ra: right ascensions, degrees
  ///   - dec: declinations, degrees, as many
  ///   - path: an index file; it is made if it is not there
  /// - Throws: ``CrossmatchError``
  /// - Complexity: O(m) in the number of new rows.
  public static func append(ra: [Double], dec: [Double], toPath path: String) throws(CrossmatchError) {
    guard MappedFile(path: path) != nil else {
      return try SkyIndex(ra: ra, dec: dec).save(toPath: path)
    }
    let old = try SkyIndex(path: path)
    var new = SkyIndex(ra: [], dec: [])
    new.segments = []
    new.rowCount = old.rowCount
    new.append(ra: ra, dec: dec)
    guard let segment = new.segments.first,
      let file = OutputFile(appendingTo: path, at: old.fileEnd),
      IndexFile.write(segment, firstRow: old.rowCount, old.provenance, to: file)
    else { throw CrossmatchError(.indexFile, MappedFile.lastError, path: path) }
    guard file.finish() else { throw CrossmatchError(.indexFile, MappedFile.lastError, path: path) }
  }

  /// The same rows in one segment.
  ///
  /// - Complexity: O(n · segments).
  public func compacted() -> SkyIndex {
    var (ra, dec) = ([Double](repeating: .nan, count: rowCount), [Double](repeating: .nan, count: rowCount))
    forEach { row, position, _ in
      if ra.indices.contains(row) { (ra[row], dec[row]) = (position.ra, position.dec) }
    }
    var index = SkyIndex(ra: ra, dec: dec)
    index.provenance = provenance
    return index
  }

  init(_ file: MappedFile) throws(CrossmatchError) {
    let tables = BinaryTable.all(in: file.bytes)
    segments = []
    rowCount = 0
    fileEnd = 0
    var k = 0
    while k + 2 < tables.count {
      guard tables[k].header["EXTNAME"] == "SKYINDEX" else {
        k += 1
        continue
      }
      let segment = try IndexFile.segment(
        tables[k], offsets: tables[k + 1], coverage: tables[k + 2], in: file)
      if segments.isEmpty { provenance = IndexFile.provenance(tables[k].header) }
      segments.append(segment)
      rowCount += segment.givenRows
      fileEnd = tables[k + 2].end
      k += 3
    }
    if segments.isEmpty {
      throw CrossmatchError(.indexFormat, "no HDU SKYINDEX in the file", hint: "make one with index make")
    }
  }
}

/// Segments of an index as HDUs of a FITS file.
enum IndexFile {
  private static let columns = [
    ("CELL", "K", "", "pos.healpix", "order-29 NESTED cell"), ("RA", "D", "deg", "pos.eq.ra;meta.main", ""),
    ("DEC", "D", "deg", "pos.eq.dec;meta.main", ""),
    ("ROW", "K", "", "meta.record", "row of the table, from 0"),
  ]

  static func write(
    _ segment: IndexSegment, firstRow: Int, _ provenance: IndexProvenance, to file: OutputFile
  ) -> Bool {
    let n = segment.columns.count
    var h = BinaryTable.header(rowBytes: n * IndexColumns.stride, rows: 1, fields: columns.count)
    for (k, (name, type, unit, ucd, comment)) in columns.enumerated() {
      h.add("TTYPE\(k + 1)", name, comment)
      h.add("TFORM\(k + 1)", "\(n)\(type)")
      h.add("TDIM\(k + 1)", "(\(n))")
      if !unit.isEmpty { h.add("TUNIT\(k + 1)", unit) }
      h.add("TUCD\(k + 1)", ucd)
    }
    h.add("EXTNAME", "SKYINDEX")
    h.add("FIRSTROW", firstRow, "number of the first row given")
    h.add("GIVEN", segment.givenRows, "rows given, with those skipped")
    h.add("CELLORD", HEALPix.maximumOrder, "order of CELL")
    h.add("RADESYS", "ICRS")
    if let epoch = provenance.epoch { h.add("POSEPOCH", epoch, "Julian year of the positions") }
    if let source = provenance.source { h.add("SOURCE", source) }
    if let sum = provenance.sourceChecksum { h.add("SRCSUM", sum, "checksum of the source") }
    var o = BinaryTable.header(rowBytes: 8 * segment.offsets.count, rows: 1, fields: 1)
    o.add("TTYPE1", "OFFSET", "first entry of each cell")
    o.add("TFORM1", "\(segment.offsets.count)K")
    o.add("EXTNAME", "OFFSETS")
    o.add("OFFORDER", segment.order, "order of the cells, NESTED")
    var offsets: [UInt8] = []
    offsets.reserveCapacity(8 * segment.offsets.count)
    for x in segment.offsets { withUnsafeBytes(of: UInt64(x).bigEndian) { offsets.append(contentsOf: $0) } }
    return file.write(h.finished()) && file.write(segment.columns.bytes) && file.pad()
      && file.write(o.finished())
      && file.write(offsets) && file.pad() && file.write(Array(segment.coverage.fits().dropFirst(2880)))
  }

  static func provenance(_ header: FITSHeader) -> IndexProvenance {
    IndexProvenance(
      source: header["SOURCE"], sourceChecksum: header["SRCSUM"], epoch: header.double("POSEPOCH"))
  }

  /// A segment from its three HDUs, checked so that no look-up can leave the file.
  static func segment(
    _ data: BinaryTable, offsets: BinaryTable, coverage: BinaryTable, in file: MappedFile
  ) throws(CrossmatchError) -> IndexSegment {
    let n = data.columns.first?.repeats ?? 0
    let layout = zip(data.columns, columns).allSatisfy { c, wanted in
      c.name == wanted.0 && String(c.type) == wanted.1 && c.repeats == n
    }
    guard layout, data.columns.count == columns.count, data.rowCount == 1, n < UInt32.max else {
      throw CrossmatchError(.indexFormat, "HDU SKYINDEX has not the columns CELL, RA, DEC, ROW in one row")
    }
    guard let given = data.header.integer("GIVEN"), given >= n else {
      throw CrossmatchError(.indexFormat, "HDU SKYINDEX does not say how many rows were given (GIVEN)")
    }
    guard offsets.header["EXTNAME"] == "OFFSETS", let order = offsets.header.integer("OFFORDER"),
      0...12 ~= order, let column = offsets.columns.first, column.type == "K", offsets.rowCount == 1,
      column.repeats == 12 << (2 * order) + 1
    else {
      throw CrossmatchError(
        .indexFormat, "HDU OFFSETS does not follow SKYINDEX or has another size than its order")
    }
    var list: [UInt32] = []
    list.reserveCapacity(column.repeats)
    var previous: UInt64 = 0
    for k in 0..<column.repeats {
      let x = UInt64(
        bigEndian: file.bytes.loadUnaligned(fromByteOffset: offsets.start + 8 * k, as: UInt64.self))
      guard x >= previous, x <= UInt64(n) else {
        throw CrossmatchError(.indexFormat, "HDU OFFSETS: entry \(k) is \(x), after \(previous) and of \(n)")
      }
      list.append(UInt32(x))
      previous = x
    }
    let moc: MOC?
    do {
      moc = try MOC.read(table: coverage, in: file.bytes)
    } catch {
      throw CrossmatchError(.indexFormat, "coverage: \(error.message)")
    }
    guard let moc else { throw CrossmatchError(.indexFormat, "the HDU after OFFSETS is no MOC") }
    let columns = IndexColumns(mapped: file, offset: data.start, count: n)
    return IndexSegment(columns: columns, order: order, offsets: list, coverage: moc, givenRows: given)
  }
}
