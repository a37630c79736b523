@testable import Tables

/// Documents for tests.
enum Documents {
  /// A VOTable round some fields and the content of its TABLEDATA.
  static func tabledata(_ fields: String, _ rows: String, version: String = "1.4") -> String {
    document(fields + "<DATA><TABLEDATA>\(rows)</TABLEDATA></DATA>", version: version)
  }

  /// A VOTable round the content of a table.
  static func document(_ table: String, version: String = "1.4") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <VOTABLE version="\(version)" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">
    <INFO name="QUERY_STATUS" value="OK"/><TABLE>\(table)</TABLE></RESOURCE></VOTABLE>
    """
  }

  /// Reads a text.
  static func read(_ text: String, mode: ReaderMode = .tolerant) throws(TableError) -> VOTableDocument {
    try VOTableReader(mode: mode).read(bytes: Array(text.utf8))
  }

  /// A table with a column of every datatype and shape that all programs agree on, with nulls.
  static let everything: Table = {
    var columns: [Column] = [
      Column(Field(name: "b"), booleans: [true, false, nil]),
      Column(Field(name: "u"), bytes: [0, 255, nil]),
      Column(Field(name: "s"), shorts: [-32768, 32767, nil]),
      Column(Field(name: "i"), ints: [.min, .max, nil]),
      Column(Field(name: "l"), longs: [.min, .max, nil]),
      Column(Field(name: "f", unit: "mag"), floats: [1.5, -3.4028235e38, nil]),
      Column(
        Field(name: "d", unit: "deg", ucd: "pos.eq.ra;meta.main"),
        doubles: [0.1, 1.7976931348623157e308, nil]),
      Column(Field(name: "inf"), doubles: [.infinity, -.infinity, 0]),
      Column(.text("t", description: "Text & <more>"), strings: ["plain", "a & b < c > \"d\"", nil]),
      Column(.text("uni"), strings: ["λ Ori 𝛼", "", "Be★"]),
      Column(Field(name: "d2", unit: "deg"), doubleArrays: [[1.5, 2.5], [-1, 0], nil]),
      Column(
        Field(name: "dv", datatype: .double, arraysize: .variable), doubleArrays: [[1], [1, 2, 3], nil]),
      Column(Field(name: "iv", datatype: .int, arraysize: .variable), intArrays: [[7, -7], [], [1]]),
    ]
    columns[1].field.utype = "ssa:Access.Size"
    return Table(
      columns: columns, name: "everything", description: "All of it",
      parameters: [Parameter(name: "p", text: "a & b"), Parameter(name: "q", number: 2.5, unit: "m")])
  }()
}
