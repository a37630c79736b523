/// Reads the wire format of Protocol Buffers from bytes of unknown origin: every length is tested before it is used.
struct ProtobufReader {
  /// How a field is written.
  enum WireType: Int { case varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 }

  /// What a field holds.
  enum Value {
    case integer(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  /// Reads a message; nothing is copied.
  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field, nil at the end.
  ///
  /// - Throws: `CLS-04` where the bytes are no message.
  mutating func next() throws(ClassifierError) -> (field: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let tag = try varint()
    guard let type = WireType(rawValue: Int(tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29 else {
      throw Self.damaged("tag \(tag)")
    }
    let field = Int(tag >> 3)
    switch type {
    case .varint: return (field, .integer(try varint()))
    case .fixed64: return (field, .fixed64(try fixed(8)))
    case .fixed32: return (field, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    case .bytes:
      let length = try varint()
      guard length <= UInt64(rest.count) else {
        throw Self.damaged("\(length) bytes where \(rest.count) are left")
      }
      defer { rest = rest.dropFirst(Int(length)) }
      return (field, .bytes(rest.prefix(Int(length))))
    }
  }

  private mutating func varint() throws(ClassifierError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { break }
      value |= shift < 64 ? UInt64(byte & 0x7f) << shift : 0
      if byte & 0x80 == 0 { return value }
    }
    throw Self.damaged("a number without end")
  }

  private mutating func fixed(_ count: Int) throws(ClassifierError) -> UInt64 {
    guard rest.count >= count else { throw Self.damaged("it ends within a number") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func damaged(_ what: String) -> ClassifierError {
    ClassifierError(.format, "not a message of Protocol Buffers, or damaged: \(what)")
  }
}

extension ProtobufReader.Value {
  /// The bytes of a message, a text or packed numbers; nil for a number.
  var message: ArraySlice<UInt8>? { if case .bytes(let bytes) = self { bytes } else { nil } }
  /// Text; nil for a number.
  var text: String? { message.map { String(decoding: $0, as: UTF8.self) } }
  /// A signed integer; nil for anything else.
  var integer: Int? { if case .integer(let value) = self { Int(Int64(bitPattern: value)) } else { nil } }
  /// A 32-bit float; nil for anything else.
  var float: Float? { if case .fixed32(let value) = self { Float(bitPattern: value) } else { nil } }

  /// Integers, packed or one.
  func integers() throws(ClassifierError) -> [Int] {
    if let integer { return [integer] }
    guard let message else { return [] }
    var found: [Int] = []
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for byte in message {
      guard shift < 70 else { throw ProtobufReader.damaged("a number without end") }
      value |= shift < 64 ? UInt64(byte & 0x7f) << shift : 0
      shift += 7
      guard byte & 0x80 == 0 else { continue }
      found.append(Int(Int64(bitPattern: value)))
      (value, shift) = (0, 0)
    }
    guard shift == 0 else { throw ProtobufReader.damaged("it ends within a number") }
    return found
  }

  /// Floats, packed or one.
  var floats: [Float] {
    if let float { return [float] }
    return message?.littleEndianFloats ?? []
  }
}

extension Collection where Element == UInt8 {
  /// As 32-bit floats, little-endian; bytes left over fall away.
  var littleEndianFloats: [Float] {
    Array(self).withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { index in
        Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
      }
    }
  }
}
