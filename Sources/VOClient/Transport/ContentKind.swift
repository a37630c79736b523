/// What a body is, judged by its bytes alone.
///
/// Servers label error pages as spectra and spectra as plain text, so the Content-Type header is not consulted.
public enum ContentKind: String, Sendable, Hashable, CaseIterable {
  /// A VOTable document: a `VOTABLE` element within the first kilobytes, whatever stands before it.
  case votable
  /// A FITS file (`SIMPLE  =`).
  case fits
  /// Gzip-compressed data; what is inside is not looked at.
  case gzip
  /// A web page.
  case html
  /// XML that is neither VOTable nor HTML (VOSI, UWS).
  case xml
  /// Plain text.
  case text
  /// A JSON object or array.
  case json
  /// Text whose first lines have the same separator (comma or tab).
  case csv
  /// A PNG image.
  case png
  /// No bytes at all.
  case empty
  /// Anything else.
  case binary

  /// The number of leading bytes that a decision needs; more are ignored.
  public static let bytesNeeded = 8192

  /// Says what a body is from its first bytes.
  ///
  /// - Parameter bytes: the body or its beginning; ``bytesNeeded`` bytes are enough.
  /// - Complexity: O(1), at most ``bytesNeeded`` bytes are read.
  public static func classify(_ bytes: [UInt8]) -> ContentKind {
    guard !bytes.isEmpty else { return .empty }
    if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
    if bytes.starts(with: Array("SIMPLE  =".utf8)) { return .fits }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
    let text = asciiView(bytes.prefix(bytesNeeded))
    if let markup = markupKind(text) { return markup }
    return plainKind(text)
  }

  /// The text in lower case as single bytes: a byte-order mark is dropped and UTF-16 is narrowed to its ASCII.
  private static func asciiView(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var text = bytes
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    let isUTF16 = text.starts(with: [0xFE, 0xFF]) || text.starts(with: [0xFF, 0xFE])
    if isUTF16 { text = text.dropFirst(2) }
    let narrow = isUTF16 ? text.filter { $0 != 0 }[...] : text
    return narrow.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
  }

  /// The kind of a text with elements in it, `nil` if there are none.
  private static func markupKind(_ text: [UInt8]) -> ContentKind? {
    var index = 0
    var isXML = false
    while let open = text[index...].firstIndex(of: 0x3C) {
      switch element(text, after: open) {
      case .votable: return .votable
      case .html: return .html
      case .xml: isXML = true
      default: break
      }
      index = open + 1
    }
    let first = text.first { !$0.isBlank }
    return isXML || first == 0x3C ? .xml : nil
  }

  /// What the element or declaration after a `<` says, whatever its prefix; `nil` where it may stand in anything.
  private static func element(_ text: [UInt8], after open: Int) -> ContentKind? {
    let tag = text[(open + 1)..<min(text.count, open + 40)].prefix { $0 != 0x3E }
    // By bytes: between the pixels of a file there is a `<` in every few hundred.
    if tag.starts(with: "!doctype".utf8) {
      let word = tag.dropFirst(8).drop { $0.isBlank }.prefix { !$0.isBlank && $0 != 0x5B }
      return word.elementsEqual("html".utf8) ? .html : nil
    }
    let name = tag.prefix { !$0.isBlank && $0 != 0x2F }
    let local = name.lastIndex(of: 0x3A).map { name[($0 + 1)...] } ?? name
    if local.elementsEqual("votable".utf8) { return .votable }
    if local.elementsEqual("?xml".utf8) { return .xml }
    return ["html", "head", "body"].contains { local.elementsEqual($0.utf8) } ? .html : nil
  }

  private static func plainKind(_ text: [UInt8]) -> ContentKind {
    let controls = text.contains { $0 < 0x20 && !$0.isBlank && $0 != 0x0C }
    if controls { return .binary }
    let first = text.first { !$0.isBlank }
    if first == 0x7B || first == 0x5B { return .json }
    // DaCHS puts the metadata before the columns, as lines that begin with a hash sign.
    let lines = text.split(separator: 0x0A).lazy.filter { $0.first != 0x23 }.prefix(2)
    if let line = lines.first, lines.count == 2 {
      for separator: UInt8 in [0x2C, 0x09] where line.contains(separator) {
        if lines.allSatisfy({ $0.contains(separator) }) { return .csv }
      }
    }
    return .text
  }
}

extension UInt8 {
  /// Whether the byte is a blank, a tab or a line end in ASCII.
  var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D && self != 0x0B && self != 0x0C) }
}
