/// The types in which numbers are stored in FITS images and table columns, big-endian.
enum FITSValue: Sendable {
  case byte, short, int, long, float, double

  /// Size of one value in bytes.
  var size: Int {
    switch self {
    case .byte: 1
    case .short: 2
    case .int, .float: 4
    case .long, .double: 8
    }
  }

  /// The type that a BITPIX card states.
  init?(bits: Int) {
    switch bits {
    case 8: self = .byte
    case 16: self = .short
    case 32: self = .int
    case 64: self = .long
    case -32: self = .float
    case -64: self = .double
    default: return nil
    }
  }

  /// The type that the letter of a TFORM card states.
  init?(letter: Character) {
    switch letter {
    case "B": self = .byte
    case "I": self = .short
    case "J": self = .int
    case "K": self = .long
    case "E": self = .float
    case "D": self = .double
    default: return nil
    }
  }

  /// `count` values `stride` bytes apart as numbers: zero + scale · value, `null` of the integers as NaN.
  /// - Precondition: `bytes` holds the last value whole.
  /// - Complexity: O(count), about 1 ns a value.
  func decode(
    _ bytes: ArraySlice<UInt8>, count: Int, stride: Int, scale: Double, zero: Double, null: Int?
  ) -> [Double] {
    guard count > 0 else { return [] }
    precondition(bytes.count >= (count - 1) * stride + size, "bytes for every value")
    let isScaled = scale != 1 || zero != 0
    return bytes.withUnsafeBytes { buffer in
      func values(_ value: (Int) -> Double) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { output, filled in
          for index in 0..<count {
            let plain = value(index &* stride)
            output[index] = isScaled ? zero + scale * plain : plain
          }
          filled = count
        }
      }
      func integer<I: FixedWidthInteger>(_ type: I.Type) -> (Int) -> Double {
        { offset in
          let stored = I(bigEndian: buffer.loadUnaligned(fromByteOffset: offset, as: type))
          if let null, Int(stored) == null { return .nan }
          return Double(stored)
        }
      }
      switch self {
      case .byte: return values(integer(UInt8.self))
      case .short: return values(integer(Int16.self))
      case .int: return values(integer(Int32.self))
      case .long: return values(integer(Int64.self))
      case .float:
        return values { offset in
          Double(
            Float(
              bitPattern: UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self))))
        }
      case .double:
        return values { offset in
          Double(bitPattern: UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
      }
    }
  }
}
