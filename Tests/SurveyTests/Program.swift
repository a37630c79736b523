import Foundation

/// The built program, run as a user runs it.
enum Program {
  /// Where the tests were built: the program lies beside them.
  static let path: String = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("votrawl").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
    }
    return "votrawl"
  }()

  /// Whether STILTS is there to compare with.
  static let hasStilts = ["/usr/bin/stilts", "/usr/local/bin/stilts"].contains {
    FileManager.default.fileExists(atPath: $0)
  }

  /// What a run gave.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Starts the program, without waiting for it.
  ///
  /// Its words go to files, for a pipe that nobody reads would stop it.
  ///
  /// - Parameters:
  ///   - input: the file on its standard input.
  ///   - environment: variables that it gets beside those of the tests.
  static func start(
    _ arguments: [String], input: String = "/dev/null", output: String = "/dev/null",
    errors: String = "/dev/null", environment: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle(forReadingAtPath: input) ?? FileHandle.nullDevice
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    for (file, set) in [
      (output, { process.standardOutput = $0 }), (errors, { process.standardError = $0 }),
    ] as [(String, (FileHandle) -> Void)] {
      if file == "/dev/null" {
        set(FileHandle.nullDevice)
      } else {
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        set(FileHandle(forWritingAtPath: file) ?? FileHandle.nullDevice)
      }
    }
    try process.run()
    return process
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], input: String = "/dev/null", environment: [String: String] = [:]
  ) async throws -> Outcome {
    let folder = try TemporaryFolder().path
    let process = try start(
      arguments, input: input, output: folder + "/out", errors: folder + "/err", environment: environment)
    await Program.end(of: process)
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOfFile: folder + "/out", encoding: .utf8),
      errors: try String(contentsOfFile: folder + "/err", encoding: .utf8))
  }

  /// Runs another program to its end, found on the path.
  static func tool(_ name: String, _ arguments: [String]) async throws -> Outcome {
    let folder = try TemporaryFolder().path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    for file in ["out", "err"] {
      _ = FileManager.default.createFile(atPath: "\(folder)/\(file)", contents: nil)
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: folder + "/out")
    process.standardError = FileHandle(forWritingAtPath: folder + "/err")
    try process.run()
    await end(of: process)
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOfFile: folder + "/out", encoding: .utf8),
      errors: try String(contentsOfFile: folder + "/err", encoding: .utf8))
  }

  /// Waits for a process without holding a thread.
  static func end(of process: Process) async {
    while process.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
  }
}
