import Foundation

/// The reference tables made by `healpix_reference.py` of the peers' folder: cells, centres, neighbours, cones and MOCs
/// computed by cdshealpix 0.9.0, healpy 1.20.1, astropy-healpix 2.0.1 and mocpy 0.21.0 with 60-digit mpmath as referee.
///
/// They lie beside the test data, in `peers/healpix_ref` next to the folder of `VOTRAWL_TEST_DATA`; tests that need them
/// are skipped where they are not.
enum ReferenceTables {
  static let sharedFolder: URL = {
    if let data = ProcessInfo.processInfo.environment["VOTRAWL_TEST_DATA"] {
      return URL(fileURLWithPath: data).deletingLastPathComponent()
    }
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return root.deletingLastPathComponent().appendingPathComponent("shared")
  }()

  static let folder = sharedFolder.appendingPathComponent("peers/healpix_ref")
  static let isThere = FileManager.default.fileExists(atPath: folder.appendingPathComponent("cones.csv").path)
  static let absent = "the reference tables (peers/healpix_ref beside VOTRAWL_TEST_DATA) are not here"

  /// Rows of a table as columns of text, without the head; `.gz` files are unpacked by gzip.
  static func rows(_ name: String) throws -> [[Substring]] {
    let url = folder.appendingPathComponent(name)
    let text: String
    if name.hasSuffix(".gz") {
      let gzip = Process()
      gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
      gzip.arguments = ["-dc", url.path]
      let pipe = Pipe()
      gzip.standardOutput = pipe
      try gzip.run()
      text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      gzip.waitUntilExit()
    } else {
      text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }
    return text.split(whereSeparator: \.isNewline).dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }
}

/// A value of a table that is not what its column promises.
struct MalformedReference: Error {
  let text: String
}

/// The number a cell of a table holds.
func number<T: LosslessStringConvertible>(_ text: Substring) throws -> T {
  guard let value = T(String(text)) else { throw MalformedReference(text: String(text)) }
  return value
}
