import Foundation
import Testing

@testable import Crossmatch

/// The skies of `gen_sky.py` and the counts and checksums every exact program must find in them
/// (`xm_reference_counts.txt` of the peers' folder, made by `xm_referee.py`).
enum ReferenceSkies {
  /// `VOTRAWL_TEST_SKIES`, else where the peers' scripts keep them.
  static let folder: URL = {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["VOTRAWL_TEST_SKIES"] { return URL(fileURLWithPath: path) }
    let peers = environment["PEERS_DIR"] ?? NSHomeDirectory() + "/.cache/votrawl-peers"
    return URL(fileURLWithPath: peers).appendingPathComponent("sky")
  }()

  /// Skies that are to the bit those the counts were made of.
  static let names: Set<String> = {
    struct Sky: Decodable { var published: Bool }
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("manifest.json")),
      let skies = try? JSONDecoder().decode([String: Sky].self, from: data)
    else { return [] }
    return Set(skies.filter(\.value.published).keys)
  }()

  /// A line of the counts.
  struct Line: CustomTestStringConvertible {
    var left, right, mode, checksum: String
    var pairs: Int
    var separations: Double
    var testDescription: String { "\(left) × \(right), \(mode)" }
  }

  static let lines: [Line] = {
    let path = ReferenceTables.sharedFolder.appendingPathComponent("peers/xm_reference_counts.txt")
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let f = line.split(separator: " ").map(String.init)
      guard f.count == 8, let n = Int(f[3]), let s = Double(f[7]) else { return nil }
      return Line(left: f[0], right: f[1], mode: f[2], checksum: f[4], pairs: n, separations: s)
    }
  }()

  static let absent: Comment =
    "no skies of gen_sky.py (VOTRAWL_TEST_SKIES, PEERS_DIR) or no counts beside VOTRAWL_TEST_DATA"
}

@Suite(.enabled(if: !ReferenceSkies.names.isEmpty && !ReferenceSkies.lines.isEmpty, ReferenceSkies.absent))
struct ReferenceSkyTests {
  static let modes: [String: MatchMode] = [
    "all": .all, "best1": .bestPerLeft, "mutual": .mutual, "greedy": .oneToOneGreedy,
  ]

  @Test(arguments: ReferenceSkies.lines)
  func `counts, checksum and sum of separations of a mode are the referee's`(line: ReferenceSkies.Line) throws
  {
    // The big skies, 2 GB, are not made unless asked for.
    guard ReferenceSkies.names.isSuperset(of: [line.left, line.right]) else { return }
    let tables = try [line.left, line.right].map {
      try FITSPositions(path: ReferenceSkies.folder.appendingPathComponent("\($0).fits").path)
    }
    let mode = try #require(Self.modes[line.mode])
    let report = try Matcher(radiusArcsec: 3, mode: mode, threads: 2)
      .match(left: tables[0], right: tables[1]).report
    #expect(report.matched == line.pairs)
    #expect("\(report.checksum)" == line.checksum)
    #expect((report.separationSum - line.separations).magnitude < 1e-6)
    #expect(report.leftSkipped == 0 && report.rightSkipped == 0)
  }
}
