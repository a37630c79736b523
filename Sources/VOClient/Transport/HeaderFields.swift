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
    let wanted = name.lowercased()
    return all.last { $0.name.lowercased() == wanted }?.value
  }

  /// Adds a line as it came (`Name: value`); lines without a colon are ignored.
  mutating func append(line: String) {
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].trimmed
    all.append((String(line[..<colon]), value))
  }
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
