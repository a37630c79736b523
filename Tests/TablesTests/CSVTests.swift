import Testing

@testable import Tables

@Suite struct CSVTests {
  private func read(_ text: String) throws -> Table { try CSVTableReader().read(bytes: Array(text.utf8)) }

  @Test func typesAreInferredAndNullsKept() throws {
    let table = try read(
      "name,n,x,flag,id\nab,1,1.5,true,007\n\"c, \"\"d\"\"\",,NaN,false,008\n,3,1e3,,009\r\n")
    #expect(table.fields.map(\.datatype) == [.char, .long, .double, .boolean, .char])
    #expect(table.column("name")?.string(1) == "c, \"d\"")
    #expect(table.column("name")?.string(2) == nil)
    #expect(table.column("n")?.integer(0) == 1)
    #expect(table.column("n")?.integer(1) == nil)
    #expect(table.column("x")?.double(1) == nil)
    #expect(table.column("x")?.double(2) == 1000)
    #expect(table.column("flag")?.boolean(1) == false)
    #expect(table.column("id")?.string(0) == "007")
  }

  @Test func otherSeparatorsAndBreaksInQuotes() throws {
    let table = try read("\u{FEFF}a;b\n\"x\ny\";2\n")
    #expect(table.fields.map(\.name) == ["a", "b"])
    #expect(table.columns[0].string(0) == "x\ny")
    #expect(try read("a\tb\n1\t2").columns[1].integer(0) == 2)
    #expect(try read("a|b\n1|2").columns[1].integer(0) == 2)
    #expect(try read("a,b\n1,2\n\n3,4\n").columns[0].doubleValues == [1, 3])
    #expect(try read("a,b\n1,").rowCount == 1)
  }

  @Test func whatItWritesItReads() throws {
    let source = Table(columns: [
      Column(.text("t,1"), strings: ["a,b", "say \"hi\"", nil, "", " x", "two\nlines"]),
      Column(Field(name: "x"), doubles: [0.1, 1e300, nil, -0.0, .leastNonzeroMagnitude, 1]),
      Column(Field(name: "l"), integers: [1, -2, nil, .max, .min, 0]),
    ])
    let table = try CSVTableReader().read(bytes: CSVTableWriter().bytes(of: source))
    #expect(CellDigest(table) == CellDigest(source))
    #expect(table.columns[0].string(3) == "")
    #expect(table.columns[0].isNull(2))
  }

  @Test(arguments: [
    ("", "CSV-01"), ("a,b\n1\n", "CSV-02"), ("a\n\"b", "CSV-03"), ("a\n\"b\"c", "CSV-03"),
    ("a\u{0}b", "CSV-04"),
  ])
  func faultsAreRefused(_ text: String, _ code: String) {
    let error = #expect(throws: TableError.self) { try read(text) }
    #expect(error?.code == code)
  }

  /// 831 columns of nine categories: the answer of the LAMOST archive has 3 rows of 277 columns.
  @Test func theAnswerOfAnArchive() throws {
    guard TestData.hasData else { return }
    let table = try TableFile.read(path: TestData.root + "/vo/lamost-openapi-answers/sql_response_csv.csv")
    #expect(table.columns.count == 277)
    #expect(table.rowCount == 3)
    #expect(table.column("obsid")?.field.datatype == .long)
  }
}
