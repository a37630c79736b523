import Testing

@testable import VOClient

@Suite struct ContentRangeTests {
  @Test(
    arguments: [
      ("bytes 0-99/1234", 0, 99, 1234), ("Bytes=5-5/6", nil, nil, nil), ("BYTES 5-5/6", 5, 5, 6),
      ("bytes 10 - 20 / *", 10, 20, nil),
      ("bytes 0-9223372036854775807/9223372036854775807", 0, Int.max, Int.max),
    ] as [(String, Int?, Int?, Int?)])
  func `The places and the length are read`(_ text: String, _ first: Int?, _ last: Int?, _ total: Int?) {
    let range = ContentRange(text)
    #expect(range?.first == first)
    #expect(range?.last == last)
    #expect(range?.total == total)
  }

  @Test(arguments: [
    "", "bytes", "bytes ", "bytes */1234", "bytes 9-5/10", "bytes -5-9/10", "bytes 1-2-3/10", "bytes 1-2",
    "bytes 1-2/3/4",
    "bytes 0x1-2/3", "bytes 0-9223372036854775808/5", "pages 0-1/2", "bytes a-b/c",
  ]) func `What is no range is none`(_ text: String) {
    #expect(ContentRange(text) == nil)
  }
}
