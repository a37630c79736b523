/// The readable part of an error page or error document.
enum ServerWords {
  /// The longest excerpt in characters.
  static let limit = 500

  /// At most 500 characters of what a server said, without markup; `nil` if there is nothing to read.
  ///
  /// Of a VOTable it is the content of its last QUERY_STATUS (or cone search `Error`) INFO, if it has one.
  static func excerpt(_ bytes: [UInt8], kind: ContentKind) -> String? {
    let text = String(decoding: bytes.prefix(65536), as: UTF8.self)
    let words: String
    switch kind {
    case .votable: words = statusText(text) ?? withoutMarkup(text)
    case .html, .xml: words = withoutMarkup(text)
    case .text, .json, .csv: words = text
    default: return nil
    }
    let collapsed = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return collapsed.isEmpty ? nil : String(collapsed.prefix(limit))
  }

  /// The text of the last error that a VOTable reports, by a scan that needs no well-formed document.
  static func statusText(_ text: String) -> String? {
    var rest = text[...]
    var found: String?
    while let start = rest.firstRange(of: "<INFO") {
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: ">") else { break }
      let tag = rest[..<end]
      let after = rest[rest.index(after: end)...]
      let content = tag.hasSuffix("/") ? "" : after.prefix { $0 != "<" }
      let name = attribute("name", in: tag)?.uppercased()
      let value = attribute("value", in: tag) ?? ""
      if name == "QUERY_STATUS", value.uppercased() == "ERROR" {
        found = content.isEmpty ? "ERROR" : unescaped(String(content))
      } else if name == "ERROR" {
        found = unescaped(content.trimmed.isEmpty ? value : String(content))
      }
    }
    return found
  }

  private static func attribute(_ name: String, in tag: Substring) -> String? {
    guard let start = tag.firstRange(of: " \(name)=") ?? tag.firstRange(of: "\n\(name)="),
      let quote = tag[start.upperBound...].first, quote == "\"" || quote == "'"
    else { return nil }
    let value = tag[start.upperBound...].dropFirst()
    return value.firstIndex(of: quote).map { String(value[..<$0]) }
  }

  /// The text between tags; scripts, styles and comments are left out.
  private static func withoutMarkup(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      result += rest[..<open] + " "
      rest = rest[open...]
      if rest.hasPrefix("<!--") {
        rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
        continue
      }
      let name = rest.dropFirst().prefix { $0.isLetter }.lowercased()
      if name == "script" || name == "style" {
        rest = rest.firstRange(of: "</\(name)").map { rest[$0.upperBound...] } ?? ""
      }
      guard let close = rest.firstIndex(of: ">") else { return unescaped(result) }
      rest = rest[rest.index(after: close)...]
    }
    return unescaped(result + rest)
  }

  private static func unescaped(_ text: String) -> String {
    guard text.contains("&") else { return text }
    var result = text
    let entities = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&"),
    ]
    for (entity, character) in entities {
      result.replace(entity, with: character)
    }
    return result
  }
}
