import Foundation
import FoundationNetworking
import Testing

/// `votrawl demo --serve`: the archive of the demo, for people who take the steps by hand.
@Suite struct TutorialTests {
  @Test func theArchiveIsThereWithItsLabelsUntilItIsStopped() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-tutorial-\(UUID())")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Command.program))
    process.arguments = ["demo", folder, "--serve", "--ondrejov", "120", "--lamost", "130"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { process.terminate() }
    var said = ""
    while !said.contains("votrawl label\n") {
      let part = pipe.fileHandleForReading.availableData
      if part.isEmpty { break }
      said += String(decoding: part, as: UTF8.self)
    }
    let address = try #require(said.firstMatch(of: /lamost=(http:\S+)/)?.1)
    let url = try #require(URL(string: "\(address)?REQUEST=queryData&MAXREC=1000"))
    let (data, _) = try await URLSession.shared.data(from: url)
    #expect(String(decoding: data, as: UTF8.self).contains("votrawl.invalid"))
    let labels = try String(contentsOfFile: folder + "/labels.csv", encoding: .utf8)
    #expect(labels.split(whereSeparator: \.isNewline).count == 121)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
