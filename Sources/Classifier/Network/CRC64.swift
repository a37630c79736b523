/// CRC-64/XZ (polynomial 0x42F0E1EBA9EA3693 reflected, all ones in and out); "123456789" gives
/// 0x995DC9BBDF1939FA.
struct CRC64 {
  private static let table: [[UInt64]] = {
    var table = [[UInt64]](repeating: [UInt64](repeating: 0, count: 256), count: 8)
    for byte in 0..<256 {
      var value = UInt64(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xC96C_5795_D787_0F42 : value >> 1 }
      table[0][byte] = value
    }
    for slice in 1..<8 {
      for byte in 0..<256 {
        let value = table[slice - 1][byte]
        table[slice][byte] = table[0][Int(value & 0xFF)] ^ value >> 8
      }
    }
    return table
  }()

  private var state = ~UInt64(0)

  /// The checksum of all bytes added so far.
  var value: UInt64 { ~state }

  /// Adds bytes, eight at a time by eight tables.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let table = Self.table
    var state = state
    var place = 0
    while place + 8 <= bytes.count {
      let word = state ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      state = 0
      for byte in 0..<8 { state ^= table[7 - byte][Int(truncatingIfNeeded: word >> (8 * byte)) & 0xFF] }
      place += 8
    }
    while place < bytes.count {
      state = table[0][Int(truncatingIfNeeded: state ^ UInt64(bytes[place])) & 0xFF] ^ state >> 8
      place += 1
    }
    self.state = state
  }

  /// Adds the bytes of numbers as they lie in memory.
  mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
    values.withUnsafeBytes { add($0) }
  }
}
