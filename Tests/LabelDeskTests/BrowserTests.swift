import Foundation
import Testing

/// The label desk as a person uses it, in headless Chromium.
@Suite(.serialized) struct BrowserTests {
  private static let lacksBrowser =
    run("/usr/bin/env", ["sh", "-c", "command -v chromium && command -v python3"]).status != 0

  @Test(
    .disabled(if: lacksBrowser, "chromium and python3 are needed to drive the page"), .timeLimit(.minutes(5)))
  func everyKeyIsALabelOnDiskWhateverIsKilled() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-desk-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try #require(Self.program)
    let demo = Self.run(
      program, ["demo", folder, "--ondrejov", "300", "--lamost", "1500", "--epochs", "2", "--no-progress"])
    #expect(demo.status == 0, "\(demo.output)")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("desk_check.py").path
    let kills = ProcessInfo.processInfo.environment["VOTRAWL_KILLS"] ?? "8"
    let outcome = Self.run("/usr/bin/env", ["python3", script, program, folder, kills])
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  /// The program lies beside the tests.
  private static let program: String? = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("votrawl").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
    }
    return nil
  }()

  private static func run(_ path: String, _ arguments: [String]) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    do { try process.run() } catch { return (-1, "\(error)") }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
