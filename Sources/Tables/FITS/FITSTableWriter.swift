import CCFITSIO
import Glibc

/// Writes tables as FITS binary tables (FITS 4.0 §7.3).
///
/// Units go into TUNITn, nulls of integers into TNULLn, UCDs and utypes into TUCDn and TUTYPn, descriptions into
/// TCOMMn, parameters into cards where their names allow. Strings are as wide as the longest; variable arrays become
/// the heap's.
public struct FITSTableWriter: Sendable {
  /// Makes a writer.
  public init() {}

  /// The table as a FITS file in memory: an empty primary unit and the table.
  ///
  /// - Throws: `FIT-01` where CFITSIO refuses.
  public func bytes(of table: Table) throws(TableError) -> [UInt8] {
    let file = try CFITSIOFile()
    let columns = table.columns.map(FITSWrittenColumn.init)
    try file.createTable(
      names: columns.map { Self.ascii($0.field.name) }, forms: columns.map(\.form),
      units: columns.map { Self.ascii($0.field.unit ?? "") }, name: Self.ascii(table.name ?? ""))
    for (index, column) in columns.enumerated() {
      let number = index + 1
      if let null = column.nullInteger { try file.write(card: "TNULL\(number)", null) }
      if let shape = column.shape { try file.write(card: "TDIM\(number)", shape) }
      for (name, value) in [
        ("TUCD", column.field.ucd), ("TUTYP", column.field.utype), ("TCOMM", column.field.description),
      ] {
        if let value, !value.isEmpty { try file.write(card: "\(name)\(number)", Self.ascii(value)) }
      }
    }
    for parameter in table.parameters {
      let name = parameter.name.uppercased()
      guard name.utf8.count <= 8, !name.isEmpty, !Self.reserved.contains(where: { name.hasPrefix($0) }),
        name.utf8.allSatisfy({
          ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
        })
      else { continue }
      try file.write(
        card: name, Self.ascii(parameter.value), comment: Self.ascii(parameter.field.description ?? ""))
    }
    try file.reload()
    for (index, column) in columns.enumerated() {
      try column.write(to: file, index + 1, rows: table.rowCount)
    }
    return try file.finish()
  }

  private static let reserved = [
    "XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "TFIELDS", "EXTNAME", "COMMENT", "HISTORY", "END",
    "THEAP",
    "TTYPE", "TFORM", "TUNIT", "TNULL", "TSCAL", "TZERO", "TDISP", "TDIM", "SIMPLE", "EXTEND", "CHECKSUM",
    "DATASUM",
    "CONTINUE", "LONGSTRN",
  ]

  /// Text as a header can hold it: printable ASCII.
  private static func ascii(_ text: String) -> String {
    String(
      decoding: text.unicodeScalars.map { $0.value >= 32 && $0.value < 127 ? UInt8($0.value) : 0x3F },
      as: UTF8.self)
  }
}
