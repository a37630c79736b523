import Testing

@testable import VOClient

@Suite struct ContentKindTests {
  @Test func `A body is classified by its bytes`() {
    #expect(ContentKind.classify([]) == .empty)
    #expect(ContentKind.classify([0x1F, 0x8B, 8]) == .gzip)
  }
}
