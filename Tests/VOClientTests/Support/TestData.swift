import Foundation
import Tables
import Testing

@testable import VOClient

/// Real answers of archives, which are not part of the project.
enum TestData {
  /// The folder of real data: `VOTRAWL_TEST_DATA`, or `../shared/data` beside the package.
  static let folder: String = {
    if let path = ProcessInfo.processInfo.environment["VOTRAWL_TEST_DATA"] { return path }
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    for up in ["../shared/data", "../../shared/data"] {
      let path = package.appending(path: up).standardized.path
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    return "../shared/data"
  }()

  static let isThere = FileManager.default.fileExists(atPath: folder + "/vo")
  static let areSamplesThere = FileManager.default.fileExists(atPath: folder + "/../dachs/samples")
  static let absent: Comment = "needs the folder of real data (VOTRAWL_TEST_DATA)"

  /// The bytes of a file of the real data.
  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
  }

  /// The bytes of a saved answer of a DaCHS 2.7 server.
  static func sample(_ name: String) throws -> [UInt8] {
    try bytes("../dachs/samples/" + name)
  }

  static func document(_ bytes: [UInt8]) throws -> VOTableDocument {
    let plain = bytes.starts(with: [0x1F, 0x8B]) ? GzipDecoder.decoded(bytes, limit: 1 << 24) : bytes
    return try VOTableReader().read(bytes: try #require(plain))
  }

  static func document(_ text: String) throws -> VOTableDocument {
    try document(Array(text.utf8))
  }

  /// The base address of a running DaCHS test server.
  static let server = ProcessInfo.processInfo.environment["VOTRAWL_TEST_DACHS"]
  /// The base address of a server with thousands of spectra; else the usual one.
  static let manyServer = ProcessInfo.processInfo.environment["VOTRAWL_TEST_DACHS_MANY"] ?? server
  /// A Python with astropy (and pyvo), which tests ask what files hold.
  static let python = ProcessInfo.processInfo.environment["VOTRAWL_TEST_PYTHON"]
  static let noPython: Comment = "needs a Python with astropy and pyvo (VOTRAWL_TEST_PYTHON)"
  static let noServer: Comment = "needs a DaCHS test server (VOTRAWL_TEST_DACHS)"
}
