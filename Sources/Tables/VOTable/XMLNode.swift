/// An element of the document outside of the rows.
final class XMLNode {
  let name: String
  let line: Int
  /// Whether the element belongs to another namespace than VOTable's.
  let isForeign: Bool
  let attributes: [String: String]
  var children: [XMLNode] = []
  var text: [UInt8] = []
  /// The field that a FIELD or PARAM describes, once its end has come.
  var field: Field?
  /// The columns that were read for a TABLE.
  var columns: [Column]?

  init(name: String, attributes: [String: String], line: Int, isForeign: Bool) {
    self.name = name
    self.attributes = attributes
    self.line = line
    self.isForeign = isForeign
  }

  /// The value of an attribute; empty counts as absent.
  subscript(_ attribute: String) -> String? {
    guard let value = attributes[attribute], !value.isEmpty else { return nil }
    return value
  }

  /// The children of a name.
  func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name && !$0.isForeign } }

  /// The first child of a name.
  func first(_ name: String) -> XMLNode? { children.first { $0.name == name && !$0.isForeign } }

  /// The content without white space at its ends; `nil` where there is none.
  var content: String? {
    var start = text.startIndex
    var end = text.endIndex
    while start < end, NumberText.isBlank(text[start]) { start += 1 }
    while end > start, NumberText.isBlank(text[end - 1]) { end -= 1 }
    return start < end ? String(decoding: text[start..<end], as: UTF8.self) : nil
  }

  /// The description in words.
  var description: String? { first("DESCRIPTION")?.content }
}
