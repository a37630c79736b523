import Foundation
import Testing

/// The label desk linked to a real TOPCAT, both on a JSAMP hub.
@Suite(.serialized) struct TOPCATTests {
  private static let lacks = Command.lacking([
    "topcat", "java", "Xvfb", "xdotool", "import", "chromium", "python3",
  ])

  @Test(
    .disabled(
      if: !lacks.isEmpty || !FileManager.default.fileExists(atPath: "/usr/share/java/jsamp.jar"),
      "needs topcat, libjsamp-java, xvfb, xdotool, imagemagick, chromium and python3"),
    .timeLimit(.minutes(10)))
  func candidatesRowsAndSelectionsGoBothWaysAndTheHubMayDie() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-topcat-\(UUID())")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try #require(Command.program)
    let survey = folder + "/survey"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let demo = await Command.end(
      of: program,
      ["demo", survey, "--ondrejov", "300", "--lamost", "1500", "--epochs", "2", "--no-progress"])
    #expect(demo.status == 0, "\(demo.output)")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("topcat_check.py").path
    let outcome = await Command.end(of: "/usr/bin/env", ["python3", script, program, survey, folder])
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
