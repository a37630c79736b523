/// An element of a small XML document (UWS, VOSI), without namespaces.
///
/// Only elements, attributes, text, CDATA, comments, processing instructions and the five predefined entities are
/// known. A document type declaration is refused, so that there are no entities to expand.
package struct XMLTree: Sendable {
  package struct Problem: Error {
    package var message: String
  }

  /// Name without its prefix.
  package var name: String
  /// Attributes by name without prefix.
  package var attributes: [String: String] = [:]
  package var children: [XMLTree] = []
  /// The text directly within, as it stands there.
  package var characters = ""
  /// The text directly within, without white space at its ends.
  package var text: String { characters.trimmed }

  /// Levels of elements that are accepted.
  static let deepest = 100

  /// The first child of a name.
  package func child(_ name: String) -> XMLTree? { children.first { $0.name == name } }

  /// The text of the first child of a name; `nil` if it is missing or empty.
  func value(_ name: String) -> String? {
    guard let text = child(name)?.text, !text.isEmpty else { return nil }
    return text
  }

  /// All children of a name.
  package func all(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }

  /// Reads a document and returns its root element.
  package static func parse(_ bytes: [UInt8]) throws(Problem) -> XMLTree {
    var parser = Parser(bytes: bytes)
    return try parser.document()
  }

  private struct Parser {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func document() throws(Problem) -> XMLTree {
      while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
        index = open
        if try skipMarkup() { continue }
        return try element(depth: 0)
      }
      throw Problem(message: "no element")
    }

    /// Skips a comment or processing instruction; true if there was one.
    private mutating func skipMarkup() throws(Problem) -> Bool {
      if starts("<?") {
        try skip(past: "?>")
        return true
      }
      if starts("<!--") {
        try skip(past: "-->")
        return true
      }
      if starts("<!DOCTYPE") { throw Problem(message: "a document type declaration is not accepted") }
      return false
    }

    private mutating func element(depth: Int) throws(Problem) -> XMLTree {
      guard depth < XMLTree.deepest else { throw Problem(message: "elements nest too deeply") }
      index += 1
      var tree = XMLTree(name: local(name()))
      while true {
        skipBlanks()
        guard index < bytes.count else { throw Problem(message: "the document ends in a tag") }
        if starts("/>") {
          index += 2
          return tree
        }
        if bytes[index] == UInt8(ascii: ">") {
          index += 1
          break
        }
        let attribute = name()
        guard !attribute.isEmpty else { throw Problem(message: "a tag is malformed") }
        skipBlanks()
        guard starts("=") else { throw Problem(message: "the attribute \(attribute) has no value") }
        index += 1
        skipBlanks()
        guard index < bytes.count, let end = bytes[(index + 1)...].firstIndex(of: bytes[index]) else {
          throw Problem(message: "the value of the attribute \(attribute) does not end")
        }
        tree.attributes[local(attribute)] = unescaped(bytes[(index + 1)..<end])
        index = end + 1
      }
      try content(of: &tree, depth: depth)
      return tree
    }

    private mutating func content(of tree: inout XMLTree, depth: Int) throws(Problem) {
      var text = ""
      while index < bytes.count {
        if bytes[index] != UInt8(ascii: "<") {
          let end = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
          text += unescaped(bytes[index..<end])
          index = end
        } else if starts("<![CDATA[") {
          let start = index + 9
          try skip(past: "]]>")
          text += String(decoding: bytes[start..<(index - 3)], as: UTF8.self)
        } else if starts("</") {
          try skip(past: ">")
          tree.characters = text
          return
        } else if try !skipMarkup() {
          tree.children.append(try element(depth: depth + 1))
        }
      }
      throw Problem(message: "the document ends within the element \(tree.name)")
    }

    private mutating func name() -> String {
      let start = index
      while index < bytes.count, !bytes[index].isBlank, !"=/>".utf8.contains(bytes[index]) { index += 1 }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func local(_ name: String) -> String {
      name.split(separator: ":").last.map(String.init) ?? name
    }

    private mutating func skipBlanks() {
      while index < bytes.count, bytes[index].isBlank { index += 1 }
    }

    private func starts(_ text: StaticString) -> Bool {
      index + text.utf8CodeUnitCount <= bytes.count
        && bytes[index..<(index + text.utf8CodeUnitCount)].elementsEqual("\(text)".utf8)
    }

    private mutating func skip(past text: String) throws(Problem) {
      guard let range = bytes[index...].firstRange(of: Array(text.utf8)) else {
        throw Problem(message: "the document ends before \(text)")
      }
      index = range.upperBound
    }

    private func unescaped(_ slice: ArraySlice<UInt8>) -> String {
      let text = String(decoding: slice, as: UTF8.self)
      guard text.contains("&") else { return text }
      var result = ""
      var rest = text[...]
      while let ampersand = rest.firstIndex(of: "&") {
        result += rest[..<ampersand]
        rest = rest[ampersand...]
        guard let semicolon = rest.firstIndex(of: ";"),
          let character = Self.character(rest[..<semicolon].dropFirst())
        else {
          result.append("&")
          rest = rest.dropFirst()
          continue
        }
        result += character
        rest = rest[rest.index(after: semicolon)...]
      }
      return result + rest
    }

    private static func character(_ entity: Substring) -> String? {
      switch entity {
      case "amp": return "&"
      case "lt": return "<"
      case "gt": return ">"
      case "quot": return "\""
      case "apos": return "'"
      default:
        guard entity.hasPrefix("#") else { return nil }
        let digits = entity.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
      }
    }
  }
}

extension TransferEngine {
  /// Fetches a small XML document.
  func xml(_ request: TransferRequest) async throws(ServiceError) -> (
    root: XMLTree, response: TransferResponse
  ) {
    var request = request
    request.expecting = [.xml]
    request.maxBytes = request.maxBytes ?? 1 << 26
    let response: TransferResponse
    do throws(TransferError) {
      response = try await data(request)
    } catch {
      throw VOTableFetch.failure(error)
    }
    do throws(XMLTree.Problem) {
      return (try XMLTree.parse(response.body), response)
    } catch {
      throw ServiceError(
        .unreadable, url: response.url, message: "the answer cannot be read: \(error.message)")
    }
  }
}
