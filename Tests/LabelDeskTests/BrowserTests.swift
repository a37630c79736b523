import Foundation
import Testing

/// The label desk as a person uses it, in headless Chromium.
@Suite(.serialized) struct BrowserTests {
  private static let lacksBrowser =
    !Command.lacking(["chromium", "python3"]).isEmpty

  @Test(
    .disabled(if: lacksBrowser, "chromium and python3 are needed to drive the page"), .timeLimit(.minutes(5)))
  func everyKeyIsALabelOnDiskWhateverIsKilled() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-desk-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try #require(Command.program)
    let demo = await Command.end(
      of: program,
      ["demo", folder, "--ondrejov", "300", "--lamost", "1500", "--epochs", "2", "--no-progress"])
    #expect(demo.status == 0, "\(demo.output)")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("desk_check.py").path
    let kills = ProcessInfo.processInfo.environment["VOTRAWL_KILLS"] ?? "8"
    let outcome = await Command.end(of: "/usr/bin/env", ["python3", script, program, folder, kills])
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
