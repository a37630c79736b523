import Foundation

/// Other programs, for tests that use what people use.
enum Command {
  /// Votrawl, which lies beside the tests.
  static let program: String? = {
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

  /// Those of some programs that are not installed.
  static func lacking(_ programs: [String]) -> [String] {
    programs.filter { run("/usr/bin/env", ["sh", "-c", "command -v \($0)"]).status != 0 }
  }

  /// Runs a program that takes its time to its end, without holding one of the few threads that all tests share: the
  /// servers of other tests would wait for it.
  static func end(of path: String, _ arguments: [String]) async -> (status: Int32, output: String) {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: run(path, arguments)) }
    }
  }

  /// Runs a program to its end; status −1 where it cannot be started.
  static func run(_ path: String, _ arguments: [String]) -> (status: Int32, output: String) {
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
