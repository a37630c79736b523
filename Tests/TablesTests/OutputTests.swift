import FoundationEssentials
import Testing

@testable import Tables

@Suite struct OutputTests {
  @Test(arguments: VOTableSerialization.allCases, VOTableVersion.all)
  func everythingComesBack(_ serialization: VOTableSerialization, _ version: VOTableVersion) throws {
    let table = Documents.everything
    let bytes = try VOTableWriter(version: version, serialization: serialization).bytes(of: table)
    let document = try VOTableReader(mode: .strict).read(bytes: bytes)
    #expect(document.version == version.number)
    #expect(document.diagnostics.isEmpty)
    let again = try document.requireResults()
    #expect(CellDigest(again) == CellDigest(table))
    #expect(again.fields.map(\.ucd) == table.fields.map(\.ucd))
    #expect(again.fields.map(\.unit) == table.fields.map(\.unit))
    #expect(again.fields.map(\.utype) == table.fields.map(\.utype))
    #expect(again.fields.map(\.description) == table.fields.map(\.description))
    #expect(again.parameter("p")?.string == "a & b")
    #expect(again.parameter("q")?.double == 2.5)
    #expect(again.description == table.description)
    // Before 1.6 char is ASCII.
    #expect(again.column("uni")?.field.datatype == .unicodeChar)
    #expect(again.column("t")?.field.datatype == .char)
  }

  @Test func structureComesBack() throws {
    var table = Documents.everything
    table.columns[6].field.id = "ra"
    table.columns[6].field.ref = "sys"
    table.columns[6].field.values = Values(
      minimum: .init("0"), maximum: .init("360", isInclusive: false), options: [.init("1", name: "one")])
    table.columns[6].field.links = [Link(href: "http://h/?a&b", contentRole: "doc")]
    table.groups = [
      Group(name: "g", fieldRefs: [.init("ra"), .init("nowhere")], groups: [Group(name: "inner")])
    ]
    let descriptor = Resource(
      id: "links", type: "meta", utype: "adhoc:service",
      parameters: [Parameter(name: "accessURL", text: "http://h/")],
      groups: [Group(name: "inputParams", parameters: [Parameter(name: "ID", text: "")])])
    var document = VOTableDocument(
      table: table, status: .overflow, infos: [Info(name: "request", value: "x", text: "a < b")],
      coosys: [CoordinateSystem(id: "sys", system: "ICRS", epoch: "J2015.5")],
      timesys: [TimeSystem(id: "time", timescale: "UTC", refposition: "TOPOCENTER", timeorigin: "MJD-origin")]
    )
    document.resources.append(descriptor)
    document.description = "A & B"
    let again = try VOTableReader(mode: .strict).read(
      bytes: VOTableWriter(version: .v1_5).bytes(of: document))
    #expect(again.description == "A & B")
    #expect(again.queryStatus == .overflow)
    let results = try #require(again.resultsResource)
    #expect(results.infos.map(\.name) == ["request", "QUERY_STATUS"])
    #expect(results.infos.map(\.followsData) == [false, true])
    #expect(results.infos[0].text == "a < b")
    #expect(results.coosys == document.resources[0].coosys)
    #expect(results.timesys == document.resources[0].timesys)
    #expect(results.timesys[0].originJulianDate == 2_400_000.5)
    let field = try #require(again.results?.columns[6].field)
    #expect(field == table.columns[6].field)
    #expect(again.results?.groups[0].fieldRefs == [.init("ra")])
    #expect(again.results?.groups[0].groups[0].name == "inner")
    #expect(again.resources[1].utype == "adhoc:service")
    #expect(again.resources[1].groups[0].parameters[0].name == "ID")
  }

  @Test func integersWithoutADeclaredNullGetOneInBinary() throws {
    let table = Table(columns: [Column(Field(name: "i"), ints: [.min, nil, 3])])
    let again = try VOTableReader().read(bytes: VOTableWriter(serialization: .binary).bytes(of: table))
      .requireResults()
    #expect(again.columns[0].integer(0) == Int(Int32.min))
    #expect(again.columns[0].isNull(1))
    #expect(again.columns[0].field.nullValue == "-9999")
  }

  @Test func jsonHoldsFieldsAndRows() throws {
    struct Document: Decodable {
      struct Field: Decodable {
        let name: String
        let datatype: String
        let ucd: String?
      }
      let fields: [Field]
      let rows: [[JSONValue]]
      let status: String?
      let partial: Bool
    }
    let bytes = JSONTableWriter().bytes(of: VOTableDocument(table: Documents.everything, status: .ok))
    let document = try JSONDecoder().decode(Document.self, from: Data(bytes))
    #expect(document.status == "OK")
    #expect(!document.partial)
    #expect(document.fields.map(\.name) == Documents.everything.fields.map(\.name))
    #expect(document.fields[6].ucd == "pos.eq.ra;meta.main")
    for (row, cells) in document.rows.enumerated() {
      for (index, cell) in cells.enumerated() {
        #expect(cell.matches(Documents.everything.columns[index], row), "\(row) \(index) \(cell)")
      }
    }
  }

  @Test func textIsAligned() {
    let table = Table(columns: [
      Column(.text("name"), strings: ["λ Ori", "a\u{1B}[31m", nil]),
      Column(Field(name: "x", unit: "deg"), doubles: [1.5, -10, nil]),
      Column(.text("long"), strings: ["abcdefghijklmnopqrstuvwxyz", "b", "c"]),
    ])
    #expect(
      TableText.format(table, width: 20, rows: 2) == """
        name        x
                  deg
        ──────  ─────
        λ Ori     1.5
        a·[31m  -10.0
        … 1 more rows, 1 more columns

        """)
    #expect(TableText.format(table).split(separator: "\n").count == 6)
  }

  @Test(arguments: ["vot", "xml", "fits", "csv", "json", "txt"]) func theNameTellsTheKind(_ suffix: String)
    throws
  {
    try TestData.temporaryFolder { folder in
      let path = folder + "/t." + suffix
      try TableFile.write(Table(columns: [Column(Field(name: "x"), doubles: [1, 2])]), path: path)
      if suffix != "json", suffix != "txt" {
        #expect(try TableFile.read(path: path).columns[0].doubleValues == [1, 2])
      }
      #expect(TestData.files(folder) == ["t." + suffix])
    }
  }

  @Test func failedWritesLeaveNothing() throws {
    #expect(throws: TableError.self) {
      try TableFile.write(Documents.everything, path: "/nonexistent/folder/x.vot")
    }
  }
}
