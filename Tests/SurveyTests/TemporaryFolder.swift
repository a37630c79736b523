import Foundation

/// A folder for one test; all of them go when the process ends.
struct TemporaryFolder {
  let path: String

  init() throws {
    path = Self.root + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  private static let root: String = {
    atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.root) }
    return FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-tests-\(getpid())").path
  }()
}
