import Testing

@testable import Tables

@Suite struct SecurityTests {
  private func withStream(_ href: String) -> String {
    Documents.document(
      "<FIELD name=\"x\" datatype=\"double\"/><DATA><BINARY><STREAM href=\"\(href)\"/></BINARY></DATA>")
  }

  /// Eight bytes: 1.0.
  private let one: [UInt8] = [0x3F, 0xF0, 0, 0, 0, 0, 0, 0]

  @Test(arguments: [nil, "http://archive.example/answer.xml", "https://archive.example/a/b.vot"])
  func remoteDocumentsOpenNoFile(_ base: String?) throws {
    try TestData.temporaryFolder { folder in
      try FileBytes.write(one, to: folder + "/x.bin")
      for href in ["file://\(folder)/x.bin", "\(folder)/x.bin", "x.bin", "http://127.0.0.1:9/x"] {
        let document = try VOTableReader(base: base).read(bytes: Array(withStream(href).utf8))
        #expect(document.results?.rowCount == 0)
        #expect(document.isPartial)
        #expect(document.diagnostics.map(\.code) == ["VOT-08"])
      }
    }
  }

  @Test func localDocumentsOpenTheirNeighbours() throws {
    try TestData.temporaryFolder { folder in
      try FileBytes.write(one, to: folder + "/x.bin")
      for href in ["x.bin", "./x.bin", "file://\(folder)/x.bin", "\(folder)/x.bin"] {
        try FileBytes.write(Array(withStream(href).utf8), to: folder + "/d.vot")
        let document = try VOTableReader().read(path: folder + "/d.vot")
        #expect(document.results?.columns[0].doubleValues == [1])
        #expect(!document.isPartial)
      }
      for href in ["http://127.0.0.1:9/x.bin", "ftp://h/x", "file://host/x.bin", "none.bin", "."] {
        try FileBytes.write(Array(withStream(href).utf8), to: folder + "/d.vot")
        #expect(try VOTableReader().read(path: folder + "/d.vot").diagnostics.map(\.code) == ["VOT-08"])
      }
    }
  }

  @Test(arguments: ReaderMode.allCases) func entitiesAreRefused(_ mode: ReaderMode) {
    for declaration in [
      "<!ENTITY a 'aaa'>", "<!ENTITY a SYSTEM 'file:///etc/hostname'>",
      "<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'> %p;",
    ] {
      let text = Documents.tabledata(
        "<FIELD name=\"s\" datatype=\"char\" arraysize=\"*\"/>", "<TR><TD>&a;</TD></TR>"
      ).replacing("<VOTABLE", with: "<!DOCTYPE VOTABLE [\(declaration)]>\n<VOTABLE")
      let error = #expect(throws: TableError.self) { try Documents.read(text, mode: mode) }
      #expect(error?.code == "VOT-04")
    }
  }

  @Test func externalDocumentTypesAreNotFetched() throws {
    let text = Documents.tabledata("<FIELD name=\"x\" datatype=\"int\"/>", "<TR><TD>1</TD></TR>")
      .replacing("<VOTABLE", with: "<!DOCTYPE VOTABLE SYSTEM \"http://127.0.0.1:9/VOTable.dtd\">\n<VOTABLE")
    #expect(try Documents.read(text).results?.columns[0].integer(0) == 1)
  }

  @Test func sizesAreBounded() throws {
    func refusal(_ limits: ReaderLimits, _ text: String) -> String? {
      do {
        _ = try VOTableReader(limits: limits).read(bytes: Array(text.utf8))
        return nil
      } catch { return error.code }
    }
    let cell = Documents.tabledata(
      "<FIELD name=\"s\" datatype=\"char\" arraysize=\"*\"/>",
      "<TR><TD>" + String(repeating: "x", count: 5000))
    #expect(refusal(ReaderLimits(documentBytes: 1000), cell) == "VOT-37")
    let open = String(cell.prefix(4000))
    #expect(refusal(ReaderLimits(cellBytes: 1000), open) == "VOT-37")
    let deep = "<VOTABLE>" + String(repeating: "<RESOURCE>", count: 1000)
    #expect(refusal(ReaderLimits(), deep) == "VOT-37")
    let wide = Documents.tabledata(
      "<FIELD name=\"x\" datatype=\"double\" arraysize=\"4000000000\"/>", "<TR><TD/></TR><TR><TD/></TR>")
    #expect(refusal(ReaderLimits(), wide) == "VOT-37")
    let many = Documents.tabledata(
      "<FIELD name=\"x\" datatype=\"double\" arraysize=\"1000\"/>", String(repeating: "<TR/>", count: 2000))
    #expect(refusal(ReaderLimits(tableBytes: 1 << 20), many) == "VOT-37")
    let elements = "<VOTABLE>" + String(repeating: "<INFO name=\"a\" value=\"b\"/>", count: 2000)
    #expect(refusal(ReaderLimits(elements: 1000), elements) == "VOT-37")
  }
}
