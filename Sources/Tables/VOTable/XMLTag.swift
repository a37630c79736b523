import Glibc

/// A start tag in the table data.
struct XMLTag {
  /// The name with its prefix.
  let qualifiedName: String
  /// The name without its prefix.
  let name: String
  /// Bytes from < to >.
  let length: Int
  /// Whether it is its own end (`<TD/>`).
  let isEmpty: Bool
  /// Whether an attribute `encoding` says base64.
  let isBase64: Bool

  /// Reads the tag that begins the bytes; `nil` where it does not end in them.
  init?(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    var quote: UInt8 = 0
    var end = 1
    while end < count {
      let byte = bytes[end]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3E {
        break
      }
      end += 1
    }
    guard end < count else { return nil }
    length = end + 1
    isEmpty = bytes[end - 1] == 0x2F
    var nameEnd = 1
    while nameEnd < end, !NumberText.isBlank(bytes[nameEnd]), bytes[nameEnd] != 0x2F { nameEnd += 1 }
    qualifiedName = String(decoding: UnsafeBufferPointer(start: bytes + 1, count: nameEnd - 1), as: UTF8.self)
    name = Self.local(qualifiedName)
    let attributes = UnsafeBufferPointer(start: bytes + nameEnd, count: end - nameEnd)
    isBase64 =
      attributes.contains(0x3D) && String(decoding: attributes, as: UTF8.self).lowercased().contains("base64")
  }

  /// The name of an end tag without its prefix.
  static func localName(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    local(String(decoding: UnsafeBufferPointer(start: bytes, count: max(count, 0)), as: UTF8.self).trimmed)
  }

  private static func local(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }
}
