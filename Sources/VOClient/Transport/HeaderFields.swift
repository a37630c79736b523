/// The header fields of one HTTP answer, looked up whatever the case of their names.
public struct HeaderFields: Sendable {
  /// The fields in the order of the answer, repeated ones included.
  public private(set) var all: [(name: String, value: String)] = []

  /// Makes an empty list.
  public init() {}

  /// The value of the last field of this name.
  ///
  /// - Complexity: O(number of fields).
  public subscript(name: String) -> String? {
    all.last { Self.isSame($0.name, name) }?.value
  }

  /// Whether two names are the same but for the case of ASCII letters.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count
      && zip(one.utf8, other.utf8).allSatisfy { $0 == $1 || ($0 ^ $1 == 0x20 && $0.isLetter) }
  }

  /// Adds a line as it came (`Name: value`); lines without a colon are ignored.
  mutating func append(line: String) {
    var line = line
    line.withUTF8 { append(line: UnsafeRawBufferPointer($0)) }
  }

  /// Adds a line as it came, by its bytes.
  mutating func append(line: UnsafeRawBufferPointer) {
    guard let colon = line.firstIndex(of: 0x3A) else { return }
    var value = line[(colon + 1)...]
    while let last = value.last, last.isBlank { value.removeLast() }
    while let first = value.first, first.isBlank { value.removeFirst() }
    all.append((String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
  }
}

extension UInt8 {
  /// Whether the byte is a letter in ASCII.
  fileprivate var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) }
}

extension StringProtocol {
  /// The text without ASCII white space at its ends.
  var trimmed: String {
    let bytes = Substring(self).utf8
    guard let first = bytes.firstIndex(where: { !$0.isBlank }),
      let last = bytes.lastIndex(where: { !$0.isBlank })
    else { return "" }
    return String(Substring(bytes[first...last]))
  }
}
