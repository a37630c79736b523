/// Encodes bytes as base64 in lines of 64 characters (RFC 4648 §4).
enum Base64Encoder {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  /// Bytes that fill a line.
  private static let lineBytes = 48

  /// Moves bytes into `output`; unless it is the last call, what fills no line stays behind.
  static func encode(_ bytes: inout [UInt8], isLast: Bool, into output: inout [UInt8]) {
    let count = isLast ? bytes.count : bytes.count / lineBytes * lineBytes
    output.reserveCapacity(output.count + count / 3 * 4 + count / lineBytes + 8)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 65) { line in
      bytes.withUnsafeBufferPointer { input in
        alphabet.withUnsafeBufferPointer { letters in
          var start = 0
          while start < count {
            let end = min(start + lineBytes, count)
            let length = encodeLine(UnsafeBufferPointer(rebasing: input[start..<end]), letters, line)
            output.append(contentsOf: line[..<length])
            start = end
          }
        }
      }
    }
    bytes.removeFirst(count)
  }

  private static func encodeLine(
    _ input: UnsafeBufferPointer<UInt8>, _ letters: UnsafeBufferPointer<UInt8>,
    _ line: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var index = 0
    var length = 0
    while index < input.count {
      let left = min(input.count - index, 3)
      var group = UInt32(input[index]) << 16
      if left > 1 { group |= UInt32(input[index + 1]) << 8 }
      if left > 2 { group |= UInt32(input[index + 2]) }
      for place in 0..<4 {
        line[length + place] =
          place <= left ? letters[Int(group >> UInt32(18 - 6 * place) & 63)] : 0x3D
      }
      index += left
      length += 4
    }
    line[length] = 0x0A
    return length + 1
  }
}
