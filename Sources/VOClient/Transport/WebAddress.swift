/// An http(s) address taken apart by RFC 3986, section 3, with what VO services need of it.
struct WebAddress: Sendable {
  /// `http` or `https`, in lower case.
  var scheme: String
  /// Host and port, as written.
  var authority: String
  /// User name and password, if they stand in the address; never part of ``text``, so that no message shows them.
  var userInfo: String?
  /// The path with its leading slash.
  var path: String
  /// The text after `?`, without it; `nil` if there is no `?`.
  var query: String?
  /// The text after `#`; meant for the reader of the file, never sent.
  var fragment: String?

  /// Takes an address apart; `nil` if it has no host or another scheme than http and https.
  init?(_ text: String) {
    // By bytes: an address is taken apart for every request, and by characters that takes ten times as long.
    var rest = Substring(text.trimmed).utf8
    if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
      fragment = String(Substring(rest[rest.index(after: hash)...]))
      rest = rest[..<hash]
    }
    guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    scheme = Self.lowercased(String(Substring(rest[..<colon])))
    guard scheme == "http" || scheme == "https" else { return nil }
    rest = rest[rest.index(after: colon)...]
    guard rest.starts(with: "//".utf8) else { return nil }
    rest = rest.dropFirst(2)
    let authorityEnd = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    let place = rest[..<authorityEnd]
    if let at = place.lastIndex(of: UInt8(ascii: "@")) {
      userInfo = Self.decode(Substring(place[..<at]))
      authority = String(Substring(place[place.index(after: at)...]))
    } else {
      authority = String(Substring(place))
    }
    rest = rest[authorityEnd...]
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      query = String(Substring(rest[rest.index(after: mark)...]))
      rest = rest[..<mark]
    }
    path = rest.isEmpty ? "/" : String(Substring(rest))
    if authority.isEmpty || authority.utf8.first == UInt8(ascii: ":") { return nil }
  }

  /// The address with its fragment, for keeping.
  var absoluteText: String { text + (fragment.map { "#" + Self.sanitized($0) } ?? "") }

  /// Host and port in lower case: what the limits per host go by.
  var hostKey: String { Self.lowercased(authority) }

  /// A text in lower case; most are, and are not looked at by characters.
  private static func lowercased(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) } ? text : text.lowercased()
  }

  /// The host in lower case, without its port.
  var host: String {
    let key = hostKey
    // An address of IPv6 has colons of its own, in brackets.
    guard let colon = key.lastIndex(of: ":"), !key[colon...].contains("]") else { return key }
    return String(key[..<colon])
  }

  /// The address as it is sent: no fragment, and what a URL may not hold percent-encoded.
  var text: String {
    let whole = "\(scheme)://\(authority)\(path)" + (query.map { "?\($0)" } ?? "")
    return Self.sanitized(whole)
  }

  /// The parameters of the query, decoded, in order.
  var parameters: [(name: String, value: String)] {
    (query ?? "").split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decode(parts[0]), parts.count > 1 ? Self.decode(parts[1]) : "")
    }
  }

  /// The address with parameters added; those of the same name that it had are replaced.
  ///
  /// - Parameters:
  ///   - added: names and values, not encoded.
  ///   - listSyntax: whether `;` in a value is syntax of the protocol (SSAP lists) and stays literal.
  func adding(_ added: [(String, String)], listSyntax: Bool = false) -> WebAddress {
    let names = Set(added.map { $0.0.uppercased() })
    let kept = (query ?? "").split(separator: "&").filter { item in
      let name = Self.decode(item.prefix { $0 != "=" })
      return !names.contains(name.uppercased())
    }
    var result = self
    let items =
      kept.map(String.init) + [Self.encodedForm(added, listSyntax: listSyntax)].filter { !$0.isEmpty }
    result.query = items.isEmpty ? nil : items.joined(separator: "&")
    return result
  }

  /// The address that a reference (absolute, or relative as in RFC 3986, section 5.2) means here.
  func resolving(_ reference: String) -> WebAddress? {
    let text = reference.trimmed
    if let colon = text.firstIndex(of: ":"), !text[..<colon].contains(where: { "/?#".contains($0) }) {
      return WebAddress(text)
    }
    if text.hasPrefix("//") { return WebAddress("\(scheme):\(text)") }
    let root = "\(scheme)://\(authority)"
    if text.hasPrefix("/") { return WebAddress(root + text) }
    if text.hasPrefix("?") { return WebAddress(root + path + text) }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return WebAddress(root + Self.withoutDots(folder + text))
  }

  private static func withoutDots(_ path: String) -> String {
    let end = path.firstIndex { $0 == "?" || $0 == "#" } ?? path.endIndex
    var segments: [Substring] = []
    for segment in path[..<end].split(separator: "/", omittingEmptySubsequences: false) {
      switch segment {
      case ".": continue
      case "..": if segments.count > 1 { segments.removeLast() }
      default: segments.append(segment)
      }
    }
    return segments.joined(separator: "/") + path[end...]
  }

  /// Names and values as a query or a form body.
  static func encodedForm(_ items: [(String, String)], listSyntax: Bool = false) -> String {
    items.map { "\(encode($0.0))=\(encode($0.1, keeping: listSyntax ? ",/:;" : ",/:"))" }.joined(
      separator: "&")
  }

  /// A value with everything but letters, digits, `-._~` and the named characters percent-encoded.
  static func encode(_ value: String, keeping kept: String = ",/:") -> String {
    var result = ""
    let keptBytes = Array(kept.utf8)
    for byte in value.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where keptBytes.contains(byte):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += percent(byte)
      }
    }
    return result
  }

  /// A value with `%XX` and `+` resolved; bytes that are no UTF-8 become the replacement character.
  static func decode(_ value: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(value.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x25, rest.count >= 2, let high = hexDigit(rest[rest.startIndex]),
        let low = hexDigit(rest[rest.startIndex + 1])
      {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == 0x2B ? 0x20 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func sanitized(_ text: String) -> String {
    if text.utf8.allSatisfy(mayStand) { return text }
    var result = ""
    for byte in text.utf8 {
      if mayStand(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += percent(byte)
      }
    }
    return result
  }

  /// Whether a URL may hold a byte as it is.
  private static func mayStand(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F...0xFF: false
    case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
      false
    default: true
    }
  }

  private static func percent(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.count == 1 ? "0" + digits : digits)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
