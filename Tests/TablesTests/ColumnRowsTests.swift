import Testing

@testable import Tables

@Suite struct ColumnRowsTests {
  private let rows: [Int?] = [3, nil, 0, 3, 2]

  @Test func takingRowsKeepsEveryKindOfCell() {
    let doubles = Column(Field(name: "a"), doubles: [1, nil, 3, 4] as [Double?])
    #expect(rows.indices.map { doubles.taking(rows).double($0) } == [4, nil, 1, 4, 3])
    let texts = Column(.text("b"), strings: ["α", "", "γγ", nil] as [String?])
    #expect(rows.indices.map { texts.taking(rows).string($0) } == [nil, nil, "α", nil, "γγ"])
    let flags = Column(Field(name: "c", datatype: .boolean), booleans: [true, false, nil, false])
    #expect(rows.indices.map { flags.taking(rows).boolean($0) } == [false, nil, true, false, nil])
    let longs = Column(Field(name: "d", datatype: .long), longs: [Int64.max, 0, nil, .min])
    #expect(rows.indices.map { longs.taking(rows).integer($0) } == [.min, nil, .max, .min, nil])
  }

  @Test func takingRowsKeepsArraysOfFixedAndOfVaryingLength() {
    let fixed = Column(Field(name: "e"), doubleArrays: [[1, 2], [3, 4], nil, [5, 6]])
    #expect(fixed.field.arraysize.count == 2)
    #expect(rows.indices.map { fixed.taking(rows).isNull($0) } == [false, true, false, false, true])
    #expect(fixed.taking(rows).doubles(0) == [5, 6] && fixed.taking(rows).doubles(2) == [1, 2])
    let varying = Column(Field(name: "f", arraysize: .variable), floatArrays: [[1], [], [2, 3, 4], [5, 6]])
    let taken = varying.taking(rows)
    #expect(
      [0, 2, 3, 4].map { taken.doubles($0) } == [[5, 6], [1], [5, 6], [2, 3, 4]] && taken.isNull(1))
  }

  @Test func takingNoRowsLeavesTheFields() {
    let table = Table(columns: [Column(Field(name: "a", unit: "m"), doubles: [1, 2])], name: "t")
    let none = table.taking([])
    #expect(none.rowCount == 0 && none.columns[0].field == table.columns[0].field && none.name == "t")
    #expect(table.taking([1, 1, 1]).rowCount == 3)
  }

  @Test func theElementsThatAreNullStayNull() throws {
    let document = """
      <VOTABLE version="1.4"><RESOURCE><TABLE>
      <FIELD name="n" datatype="int" arraysize="*"><VALUES null="-9"/></FIELD>
      <DATA><TABLEDATA><TR><TD>1 -9 3</TD></TR><TR><TD>-9 5</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
      """
    let column = try #require(try VOTableReader().read(bytes: Array(document.utf8)).tables.first).columns[0]
    let taken = column.taking([1, 0, 0])
    #expect((0..<3).map { taken.integers($0) } == [[nil, 5], [1, nil, 3], [1, nil, 3]])
  }
}
