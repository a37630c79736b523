import Testing

@testable import Tables

@Suite struct LookupTests {
  private let table = Table(
    columns: [
      Column(Field(name: "RA2", ucd: "pos.eq.ra", utype: "obscore:Other"), doubles: [1]),
      Column(
        Field(name: "ra", ucd: "pos.eq.ra;meta.main", utype: "ssa:Spectrum.Target.Pos", id: "col_ra"),
        doubles: [2]),
      Column(Field(name: "snr", ucd: "stat.snr", utype: "Spectrum.Derived.SNR"), doubles: [3]),
      Column(.text("number"), strings: [" 12 "]),
    ],
    parameters: [
      Parameter(name: "ssa_instrument", text: "CCD700", ucd: "meta.id;instr", utype: "ssa:DataID.Instrument")
    ])

  @Test func utypesAreComparedWithoutPrefixAndCase() {
    for utype in ["ssa:Derived.SNR", "derived.snr", "spec:Spectrum.Derived.SNR", "Spectrum.derived.snr"] {
      #expect(table.columnIndex(utype: utype) == 2)
    }
    #expect(table.columnIndex(utype: "Target.Pos") == 1)
    #expect(table.columnIndex(utype: "Target") == nil)
  }

  @Test func ucdsMatchExactlyBeforeTheyMatchAtTheBeginning() {
    #expect(table.columnIndex(ucd: "pos.eq.ra") == 0)
    #expect(table.columnIndex(ucd: "POS.EQ.RA;META.MAIN") == 1)
    #expect(table.columnIndex(ucd: "pos.eq") == nil)
    #expect(table.columnIndex(ucd: "stat") == nil)
  }

  @Test func namesMatchExactlyThenByIDThenWithoutCase() {
    #expect(table.columnIndex(name: "ra") == 1)
    #expect(table.columnIndex(name: "col_ra") == 1)
    #expect(table.columnIndex(name: "ra2") == 0)
    #expect(table.columnIndex(utype: "none", ucd: "none", name: "SNR") == 2)
  }

  @Test func parametersStandForConstantColumns() {
    let finder = table.finder(utype: "ssa:DataID.Instrument")
    #expect(finder.exists && finder.isParameter)
    #expect(finder.string(0) == "CCD700")
    #expect(finder.string(12_345) == "CCD700")
    #expect(!table.finder(utype: "nothing").exists)
    #expect(table.finder(utype: "nothing").string(0) == nil)
  }

  @Test func numbersInTextAreNumbers() {
    #expect(table.column("number")?.double(0) == 12)
    #expect(table.column("number")?.integer(0) == 12)
    #expect(table.column("number")?.string(0) == " 12 ")
  }

  @Test func theResultsAreFoundAtAnyDepth() throws {
    let text = """
      <VOTABLE><RESOURCE type="meta"><TABLE><FIELD name="m" datatype="int"/></TABLE></RESOURCE>
      <RESOURCE><RESOURCE type="results"><RESOURCE><TABLE><FIELD name="r" datatype="int"/></TABLE></RESOURCE></RESOURCE>
      </RESOURCE></VOTABLE>
      """
    #expect(try Documents.read(text).results?.fields.map(\.name) == ["r"])
  }
}
