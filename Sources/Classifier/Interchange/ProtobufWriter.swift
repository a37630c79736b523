/// Writes the wire format of Protocol Buffers: fields of integers, floats, bytes and messages.
struct ProtobufWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// A field of a signed or unsigned integer (wire type 0); negative ones take ten bytes.
  mutating func integer(_ field: Int, _ value: Int) {
    tag(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A field of a 32-bit float (wire type 5).
  mutating func float(_ field: Int, _ value: Float) {
    tag(field, .fixed32)
    append(value)
  }

  /// A field of text.
  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  /// A field of bytes (wire type 2).
  mutating func data(_ field: Int, _ value: [UInt8]) {
    tag(field, .bytes)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A field of another message.
  mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    data(field, inner.bytes)
  }

  /// A field of floats, little-endian, one after the other, as bytes.
  mutating func floats(_ field: Int, _ values: [Float]) {
    tag(field, .bytes)
    varint(UInt64(values.count * 4))
    bytes.reserveCapacity(bytes.count + values.count * 4)
    for value in values { append(value) }
  }

  private mutating func append(_ value: Float) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func tag(_ field: Int, _ type: ProtobufReader.WireType) {
    varint(UInt64(field << 3) | UInt64(type.rawValue))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
