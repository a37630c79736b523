/// The parameters of a request, from the query string and a form body: names in any case, in the order given.
struct Parameters: Sendable {
  /// Most parameters that are read; the rest is ignored.
  static let most = 20_000

  private var items: [(name: String, value: String)] = []

  /// Reads `a=b&c=d` with percent-encoding and `+` for a blank.
  init(encoded: String) {
    for pair in encoded.utf8.split(separator: UInt8(ascii: "&")).prefix(Self.most) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.decode(parts[0])
      guard !name.isEmpty else { continue }
      items.append((name.uppercased(), parts.count > 1 ? Self.decode(parts[1]) : ""))
    }
  }

  /// The parameters of both, in order.
  static func + (left: Parameters, right: Parameters) -> Parameters {
    var sum = left
    sum.items += right.items
    return sum
  }

  /// The first value of a parameter that is not empty.
  subscript(name: String) -> String? {
    items.first { $0.name == name && !$0.value.isEmpty }?.value
  }

  /// All values of a parameter.
  func all(_ name: String) -> [String] {
    items.filter { $0.name == name }.map(\.value)
  }

  /// Names that are not among the given ones.
  func others(than known: Set<String>) -> [String] {
    items.map(\.name).filter { !known.contains($0) }
  }

  private static func decode(_ bytes: some Sequence<UInt8>) -> String {
    var decoded: [UInt8] = []
    var pending: [UInt8] = []
    for byte in bytes {
      if !pending.isEmpty {
        pending.append(byte)
        guard pending.count == 3 else { continue }
        if let high = hex(pending[1]), let low = hex(pending[2]) {
          decoded.append(high << 4 | low)
        } else {
          decoded += pending
        }
        pending = []
      } else if byte == UInt8(ascii: "%") {
        pending = [byte]
      } else {
        decoded.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(decoding: decoded + pending, as: UTF8.self)
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// Percent-encodes everything but unreserved characters (RFC 3986).
  static func encode(_ text: String) -> String {
    var encoded = ""
    let digits = Array("0123456789ABCDEF")
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
      }
    }
    return encoded
  }
}
