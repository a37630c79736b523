import Testing

@testable import Tables

/// Documents with faults: what is kept, what is said.
@Suite struct FaultTests {
  private let fields =
    "<FIELD name=\"x\" datatype=\"double\"/><FIELD name=\"s\" datatype=\"char\" arraysize=\"*\"/>"

  private func rows(_ count: Int) -> String {
    (0..<count).map { "<TR><TD>\($0)</TD><TD>row \($0)</TD></TR>\n" }.joined()
  }

  @Test func everyTruncationKeepsTheWholeRowsAndSaysSo() throws {
    let text = Array(Documents.tabledata(fields, rows(5)).utf8)
    let end = Array("</VOTABLE>".utf8)
    var seen = Set<Int>()
    for length in 200..<(text.count - end.count) {
      let document = try VOTableReader().read(bytes: Array(text[..<length]))
      #expect(document.isPartial)
      #expect(document.diagnostics.contains { $0.code == "VOT-05" && $0.severity == .error })
      guard let table = document.results else { continue }
      seen.insert(table.rowCount)
      let whole = String(decoding: text[..<length], as: UTF8.self).components(of: "</TR>")
      #expect(table.rowCount == whole)
      for row in 0..<table.rowCount {
        #expect(table.columns[0].double(row) == Double(row))
        #expect(table.columns[1].string(row) == "row \(row)")
      }
    }
    #expect(seen == Set(0...5))
  }

  @Test(arguments: [VOTableSerialization.binary, .binary2])
  func everyTruncationOfAStreamKeepsTheWholeRows(_ serialization: VOTableSerialization) throws {
    let table = Table(columns: [
      Column(Field(name: "x"), doubles: [0, 1, 2, 3]),
      Column(.text("s"), strings: ["a", "bb", "ccc", "dddd"]),
    ])
    let text = String(
      decoding: try VOTableWriter(serialization: serialization).bytes(of: table), as: UTF8.self)
    let start = try #require(text.firstRange(of: "base64\">\n")).upperBound
    let end = try #require(text.firstRange(of: "</STREAM>")).lowerBound
    let stream = text[start..<end].filter { $0 != "\n" && $0 != "=" }
    for length in 1..<(stream.count - 1) {
      let cut = text[..<start] + stream.prefix(length) + text[end...]
      let document = try Documents.read(String(cut))
      let read = try #require(document.results)
      #expect(read.rowCount < 4)
      // Cut between two rows the stream looks whole; only nrows tells.
      #expect(document.isPartial || document.diagnostics.contains { $0.code == "VOT-24" })
      for row in 0..<read.rowCount { #expect(read.columns[0].double(row) == Double(row)) }
    }
  }

  @Test func bareAmpersandsAndLessThansAreKept() throws {
    let document = try Documents.read(
      Documents.tabledata(
        fields + "<PARAM name=\"p\" datatype=\"char\" arraysize=\"*\" value=\"http://h/?a=1&b=<2>\"/>",
        "<TR><TD>1</TD><TD>a < b & c &lt; d &nbsp; &#x41; a&b;c</TD></TR><TR><TD>2</TD><TD>x<y></TD></TR>"))
    let table = try #require(document.results)
    #expect(table.columns[1].string(0) == "a < b & c < d &nbsp; A a&b;c")
    #expect(table.columns[1].string(1) == "x<y>")
    #expect(table.parameter("p")?.string == "http://h/?a=1&b=<2>")
    let codes = Set(document.diagnostics.map(\.code))
    #expect(codes.isSuperset(of: ["VOT-13", "VOT-14", "VOT-41"]))
  }

  @Test func cellsAndRowsWithoutEndAreToldApart() throws {
    let document = try Documents.read(
      Documents.tabledata(
        fields, "<TR><TD>1<TD>a</TR><TR><TD>2</TD><TD>b</TD><TR><TD>3</TD><TD>c</TD></TR>"))
    let table = try #require(document.results)
    #expect(table.columns[0].doubleValues == [1, 2, 3])
    #expect(table.columns[1].stringValues == ["a", "b", "c"])
    #expect(document.diagnostics.contains { $0.code == "VOT-39" })
  }

  @Test func junkBeforeIsSkippedInSalvageModeOnly() throws {
    let text = "PHP Notice: x\n" + Documents.tabledata(fields, rows(2))
    let error = #expect(throws: TableError.self) { try Documents.read(text) }
    #expect(error?.code == "VOT-02")
    let document = try Documents.read(text, mode: .salvage)
    #expect(document.results?.rowCount == 2)
    #expect(document.diagnostics.map(\.code) == ["VOT-02"])
    #expect(!document.isPartial)
  }

  @Test func junkBehindIsIgnored() throws {
    let document = try Documents.read(Documents.tabledata(fields, rows(2)) + "\n<b>Warning</b> timeout")
    #expect(document.results?.rowCount == 2)
    #expect(document.diagnostics.map(\.code) == ["VOT-15"])
  }

  @Test(arguments: [
    "<TR><TD>1.5d3</TD><TD/></TR>", "<TR><TD>1</TD><TD>a&b</TD></TR>", "<TR><TD>1</TD></TR>",
    "<TR><TD>null</TD><TD/></TR>",
    "<TR><TD>1</TD><TD>a</TD>", "<TR><TD>1</TD><TD>a</TD></TR></VOTABLE>",
  ])
  func strictModeRefusesEachDeparture(_ row: String) throws {
    #expect(throws: TableError.self) { try Documents.read(Documents.tabledata(fields, row), mode: .strict) }
    #expect(
      try Documents.read(Documents.tabledata(fields, row)).results?.rowCount
        == (row.hasSuffix("</TD>") ? 1 : 1))
  }

  @Test func strictModeReadsWhatIsRight() throws {
    let document = try Documents.read(Documents.tabledata(fields, rows(10)), mode: .strict)
    #expect(document.results?.rowCount == 10)
  }

  @Test(arguments: [
    "", "   ", "hello", "{\"a\": 1}", "SIMPLE  =                    T", "<a/>", "<?xml version=\"1.0\"?><b/>",
  ])
  func whatIsNoVOTableIsRefused(_ text: String) throws {
    for mode in ReaderMode.allCases {
      let error = #expect(throws: TableError.self) { try Documents.read(text, mode: mode) }
      #expect(error?.code == "VOT-01")
    }
  }

  @Test func rowsOfAFailedQueryArePartial() throws {
    let text = Documents.tabledata(fields, rows(2)).replacing(
      "</RESOURCE>", with: "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">disk full</INFO></RESOURCE>")
    let document = try Documents.read(text)
    #expect(document.queryStatus == .error("disk full"))
    #expect(document.isPartial)
    #expect(document.results?.rowCount == 2)
  }

  @Test func theLastStatusCountsWhereverItStands() throws {
    let base = Documents.tabledata(fields, rows(1))
    let overflow = "<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>"
    #expect(
      try Documents.read(base.replacing("</TABLE>", with: overflow + "</TABLE>")).queryStatus == .overflow)
    #expect(
      try Documents.read(base.replacing("</RESOURCE>", with: overflow + "</RESOURCE>")).queryStatus
        == .overflow)
    #expect(
      try Documents.read(base.replacing("</VOTABLE>", with: overflow + "</VOTABLE>")).queryStatus == .overflow
    )
    #expect(try Documents.read(base).queryStatus == .ok)
    let meta = "<RESOURCE type=\"meta\"><INFO name=\"QUERY_STATUS\" value=\"ERROR\"/></RESOURCE></VOTABLE>"
    #expect(try Documents.read(base.replacing("</VOTABLE>", with: meta)).queryStatus == .ok)
  }

  @Test func anErrorRemarkIsAnErrorOnlyWithoutRows() throws {
    let error =
      "<VOTABLE><RESOURCE><PARAM name=\"Error\" datatype=\"char\" arraysize=\"*\" value=\"no RA\"/></RESOURCE></VOTABLE>"
    #expect(try Documents.read(error).queryStatus == .error("no RA"))
    let remark = Documents.tabledata(fields + "<INFO name=\"Error\" value=\"a remark\"/>", rows(1))
    #expect(try Documents.read(remark).queryStatus == .ok)
  }

  /// Found by fuzzing: the line was looked for in the memory of the decoded text.
  @Test func theLineOfAnOddCellWithReferencesIsThatOfTheCell() throws {
    let text = Documents.tabledata(fields, "\n" + rows(2) + "<TR><TD>\u{1}&#102;oo</TD><TD/></TR>")
    let diagnostics = try Documents.read(text).diagnostics
    #expect(diagnostics.map(\.code) == ["VOT-12", "VOT-30"])
    #expect(diagnostics.last?.line == 6)
  }

  @Test func linesAndRowsOfOdditiesAreTold() throws {
    let text = Documents.tabledata(fields, "\n" + rows(3) + "<TR><TD>\nfoo</TD><TD/></TR>")
    let diagnostic = try #require(try Documents.read(text).diagnostics.first)
    #expect(diagnostic.row == 3)
    #expect(diagnostic.line == 7)  // where the cell begins
    #expect(diagnostic.column == "x")
    #expect(diagnostic.code == "VOT-30")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
