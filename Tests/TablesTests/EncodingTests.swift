import Testing

@testable import Tables

@Suite struct EncodingTests {
  private let text = Documents.tabledata(
    "<FIELD name=\"s\" datatype=\"unicodeChar\" arraysize=\"*\"/>", "<TR><TD>Ångström é</TD></TR>")

  private func string(_ bytes: [UInt8], mode: ReaderMode = .tolerant) throws -> String? {
    try VOTableReader(mode: mode).read(bytes: bytes).results?.columns[0].string(0)
  }

  @Test(arguments: [true, false], [true, false]) func utf16(_ isBig: Bool, _ hasMark: Bool) throws {
    let units = (hasMark ? [0xFEFF] : []) + Array(text.replacing("UTF-8", with: "UTF-16").utf16)
    let bytes = units.flatMap {
      isBig ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
    }
    #expect(try string(bytes) == "Ångström é")
    #expect(try string(bytes, mode: .strict) == "Ångström é")
  }

  @Test func declaredLatin1() throws {
    let latin = text.replacing("UTF-8", with: "ISO-8859-1").unicodeScalars.map { UInt8($0.value) }
    let document = try VOTableReader(mode: .strict).read(bytes: latin)
    #expect(document.results?.columns[0].string(0) == "Ångström é")
    #expect(document.diagnostics.isEmpty)
  }

  @Test func undeclaredLatin1GivesAWarning() throws {
    let latin = text.unicodeScalars.map { UInt8($0.value) }
    let document = try VOTableReader().read(bytes: latin)
    #expect(document.results?.columns[0].string(0) == "Ångström é")
    #expect(document.diagnostics.map(\.code) == ["VOT-11"])
    #expect(throws: TableError.self) { try string(latin, mode: .strict) }
  }

  @Test func unknownEncodingsAreRefused() throws {
    let error = #expect(throws: TableError.self) {
      try string(Array(text.replacing("UTF-8", with: "EBCDIC-CP-US").utf8))
    }
    #expect(error?.code == "VOT-43")
  }

  @Test func controlCharactersAreDropped() throws {
    let document = try Documents.read(text.replacing("Ång", with: "\u{1}Å\u{8}ng"))
    #expect(document.results?.columns[0].string(0) == "Ångström é")
    #expect(document.diagnostics.map(\.code) == ["VOT-12"])
  }

  @Test func lineEndsOfWindowsAreLineFeeds() throws {
    let crlf = text.replacing("\n", with: "\r\n").replacing("Ångström é", with: "a\r\nb\rc")
    #expect(try string(Array(crlf.utf8)) == "a\nb\nc")
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1000]) func piecesOfAnySizeGiveTheSame(_ size: Int) throws {
    let long = Documents.tabledata(
      "<FIELD name=\"s\" datatype=\"unicodeChar\" arraysize=\"*\"/><FIELD name=\"x\" datatype=\"int\"/>",
      (0..<50).map { "<TR><TD>λ &amp; \($0) <![CDATA[<a>]]><!-- & --></TD>\r\n<TD>\($0)</TD></TR>" }.joined())
    let bytes = Array(long.utf8)
    var stream = VOTableStream(batchRows: 7)
    var strings: [String] = []
    var rows: [Int] = []
    func take(_ batch: TableBatch) {
      rows.append(batch.firstRow)
      strings += batch.table.columns[0].stringValues
    }
    for start in stride(from: 0, to: bytes.count, by: size) {
      try stream.feed(Array(bytes[start..<min(start + size, bytes.count)]))
      while let batch = stream.nextBatch() { take(batch) }
    }
    let document = try stream.finish()
    while let batch = stream.nextBatch() { take(batch) }
    #expect(strings == (0..<50).map { "λ & \($0) <a>" })
    #expect(rows == Array(stride(from: 0, to: 50, by: 7)))
    #expect(document.results?.rowCount == 0)
    #expect(document.results?.fields.count == 2)
    #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
  }
}
