/// Where the columns of a FITS binary table lie (FITS Standard 4.0, §7.3).
struct BinaryTable {
  struct Column {
    var name: String
    /// The letter of TFORM: D, E, K, J, I, B, L, A, C, M, X, P, Q.
    var type: Character
    var repeats: Int
    /// First byte within a row.
    var offset: Int
    var size: Int
    var unit: String?
    var ucd: String?
  }

  let header: FITSHeader
  let columns: [Column]
  /// First byte of the first row within the file.
  let start: Int
  let rowBytes: Int
  let rowCount: Int
  /// First byte after the HDU.
  let end: Int

  /// All binary tables of a file; what cannot be followed ends the list.
  static func all(in bytes: UnsafeRawBufferPointer) -> [BinaryTable] {
    var tables: [BinaryTable] = []
    var at = 0
    while let header = FITSHeader(bytes, at: at), let size = dataSize(header) {
      let start = at + header.length
      if header["XTENSION"] == "BINTABLE",
        let table = BinaryTable(header, start: start, size: size, fileSize: bytes.count)
      {
        tables.append(table)
      }
      guard size <= bytes.count - start else { break }
      at = start + (size + 2879) / 2880 * 2880
    }
    return tables
  }

  /// Bytes of the data after a header; nil where the header does not say or says nonsense.
  private static func dataSize(_ header: FITSHeader) -> Int? {
    guard let bits = header.integer("BITPIX"), [8, 16, 32, 64, -32, -64].contains(bits),
      let axes = header.integer("NAXIS"), 0...999 ~= axes
    else { return nil }
    if axes == 0 { return 0 }
    var values = 1
    for k in 1...axes {
      guard let length = header.integer("NAXIS\(k)"), length >= 0 else { return nil }
      let (product, overflow) = values.multipliedReportingOverflow(by: length)
      if overflow || product > 1 << 48 { return nil }
      values = product
    }
    let extra = header.integer("PCOUNT") ?? 0
    guard 0...1 << 48 ~= extra, (header.integer("GCOUNT") ?? 1) == 1 else { return nil }
    return (values + extra) * Int(bits.magnitude) / 8
  }

  private init?(_ header: FITSHeader, start: Int, size: Int, fileSize: Int) {
    // With two axes their product, the size of the data, has been computed from numbers that are not negative.
    guard header.integer("NAXIS") == 2, let rowBytes = header.integer("NAXIS1"),
      let rows = header.integer("NAXIS2"), let fields = header.integer("TFIELDS"), 0...999 ~= fields,
      start <= fileSize
    else { return nil }
    var columns: [Column] = []
    var offset = 0
    for k in stride(from: 1, through: fields, by: 1) {
      guard let form = header["TFORM\(k)"], let (repeats, type, size) = Self.form(form),
        size <= rowBytes - offset
      else { return nil }
      columns.append(
        Column(
          name: header["TTYPE\(k)"] ?? "", type: type, repeats: repeats, offset: offset, size: size,
          unit: header["TUNIT\(k)"], ucd: header["TUCD\(k)"]))
      offset += size
    }
    guard rows == 0 || rowBytes <= (fileSize - start) / max(rows, 1) else { return nil }
    self.header = header
    self.columns = columns
    self.start = start
    self.rowBytes = rowBytes
    rowCount = rows
    end = min(fileSize, start + (size + 2879) / 2880 * 2880)
  }

  /// Count, type and bytes of a TFORM.
  private static func form(_ text: String) -> (Int, Character, Int)? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard digits.count < 16, let type = text.dropFirst(digits.count).first else { return nil }
    let repeats = digits.isEmpty ? 1 : Int(digits) ?? 0
    let sizes: [Character: Int] = [
      "L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "E": 4, "K": 8, "D": 8, "C": 8, "P": 8, "M": 16, "Q": 16,
    ]
    if type == "X" { return (repeats, type, (repeats + 7) / 8) }
    guard let size = sizes[type] else { return nil }
    return (repeats, type, repeats * size)
  }

  /// The first column of a name, whatever the case of letters.
  func column(named name: String) -> Column? {
    columns.first { $0.name.lowercased() == name.lowercased() }
  }

  /// The header of an empty primary HDU.
  static var primary: FITSHeaderWriter {
    var h = FITSHeaderWriter()
    h.add("SIMPLE", true, "FITS Standard 4.0")
    h.add("BITPIX", 8)
    h.add("NAXIS", 0)
    h.add("EXTEND", true)
    return h
  }

  /// The beginning of the header of a table.
  static func header(rowBytes: Int, rows: Int, fields: Int) -> FITSHeaderWriter {
    var h = FITSHeaderWriter()
    h.add("XTENSION", "BINTABLE", "binary table")
    h.add("BITPIX", 8)
    h.add("NAXIS", 2)
    h.add("NAXIS1", rowBytes, "bytes of a row")
    h.add("NAXIS2", rows, "rows")
    h.add("PCOUNT", 0)
    h.add("GCOUNT", 1)
    h.add("TFIELDS", fields, "columns")
    return h
  }
}
