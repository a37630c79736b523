import Classifier
import Foundation
import Testing

/// The real spectra the tests read, which are not part of the repository.
///
/// They are found through the environment variable VOTRAWL_TEST_DATA, by default `../shared/data` beside the package.
enum SpectrumTestData {
  static let root: URL? = {
    let package = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let candidates =
      ProcessInfo.processInfo.environment["VOTRAWL_TEST_DATA"].map { [URL(filePath: $0)] } ?? [
        URL(filePath: "../shared/data"), package.appending(path: "../shared/data"),
        package.appending(path: "../../shared/data"),
      ]
    return candidates.first {
      FileManager.default.fileExists(atPath: $0.appending(path: "MANIFEST.tsv").path)
    }
  }()

  static var isThere: Bool { root != nil }
  static let note: Comment = "needs the real spectra: set VOTRAWL_TEST_DATA to their folder"

  /// Path of a file of the test data.
  static func path(_ name: String) -> String { root?.appending(path: name).path ?? "/no-test-data/\(name)" }

  /// Whether the answers of a DaCHS server lie beside the test data.
  static var hasServerSamples: Bool {
    FileManager.default.fileExists(atPath: path("../dachs/samples/soda-cutout.fits"))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  /// All files below a folder, by path relative to the test data.
  static func files(in folder: String) -> [String] {
    guard let root else { return [] }
    let base = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
    return walk.compactMap { $0 as? String }.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: base.appending(path: name).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted().map { "\(folder)/\($0)" }
  }

  /// Every file with a spectrum.
  static let spectra: [String] = ["pairs/ondrejov", "pairs/lamost", "ondrejov", "lamost", "sdss", "bess"]
    .flatMap { files(in: $0) }

  /// Where a file that the golden tables name by its origin lies, by the manifest.
  static let byOrigin: [String: String] = {
    guard let manifest = try? String(contentsOfFile: path("MANIFEST.tsv"), encoding: .utf8) else {
      return [:]
    }
    var places = [String: String]()
    for line in manifest.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t").map(String.init)
      if fields.count >= 2 { places[fields[1]] = fields[0] }
    }
    return places
  }()
}
