import Testing

@testable import Tables

@Suite struct ReaderTests {
  @Test func tabledataIsReadIntoTypedColumns() throws {
    let text = """
      <?xml version="1.0"?>
      <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">
      <INFO name="QUERY_STATUS" value="OK"/><TABLE name="t">
      <FIELD name="ra" datatype="double" ucd="pos.eq.ra;meta.main" utype="ssa:Char.X"/>
      <FIELD name="n" datatype="char" arraysize="*"/>
      <PARAM name="c" datatype="char" arraysize="*" value="a&amp;b" utype="Spectrum.Target.Name"/>
      <DATA><TABLEDATA><TR><TD>1.5</TD><TD>a &amp; b</TD></TR><TR><TD/><TD></TD></TR></TABLEDATA></DATA>
      </TABLE></RESOURCE></VOTABLE>
      """
    let document = try VOTableReader().read(bytes: Array(text.utf8))
    let table = try #require(document.results)
    #expect(table.rowCount == 2)
    #expect(table.columns[0].double(0) == 1.5)
    #expect(table.columns[0].double(1) == nil)
    #expect(table.columns[1].string(0) == "a & b")
    #expect(table.columns[1].string(1) == nil)
    #expect(table.finder(utype: "ssa:target.name").string(1) == "a&b")
    #expect(table.finder(ucd: "pos.eq.ra").double(0) == 1.5)
    #expect(document.queryStatus == .ok)
    #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
    for serialization in VOTableSerialization.allCases {
      let again = try VOTableReader().read(
        bytes: VOTableWriter(serialization: serialization).bytes(of: document))
      #expect(again.results?.columns[1].string(0) == "a & b")
      #expect(again.results?.columns[0].double(0) == 1.5)
      #expect(again.results?.columns[0].double(1) == nil)
      #expect(again.diagnostics.isEmpty, "\(again.diagnostics)")
    }
  }
}
