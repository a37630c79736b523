import Classifier
import DemoArchive
import Foundation
import Testing

/// Other people's client finds in the demo archive what is there: our documents are read right by others.
@Suite(.serialized) struct PyvoTests {
  static let python = ProcessInfo.processInfo.environment["VOTRAWL_TEST_PYTHON"]

  /// What the script found.
  private struct Found: Decodable {
    var rows: Int
    var status: String?
    var dids, formats, urls, coosys, cone, inside: [String]
    var ra, dec: [Double]
    var overflow, available: Bool
    var error: String?
    var links: [String: [String]]
    var files: [String: [Int]]
    var cutouts: [String: [Double]]
    var batch: [Int]
    var capabilities: [String]
  }

  private func ask(_ base: String, _ collection: String) async throws -> Found {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/pyvo_client.py").path
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "votrawl-pyvo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (output, errors) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.python ?? "/usr/bin/python3")
    process.arguments = [script, base, collection]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    // The archive answers on this process's threads: none may wait.
    while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    let words = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 0, "\(words)")
    return try JSONDecoder().decode(Found.self, from: Data(contentsOf: output))
  }

  @Test(
    .enabled(if: python != nil, "needs a Python with astropy and pyvo (VOTRAWL_TEST_PYTHON)"),
    arguments: ["ondrejov", "lamost"])
  func pyvoFindsEverySpectrumWithItsLinksAndCutouts(_ collection: String) async throws {
    try await RunningArchive.with(ondrejov: 150, lamost: 600) { archive in
      let survey = collection == "lamost" ? archive.lamost : archive.ondrejov
      let records = archive.archive.records(of: survey.kind)
      let found = try await ask(archive.base, collection)

      #expect(found.status == "OK" && found.dids.count == survey.count)
      #expect(found.dids.allSatisfy { archive.archive.record(forPublisherDID: $0) != nil })
      #expect(found.urls.count == found.rows && found.urls.allSatisfy { $0.hasPrefix(archive.base) })
      #expect(found.formats.allSatisfy { $0.contains("fits") || $0.contains("votable") })
      #expect(found.coosys == ["ICRS"])
      let mean = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
      #expect(abs(mean(found.dec) - mean(records.map(\.dec))) < 1e-6)
      #expect(found.ra.allSatisfy { (0..<360).contains($0) })

      #expect(found.cone == found.inside && !found.cone.isEmpty)
      #expect(found.overflow && found.available)
      #expect(found.error?.contains("MAXREC") == true, "\(found.error ?? "no error")")
      #expect(found.capabilities.contains("ivo://ivoa.net/std/SSA"))

      #expect(found.links.count == 3 && found.batch.count == 100 && found.batch.allSatisfy { $0 >= 2 })
      for (did, semantics) in found.links {
        #expect(semantics.contains("#this") && semantics.contains("#proc"))
        #expect(try #require(found.files[did])[0] >= 1)
        let cut = try #require(found.cutouts[did])
        #expect(cut[0] >= 6549 && cut[1] <= 6571 && cut[2] > 10, "\(cut)")
      }
    }
  }
}
