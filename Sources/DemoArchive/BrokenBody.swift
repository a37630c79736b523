import FlyingSocks

/// A body that ends before its time: it gives its bytes, then fails, and the server closes the connection.
struct BrokenBody: AsyncBufferedSequence {
  typealias Element = UInt8

  /// The bytes that are sent.
  let bytes: [UInt8]

  func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    var bytes: [UInt8]?

    mutating func next() async throws -> UInt8? {
      throw SocketError.disconnected
    }

    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
      guard let all = bytes else { throw SocketError.disconnected }
      bytes = nil
      return all
    }
  }
}
