/// A value in a SAMP message: text, a list or a map; there are no others (SAMP 1.3, section 3.3).
public enum SAMPValue: Sendable, Equatable {
  /// Text; numbers and truth values are written as text (section 3.4: `"42"`, `"1.5e3"`, `"1"`).
  case text(String)
  /// Values in order.
  case list([SAMPValue])
  /// Values by key.
  case map([String: SAMPValue])

  /// The text, if it is one.
  public var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }

  /// The elements, if it is a list.
  public var list: [SAMPValue]? {
    if case .list(let list) = self { return list }
    return nil
  }

  /// The members, if it is a map.
  public var map: [String: SAMPValue]? {
    if case .map(let map) = self { return map }
    return nil
  }

  /// A member of a map; `nil` if it is no map or has no such member.
  public subscript(key: String) -> SAMPValue? { map?[key] }

  /// The text as a whole number.
  public var integer: Int? { text.flatMap { Int($0.filter { !$0.isWhitespace }) } }
}

extension SAMPValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }

  /// A list.
  public init(arrayLiteral elements: SAMPValue...) { self = .list(elements) }

  /// A map; of a key that occurs twice the last value counts.
  public init(dictionaryLiteral elements: (String, SAMPValue)...) {
    self = .map(Dictionary(elements) { $1 })
  }
}
