import Foundation
import Testing

@testable import VOClient

/// Whatever a network delivers, the readers of small things end, and without a trap.
@Suite struct DamagedInputTests {
  /// A generator whose numbers are the same in every run (the constants are Knuth's, MMIX).
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33 ^ state << 31
    }
  }

  /// Copies of some bytes with a few changed, removed, repeated or cut.
  private static func damaged(_ bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
    var random = Random(state: seed)
    return (0..<count).map { _ in
      var copy = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) where !copy.isEmpty {
        let place = Int.random(in: 0..<copy.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: copy[place] = UInt8.random(in: 0...255, using: &random)
        case 1: copy.remove(at: place)
        case 2: copy.insert(contentsOf: copy[place...].prefix(20), at: place)
        case 3: copy.removeLast(copy.count - place)
        default: copy[place] = Array("<>&;='\"/ !?-[]".utf8).randomElement(using: &random) ?? 0
        }
      }
      return copy
    }
  }

  private static let job = Array(
    """
    <?xml version="1.0"?><!-- a --><uws:job xmlns:uws="u"><uws:phase>COMPLETED</uws:phase><uws:results>
    <uws:result id="result" xlink:href="../r?a=b&amp;c"/></uws:results><m><![CDATA[<x>]]>&#x41;</m></uws:job>
    """.utf8)

  @Test func `XML documents are read or refused`() {
    var read = 0
    for bytes in Self.damaged(Self.job, count: 5000, seed: 1) {
      if (try? XMLTree.parse(bytes)) != nil { read += 1 }
    }
    #expect(read > 0 && read < 5000)
  }

  @Test func `Bodies are classified and their words found`() {
    let page = Array(
      "<!DOCTYPE html><html><script>x<y</script><!-- c --><INFO name='QUERY_STATUS' value=\"ERROR\">no</INFO>"
        .utf8)
    for start in [page, Self.job, Array(Fixture.errorDocument("a &lt; b").utf8), Array("a,b\n1,2\n".utf8)] {
      for bytes in Self.damaged(start, count: 2000, seed: 2) {
        let kind = ContentKind.classify(bytes)
        #expect((kind == .empty) == bytes.isEmpty)
        let words = ServerWords.excerpt(bytes, kind: kind) ?? ""
        #expect(words.count <= ServerWords.limit)
      }
    }
  }

  @Test func `FITS headers of any content are measured`() {
    let fits = Fixture.fits()
    for header in Self.damaged(Array(fits.prefix(480)), count: 3000, seed: 3) {
      let bytes = Array((header + fits.dropFirst(480)).prefix(14_400))
      let check = CompletenessCheck(length: bytes.count) { Array(bytes[$0..<min(bytes.count, $0 + $1)]) }
      if let problem = check.problem(kind: .fits) { #expect(problem.code == .incomplete) }
    }
  }

  @Test func `Gzip data are unpacked or refused`() {
    let good = Fixture.gzipOfZeros(20_000)
    for bytes in Self.damaged(good, count: 3000, seed: 4) {
      guard let plain = GzipDecoder.decoded(bytes, limit: 100_000) else { continue }
      // Only what does not touch the content or its checksum passes.
      #expect(plain.allSatisfy { $0 == 0 } || plain.isEmpty)
    }
  }

  @Test func `Addresses, media types, ranges, dates and numbers are taken or refused`() {
    let texts = [
      "http://user:pw@host.example:80/a/../b;c?d=e&f=%20#g",
      "application/x-votable+xml; content=\"data\\\"link\"",
      "bytes 0-99/1234", "2011-10-24T13:05:00.25Z", "Mon, 01 Jan 2024 00:00:00 GMT",
    ]
    for text in texts {
      for bytes in Self.damaged(Array(text.utf8), count: 2000, seed: 5) {
        let damaged = String(decoding: bytes, as: UTF8.self)
        if let address = WebAddress(damaged) {
          #expect(address.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
          _ = address.resolving(damaged)
          _ = address.adding([(damaged, damaged)]).text
        }
        _ = MediaType(damaged).contentKinds
        if let range = ContentRange(damaged) { #expect(range.last >= range.first) }
        if let mjd = ISODate.mjd(damaged) { #expect(mjd > -700_000 && mjd < 3_000_000) }
      }
    }
  }
}
