import Foundation

/// A folder for one test, removed with the last reference to it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    TemporaryFolder.kept.append(path)
  }

  // Tests often need only the path: the folders go when the process ends.
  nonisolated(unsafe) private static var kept: [String] = []
}
