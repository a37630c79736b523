import Glibc

@testable import Tables

/// Where the test data lie: `VOTRAWL_TEST_DATA`, else `../shared/data` beside the package.
enum TestData {
  static let root: String = {
    if let named = getenv("VOTRAWL_TEST_DATA") { return String(cString: named) }
    let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/" + package + "/../shared/data"
  }()

  /// The wild documents lie beside the data.
  static let wild = root + "/../wild"

  static let hasData = exists(root + "/vo")
  static let hasWild = exists(wild + "/expect.json")

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  /// The files of a folder, sorted.
  static func files(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// A temporary folder, removed with what it holds when `body` is over.
  static func temporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    var template = Array(
      "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/tables-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TableError(code: "TEST", message: "no temporary folder") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      for name in files(folder) { unlink(folder + "/" + name) }
      rmdir(folder)
    }
    return try body(folder)
  }
}
