import Testing

@testable import Tables

@Suite struct FITSTests {
  @Test func everyColumnComesBack() throws {
    let bytes = try FITSTableWriter().bytes(of: Documents.everything)
    #expect(bytes.count % 2880 == 0)
    let table = try FITSTableReader().read(bytes: bytes)
    #expect(table.name == "everything")
    #expect(table.rowCount == 3)
    #expect(table.fields.map(\.name) == Documents.everything.fields.map(\.name))
    for (one, other) in zip(Documents.everything.columns, table.columns)
    where !["uni", "iv"].contains(one.field.name) {
      #expect(CellDigest(Table(columns: [one])) == CellDigest(Table(columns: [other])), "\(one.field.name)")
    }
    #expect(table.column("uni")?.string(0) == "λ Ori 𝛼")
    #expect(table.column("iv")?.integers(0) == [7, -7])
    #expect(table.column("iv")?.doubles(1) == [])
    #expect(table.column("d")?.field.unit == "deg")
    #expect(table.column("d")?.field.ucd == "pos.eq.ra;meta.main")
    #expect(table.column("u")?.field.utype == "ssa:Access.Size")
    #expect(table.column("t")?.field.description == "Text & <more>")
    #expect(table.parameter("P")?.string == "a & b")
    #expect(table.parameter("Q")?.double == 2.5)
  }

  /// CFITSIO reads blocks of 2880 bytes: beyond the end of the memory, where a file is cut within one (found by fuzzing).
  @Test func aFileCutAnywhereIsReadOrRefused() throws {
    let bytes = try FITSTableWriter().bytes(of: Documents.everything)
    let whole = try FITSTableReader().read(bytes: bytes)
    for length in stride(from: 0, to: bytes.count, by: 97) {
      do throws(TableError) {
        let table = try FITSTableReader().read(bytes: Array(bytes.prefix(length)))
        #expect(table.fields.map(\.name) == whole.fields.map(\.name))
      } catch {
        #expect(error.code.hasPrefix("FIT-"), "\(length): \(error)")
      }
    }
  }

  @Test func compressedFilesAreReadToo() throws {
    guard TestData.hasData else { return }
    let path = TestData.root + "/vo/lamost-openapi-answers/spec-57278-EG224429N215706B01_sp01-001.fits.gz"
    let table = try TableFile.read(path: path)
    #expect(table.fields.map(\.name) == ["FLUX", "IVAR", "WAVELENGTH", "ANDMASK", "ORMASK", "NORMALIZATION"])
    #expect(table.rowCount == 1)
    // numpy and astropy 8.0.2: len(h[1].data['FLUX'][0]), h[1].data['WAVELENGTH'][0][[0, -1]]
    let wavelength = table.columns[2].doubles(0)
    #expect(wavelength.count == table.columns[0].doubles(0).count)
    #expect(abs(wavelength[0] - 3699.99) < 0.01)
  }

  @Test func whatIsNoFITSOrHoldsNoTableIsRefused() throws {
    #expect(throws: TableError.self) { try FITSTableReader().read(bytes: Array("SIMPLE  = nonsense".utf8)) }
    #expect(throws: TableError.self) { try FITSTableReader().read(path: "/nonexistent.fits") }
    #expect(throws: TableError.self) {
      try FITSTableReader(extensionNumber: 0).read(bytes: FITSTableWriter().bytes(of: Documents.everything))
    }
  }

  @Test func truncatedFilesAreRefused() throws {
    let bytes = try FITSTableWriter().bytes(of: Documents.everything)
    #expect(throws: TableError.self) { try FITSTableReader().read(bytes: Array(bytes.prefix(4000))) }
  }

  @Test func theFITSSerialisationIsRead() throws {
    var text: [UInt8] = []
    var fits = try FITSTableWriter().bytes(of: Table(columns: [Column(Field(name: "x"), doubles: [1, 2.5])]))
    Base64Encoder.encode(&fits, isLast: true, into: &text)
    let document = try Documents.read(
      Documents.document(
        "<FIELD name=\"ra\" datatype=\"double\" ucd=\"pos.eq.ra\"/><DATA><FITS><STREAM encoding=\"base64\">\n"
          + String(decoding: text, as: UTF8.self) + "</STREAM></FITS></DATA>"))
    #expect(document.results?.column(ucd: "pos.eq.ra")?.doubleValues == [1, 2.5])
    #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
    let broken = try Documents.read(
      Documents.document("<DATA><FITS><STREAM encoding=\"base64\">AAAA</STREAM></FITS></DATA>"))
    #expect(broken.isPartial)
    #expect(broken.diagnostics.map(\.code) == ["VOT-45"])
  }
}
