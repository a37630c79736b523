import Foundation
import Tables
import Testing

/// The commands on tables, as scripts see them.
@Suite(.serialized) struct TableCommandTests {
  private static let wild: String? = {
    let data =
      ProcessInfo.processInfo.environment["VOTRAWL_TEST_DATA"]
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../shared/data"
      ).path
    let path = data + "/../wild"
    return FileManager.default.fileExists(atPath: path + "/expect.json") ? path : nil
  }()

  /// What is expected of a wild document.
  private struct Expected: Decodable {
    var name: String
    var `do`: String
    var rows: Int?
  }

  private struct List: Decodable { var files: [Expected] }

  @Test(.enabled(if: wild != nil, "the malformed VOTables are not here (beside VOTRAWL_TEST_DATA)"))
  func theExitCodeTellsWhetherAWildDocumentWasReadSalvagedOrRefused() async throws {
    let folder = try #require(Self.wild)
    let list = try JSONDecoder().decode(
      List.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/expect.json"))
    ).files
    #expect(list.count == 34)
    for file in list {
      let status: Int32 = file.do == "refuse" ? 2 : file.do == "partial" ? 3 : 0
      let outcome = try await Program.run(["table", "info", "\(folder)/\(file.name)", "--json"])
      #expect(outcome.status == status, "\(file.name) (\(file.do)): \(outcome.errors)")
      if status == 2 {
        #expect(outcome.output.isEmpty && outcome.errors.hasPrefix("error: "), "\(file.name)")
        continue
      }
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(file.name)")
      #expect((object["rows"] as? [Any])?.count == file.rows, "\(file.name)")
      #expect(object["fields"] is [[String: Any]], "\(file.name)")
      let diagnostics = try #require(object["diagnostics"] as? [[String: Any]], "\(file.name)")
      if file.do != "ok" { #expect(!diagnostics.isEmpty, "\(file.name)") }
      #expect(object["partial"] as? Bool == (status == 3), "\(file.name)")
    }
  }

  /// A table of three rows as VOTable, in a folder of its own.
  private func table(_ folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/three.vot"
    let columns = [
      Column(.text("name", ucd: "meta.id"), strings: ["α Lyr", nil, "a,b"]),
      Column(Field(name: "ra", unit: "deg", ucd: "pos.eq.ra"), doubles: [279.25, 1, nil]),
      Column(Field(name: "n", datatype: .int), ints: [1, nil, 3] as [Int32?]),
    ]
    try TableFile.write(Table(columns: columns, name: "stars"), path: path)
    return path
  }

  @Test func aTableComesFromAFileOrFromStandardInput() async throws {
    let folder = try TemporaryFolder()
    let path = try table(folder)
    let fromFile = try await Program.run(["table", "info", path])
    let fromInput = try await Program.run(["table", "info"], input: path)
    #expect(fromFile.status == 0 && fromInput.status == 0 && fromFile.output == fromInput.output)
    #expect(fromFile.output.contains("3 rows, 3 columns") && fromFile.output.contains("pos.eq.ra"))
    let missing = try await Program.run(["table", "info", folder.path + "/none.vot"])
    #expect(missing.status == 2 && missing.errors.contains("none.vot"))
  }

  @Test func intoAPipeGoesAVOTableThatTheProgramReadsBack() async throws {
    let folder = try TemporaryFolder()
    let path = try table(folder)
    let outcome = try await Program.run(["table", "convert", path])
    #expect(outcome.status == 0 && outcome.output.contains("<VOTABLE"))
    let copy = folder.path + "/copy.vot"
    try outcome.output.write(toFile: copy, atomically: true, encoding: .utf8)
    let (one, other) = (try TableFile.read(path: path), try TableFile.read(path: copy))
    for (column, same) in zip(one.columns, other.columns) {
      for row in 0..<3 { #expect(column.string(row) == same.string(row)) }
    }
  }

  @Test(arguments: ["fits", "csv", "vot"]) func theNameOfTheOutputDecidesItsForm(_ kind: String) async throws
  {
    let folder = try TemporaryFolder()
    let path = try table(folder)
    let out = folder.path + "/out." + kind
    let outcome = try await Program.run(["table", "convert", path, "-o", out])
    #expect(outcome.status == 0 && outcome.output == "3 rows → \(out)\n", "\(outcome.errors)")
    let back = try TableFile.read(path: out)
    #expect(back.rowCount == 3 && back.column("ra")?.double(0) == 279.25 && back.column("n")?.integer(2) == 3)
    #expect(back.column("name")?.string(0) == "α Lyr" && back.column("n")?.isNull(1) == true)
    let first = [UInt8](try Data(contentsOf: URL(fileURLWithPath: out)))
    #expect(TableFile.Kind(content: first).rawValue == (kind == "vot" ? "votable" : kind))
  }

  @Test func theFormCanBeChosenAgainstTheName() async throws {
    let folder = try TemporaryFolder()
    let path = try table(folder)
    let text = try await Program.run(["table", "head", "-n", "1", path, "--format", "text"])
    #expect(text.output.contains("α Lyr") && text.output.contains("────") && !text.output.contains("a,b"))
    for (form, word) in [("tabledata", "<TABLEDATA>"), ("binary2", "<BINARY2>"), ("binary", "<BINARY>")] {
      let outcome = try await Program.run(["table", "convert", path, "-o", "-", "--format", form])
      #expect(outcome.output.contains(word), "\(form)")
    }
    let json = try await Program.run(["table", "head", "-n", "2", path, "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect((object?["rows"] as? [Any])?.count == 2)
  }

  @Test func headReadsNoFurtherThanItMust() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/big.vot"
    let rows = String(repeating: "<TR><TD>1</TD></TR>\n", count: 200_000)
    // The end is broken, which only somebody finds who reads all of it.
    let text =
      "<VOTABLE version=\"1.4\"><RESOURCE type=\"results\"><TABLE><FIELD name=\"x\" datatype=\"int\"/><DATA><TABLEDATA>\n"
    try (text + rows + "<TR><TD>").write(toFile: path, atomically: true, encoding: .utf8)
    let head = try await Program.run(["table", "head", "-n", "3", path, "--format", "csv"])
    #expect(head.status == 0 && head.output == "x\n1\n1\n1\n", "\(head.errors)")
    let whole = try await Program.run(["table", "info", path])
    #expect(whole.status == 3 && whole.output.contains("200000 rows") && whole.errors.contains("VOT-05"))
  }

  @Test func validateSaysWhatEachDepartureMeans() async throws {
    let folder = try TemporaryFolder()
    let good = try await Program.run(["table", "validate", try table(folder)])
    #expect(good.status == 0 && good.output.contains("keeps to the standard"))
    let path = folder.path + "/odd.vot"
    try """
    <VOTABLE version="1.4"><RESOURCE type="results"><TABLE><FIELD name="x" datatype="short"/><DATA><TABLEDATA>
    <TR><TD>70000</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let odd = try await Program.run(["table", "validate", path])
    #expect(odd.status == 3 && odd.output.contains("VOT-29") && odd.output.contains("It is null, never cut."))
    #expect(try await Program.run(["table", "validate", "--mode", "strict", path]).status == 2)
    let json = try await Program.run(["table", "validate", "--json", path])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["valid"] as? Bool == false && (object?["diagnostics"] as? [Any])?.count == 1)
  }
}
