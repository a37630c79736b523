/// Decodes base64 that comes in pieces, wrapped and spaced in any way (RFC 4648 §4).
struct Base64Decoder {
  /// 0…63 for the characters of the alphabet, 64 for white space, 65 for padding, 66 for anything else.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 66, count: 256)
    for (value, byte) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated()
    {
      table[Int(byte)] = UInt8(value)
    }
    for blank in [9, 10, 11, 12, 13, 32] { table[blank] = 64 }
    table[0x3D] = 65
    return table
  }()

  /// The same for four characters at once: value shifted to its place, or all bits set.
  private static let shifted: [UInt32] = {
    var table = [UInt32](repeating: .max, count: 1024)
    for place in 0..<4 {
      for byte in 0..<256 where values[byte] < 64 {
        table[place * 256 + byte] = UInt32(values[byte]) << UInt32(18 - 6 * place)
      }
    }
    return table
  }()

  private var bits: UInt32 = 0
  private var bitCount = 0
  private var padding = 0
  /// Whether something stood there that is no base64; decoding stopped at it.
  private(set) var isBroken = false

  /// Decodes a piece and appends the bytes to `output`.
  mutating func decode(_ input: UnsafeBufferPointer<UInt8>, into output: inout RawBuffer) {
    guard let start = input.baseAddress, !isBroken else { return }
    let count = input.count
    output.append(limit: count / 4 * 3 + 6) { target in
      var written = 0
      var index = 0
      Self.values.withUnsafeBufferPointer { values in
        Self.shifted.withUnsafeBufferPointer { shifted in
          while index < count {
            if bitCount == 0, padding == 0 {
              while count - index >= 4 {
                let group =
                  shifted[Int(start[index])] | shifted[256 + Int(start[index + 1])]
                  | shifted[512 + Int(start[index + 2])] | shifted[768 + Int(start[index + 3])]
                if group > 0xFF_FFFF { break }
                target[written] = UInt8(truncatingIfNeeded: group >> 16)
                target[written + 1] = UInt8(truncatingIfNeeded: group >> 8)
                target[written + 2] = UInt8(truncatingIfNeeded: group)
                written += 3
                index += 4
              }
              if index == count { break }
            }
            let value = values[Int(start[index])]
            index += 1
            if value == 64 { continue }
            if value == 65 {
              padding += 1
              bits = 0
              bitCount = 0
              continue
            }
            if value == 66 || padding > 0 {
              isBroken = true
              break
            }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
              bitCount -= 8
              target[written] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
              written += 1
              bits &= (1 << UInt32(bitCount)) - 1
            }
          }
        }
      }
      return written
    }
  }
}
