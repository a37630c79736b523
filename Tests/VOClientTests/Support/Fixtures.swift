import Foundation

@testable import VOClient

/// Bodies and settings that several tests use.
enum Fixture {
  /// A FITS image of 100 × 100 single bytes, 14,400 bytes long; `seed` makes the pixels differ.
  static func fits(seed: UInt8 = 1) -> [UInt8] {
    let cards = [
      "SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    2",
      "NAXIS1  =                  100", "NAXIS2  =                  100", "END",
    ]
    var bytes = cards.flatMap { Array($0.padding(toLength: 80, withPad: " ", startingAt: 0).utf8) }
    bytes += [UInt8](repeating: 0x20, count: 2880 - bytes.count)
    bytes += (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) &+ seed }
    return bytes + [UInt8](repeating: 0, count: 14400 - bytes.count)
  }

  /// A VOTable with one column of integers.
  static func votable(rows: Int, before: String = "", after: String = "") -> String {
    let cells = (0..<rows).map { "<TR><TD>\($0)</TD></TR>" }.joined(separator: "\n")
    return """
      <?xml version="1.0"?>
      <VOTABLE version="1.3"><RESOURCE type="results">\(before)
      <TABLE><FIELD name="n" datatype="int"/><DATA><TABLEDATA>
      \(cells)
      </TABLEDATA></DATA></TABLE>\(after)</RESOURCE></VOTABLE>
      """
  }

  /// A VOTable that only reports an error.
  static func errorDocument(_ message: String) -> String {
    """
    <VOTABLE version="1.3"><RESOURCE type="results">
    <INFO name="QUERY_STATUS" value="ERROR">\(message)</INFO></RESOURCE></VOTABLE>
    """
  }

  /// An engine that repeats quickly.
  static func engine(
    retries: Int = 2, stall: Double = 60, change: (inout TransferConfiguration) -> Void = { _ in }
  ) -> TransferEngine {
    var configuration = TransferConfiguration()
    configuration.retries = retries
    configuration.backoff = 0.02
    configuration.longestBackoff = 0.05
    configuration.stallTimeout = stall
    configuration.connectTimeout = 5
    change(&configuration)
    return TransferEngine(configuration)
  }

  /// Runs a test in a folder of its own and removes it afterwards.
  static func inFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "votrawl-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
  }

  static func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// Gzip data of about this many zeros, made with fixed Huffman codes (RFC 1951, section 3.2.6).
  ///
  /// From 100,000 zeros on the checksum is wrong; such data are for readers that stop early.
  static func gzipOfZeros(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var bits: UInt32 = 0
    var filled = 0
    func put(_ value: UInt32, _ length: Int) {
      bits |= value << UInt32(filled)
      filled += length
      while filled >= 8 {
        bytes.append(UInt8(bits & 0xFF))
        bits >>= 8
        filled -= 8
      }
    }
    put(0b011, 3)  // last block, fixed codes
    put(0b0000_1100, 8)  // literal 0 (code 00110000, most significant bit first)
    for _ in 0..<(count / 258) {
      put(0b1010_0011, 8)  // length 258 (code 11000101)
      put(0, 5)  // distance 1
    }
    put(0, 7)  // end of block
    put(0, 7)
    let length = 1 + count / 258 * 258
    guard length < 100_000 else { return bytes + [0, 0, 0, 0, 0, 0, 0, 0] }
    var crc = UInt32.max  // CRC-32 of that many zeros, RFC 1952, section 8
    for _ in 0..<(length * 8) { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    for word in [~crc, UInt32(length)] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return bytes
  }
}
