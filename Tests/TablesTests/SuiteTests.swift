import Foundation
import Testing

@testable import Tables

/// Documents of foreign test suites and of the target archives.
@Suite(.enabled(if: TestData.hasData, "skipped: the test data are not here (VOTRAWL_TEST_DATA)"))
struct SuiteTests {
  static let root = TestData.root + "/vo/"

  static let documents: [String] = TestData.files(root).flatMap { folder in
    TestData.files(root + folder).filter { name in
      [".xml", ".vot", ".vot.gz"].contains { name.hasSuffix($0) }
    }.map { folder + "/" + $0 }
  }

  @Test(arguments: SuiteReference.entries.map(\.file)) func cellsAreThoseThatAstropyReads(_ file: String)
    throws
  {
    let entry = try #require(SuiteReference.entries.first { $0.file == file })
    let table = try #require(try VOTableReader().read(path: Self.root + file).results)
    #expect(table.columns.isEmpty || table.rowCount == entry.rows)
    #expect(table.columns.count == entry.columns)
    let digest = CellDigest(table)
    #expect(digest.nulls == entry.nulls)
    #expect(digest.checksum == entry.checksum)
  }

  /// A document is a VOTable if its element is VOTABLE; the suites also hold VOSI, UWS and VO-DML documents, parts of
  /// VOTables (MIVOT annotations without the element) and a tar archive under the name of a VOTable.
  @Test(arguments: documents) func everyVOTableIsReadAndNothingElse(_ file: String) throws {
    let bytes = try Inflater.inflated(FileBytes.read(Self.root + file), place: file)
    let text = String(decoding: bytes, as: UTF8.self)
    let isVOTable = text.contains("<VOTABLE") || text.contains(":VOTABLE")
    let isTar = file.hasSuffix("job_2.vot.gz")
    do {
      let document = try VOTableReader().read(path: Self.root + file)
      #expect(isVOTable && !isTar)
      #expect(!document.isPartial, "\(document.diagnostics)")
    } catch {
      #expect(!isVOTable || isTar, "\(error)")
      #expect(error.code == "VOT-01" || isTar && error.code == "VOT-02")
    }
  }

  @Test func theRefusedDocumentsAreThoseWrittenDown() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("refused-documents.md")
    let written = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("- `") }.compactMap {
        $0.dropFirst(3).split(separator: "`").first.map(String.init)
      }
    let refused = Self.documents.filter { (try? VOTableReader().read(path: Self.root + $0)) == nil }
    #expect(Set(refused) == Set(written))
    #expect(written.count == Set(written).count && Self.documents.count > written.count)
  }

  @Test(arguments: documents) func rowsAreTheSameThroughTheXMLParser(_ file: String) throws {
    let bytes = try FileBytes.read(Self.root + file)
    guard let fast = try? VOTableReader().read(bytes: bytes) else { return }
    let slow = try Self.readThroughXMLParser(bytes)
    #expect(fast.tables.count == slow.tables.count)
    for (one, other) in zip(fast.tables, slow.tables) {
      #expect(CellDigest(one) == CellDigest(other))
    }
    #expect(fast.queryStatus == slow.queryStatus)
    #expect(fast.diagnostics.map(\.code) == slow.diagnostics.map(\.code))
    #expect(fast.diagnostics.map(\.row) == slow.diagnostics.map(\.row))
  }

  static func readThroughXMLParser(_ bytes: [UInt8]) throws -> VOTableDocument {
    let input = DocumentInput(mode: .tolerant, limits: ReaderLimits(), base: nil, scansRows: false)
    try bytes.withUnsafeBufferPointer { try input.feed($0) }
    return try input.finish()
  }

  @Test(arguments: documents) func writtenDocumentsReadBackTheSame(_ file: String) throws {
    guard let document = try? VOTableReader().read(path: Self.root + file) else { return }
    for serialization in VOTableSerialization.allCases {
      let writer = VOTableWriter(version: .v1_5, serialization: serialization)
      let again = try VOTableReader(mode: .strict).read(bytes: writer.bytes(of: document))
      #expect(again.tables.count == document.tables.count)
      for (one, other) in zip(document.tables, again.tables) {
        // BINARY has no null for bits: there they become 0.
        let hasBits = serialization == .binary && one.columns.contains { $0.field.datatype == .bit }
        if !hasBits { #expect(CellDigest(one) == CellDigest(other), "\(serialization)") }
        #expect(one.fields.map(\.name) == other.fields.map(\.name))
        #expect(one.parameters.map(\.string) == other.parameters.map(\.string))
      }
      #expect(again.queryStatus == document.queryStatus)
      // The standard demands a RESOURCE; the writer adds an empty one where there is none.
      if !document.resources.isEmpty {
        #expect(again.allResources.map(\.type) == document.allResources.map(\.type))
      }
    }
  }

  @Test(arguments: ["ssap1", "ssap3"]) func everyRowOfAnOndrejovAnswerHasItsEssentials(_ name: String) throws
  {
    let table = try #require(
      try VOTableReader().read(path: Self.root + "ondrejov-ssap-answers/\(name).xml").results)
    #expect(table.rowCount == 30)
    let location = table.finder(utype: "ssa:Char.SpatialAxis.Coverage.Location.Value")
    for row in 0..<table.rowCount {
      #expect(table.finder(utype: "ssa:Access.Reference").string(row)?.hasPrefix("http://") == true)
      #expect(
        table.finder(utype: "ssa:Curation.PublisherDID").string(row)?.hasPrefix("ivo://asu.cas.cz/") == true)
      #expect(
        ["image/fits", "application/x-votable+xml"].contains(table.finder(utype: "Access.Format").string(row))
      )
      let date = try #require(table.finder(utype: "ssa:Char.TimeAxis.Coverage.Location.Value").double(row))
      #expect(date > 40_000 && date < 60_000)
      let position = location.exists ? location.doubles(row) : []
      let ra = position.first ?? table.finder(ucd: "pos.eq.ra", name: "location_ra").double(row)
      #expect(try #require(ra) >= 0)
    }
  }

  @Test func everyRowOfALamostAnswerHasItsEssentials() throws {
    let document = try VOTableReader().read(path: Self.root + "lamost-openapi-answers/ssap_response.xml")
    let table = try #require(document.results)
    #expect(table.rowCount == 225)
    for row in 0..<table.rowCount {
      #expect(
        table.finder(utype: "ssa:Access.Reference", name: "accref").string(row)?.hasPrefix("http") == true)
      #expect(table.column("ssa_pubDID")?.string(row)?.hasPrefix("ivo://china-vo.org/") == true)
      #expect(table.column("ssa_location")?.doubles(row).count == 2)
    }
    #expect(document.diagnostics.contains { $0.code == DiagnosticCode.unknownDatatype.code })
  }
}
