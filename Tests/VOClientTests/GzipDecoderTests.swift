import Testing

@testable import VOClient

@Suite struct GzipDecoderTests {
  /// Made with Python: `gzip.compress(b"votrawl")`, `zlib.compress(b"votrawl")` and its raw deflate part.
  static let gzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2B, 0xCB, 0x2F, 0x29, 0x4A, 0x2C, 0xCF,
    0x01, 0x00, 0xAD, 0xCA, 0x7D, 0x4B, 0x07, 0x00, 0x00, 0x00,
  ]
  static let zlib: [UInt8] = [
    0x78, 0x9C, 0x2B, 0xCB, 0x2F, 0x29, 0x4A, 0x2C, 0xCF, 0x01, 0x00, 0x0C, 0x64, 0x03, 0x10,
  ]
  static let raw: [UInt8] = [0x2B, 0xCB, 0x2F, 0x29, 0x4A, 0x2C, 0xCF, 0x01, 0x00]

  @Test(arguments: [gzip, zlib]) func `gzip and zlib are decoded`(_ bytes: [UInt8]) {
    #expect(GzipDecoder.decoded(bytes, limit: 100) == Array("votrawl".utf8))
  }

  @Test func `Raw deflate, which has no checksum, is decoded only where it is allowed`() async throws {
    #expect(GzipDecoder.decoded(Self.raw, limit: 100) == nil)
    for bytes in [Self.raw, Self.zlib] {
      let server = try FaultServer { _ in [.answer(200, ["Content-Encoding: deflate"], bytes)] }
      defer { server.stop() }
      let response = try await Fixture.engine().data(TransferRequest(url: server.base))
      #expect(response.body == Array("votrawl".utf8))
    }
  }

  @Test func `Every truncation is noticed, and every damaged byte of the content`() {
    for count in 0..<Self.gzip.count {
      #expect(GzipDecoder.decoded(Array(Self.gzip.prefix(count)), limit: 100) == nil, "\(count) bytes")
    }
    for index in 10..<Self.gzip.count {
      var bytes = Self.gzip
      bytes[index] ^= 0x01
      #expect(GzipDecoder.decoded(bytes, limit: 100) != Array("votrawl".utf8), "byte \(index)")
    }
  }

  @Test func `Pieces of any size give the same`() throws {
    let bytes = Fixture.gzipOfZeros(70_000)
    for size in [1, 7, 100, 1000] {
      var count = 0
      let decoder = GzipDecoder()
      for start in stride(from: 0, to: bytes.count, by: size) {
        try decoder.feed(Array(bytes[start..<min(bytes.count, start + size)])) { piece in
          count += piece.count
          return true
        }
      }
      #expect(count == 1 + 70_000 / 258 * 258)
      #expect(decoder.isComplete)
    }
  }

  @Test func `Members that follow one another are one text`() {
    #expect(GzipDecoder.decoded(Self.gzip + Self.gzip, limit: 100) == Array("votrawlvotrawl".utf8))
    #expect(GzipDecoder.decoded(Self.gzip + [0, 0, 0], limit: 100) == Array("votrawl".utf8))
  }

  @Test func `More than the limit is refused`() {
    #expect(GzipDecoder.decoded(Fixture.gzipOfZeros(70_000), limit: 1000) == nil)
  }
}
