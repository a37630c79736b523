import FoundationEssentials
import Testing

@testable import Tables

@Suite struct Base64Tests {
  @Test func roundTripOfEveryLength() {
    var bytes: [UInt8] = []
    for length in 0..<200 {
      var input = bytes
      var text: [UInt8] = []
      Base64Encoder.encode(&input, isLast: true, into: &text)
      #expect(Base64Decoder.decode(text) == bytes)
      let plain = String(decoding: text.filter { $0 != 10 }, as: UTF8.self)
      #expect(plain == Data(bytes).base64EncodedString())
      bytes.append(UInt8(truncatingIfNeeded: length &* 37 &+ 11))
    }
  }

  @Test func piecesAndBlanksDoNotMatter() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let text = Array(Data(bytes).base64EncodedString().utf8)
    for step in [1, 2, 3, 5, 7, 64] {
      var decoder = Base64Decoder()
      var output = RawBuffer()
      defer { output.deallocate() }
      for start in stride(from: 0, to: text.count, by: step) {
        let piece = Array(text[start..<min(start + step, text.count)]) + Array("\r\n \t".utf8)
        piece.withUnsafeBufferPointer { decoder.decode($0, into: &output) }
      }
      #expect(Array(UnsafeRawBufferPointer(start: output.base, count: output.count)) == bytes)
      #expect(!decoder.isBroken)
    }
  }

  @Test(arguments: ["QUJD*", "QUJD=QUJD", "äöü", "QU-_"]) func whatIsNoBase64IsFound(_ text: String) {
    #expect(Base64Decoder.decode(Array(text.utf8)) == nil)
  }
}
