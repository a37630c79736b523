/// What the beginning of a document tells: whether it is a VOTable at all, where it begins, how it is encoded.
struct DocumentHead {
  /// Character encodings that are understood without help.
  enum Encoding {
    case utf8, windows1252, utf16LittleEndian, utf16BigEndian
  }

  /// Where the document begins, behind a byte order mark and what had to be skipped.
  var start = 0
  var encoding = Encoding.utf8
  /// Whether the encoding was declared, by an XML declaration or a byte order mark.
  private let mode: ReaderMode
  private let log: DiagnosticLog

  /// Looks at the first bytes, as many as there are up to some thousands.
  init(_ bytes: [UInt8], mode: ReaderMode, log: DiagnosticLog) throws(TableError) {
    self.mode = mode
    self.log = log
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      start = 3
    } else if bytes.starts(with: [0xFF, 0xFE]) {
      (start, encoding) = (2, .utf16LittleEndian)
    } else if bytes.starts(with: [0xFE, 0xFF]) {
      (start, encoding) = (2, .utf16BigEndian)
    } else if bytes.starts(with: [0x3C, 0x00]) {
      encoding = .utf16LittleEndian
    } else if bytes.starts(with: [0x00, 0x3C]) {
      encoding = .utf16BigEndian
    }
    var text = Array(bytes[start...])
    switch encoding {
    case .utf16LittleEndian: text = stride(from: 0, to: text.count, by: 2).map { text[$0] }
    case .utf16BigEndian: text = stride(from: 1, to: text.count, by: 2).map { text[$0] }
    default: break
    }
    let skipped = try beginning(of: text)
    let isWide = encoding == .utf16LittleEndian || encoding == .utf16BigEndian
    start += isWide ? 2 * skipped : skipped
    if !isWide { encoding = try declared(text[skipped...]) }
  }

  /// Bytes before the document proper.
  private func beginning(of text: [UInt8]) throws(TableError) -> Int {
    guard let first = text.firstIndex(where: { !NumberText.isBlank($0) }) else {
      throw DiagnosticCode.notVOTable.error("the document is empty")
    }
    if text[first] == 0x3C {
      switch Self.rootName(text[first...]) {
      case nil: return first
      case "html"?:
        let title = Self.title(text)
        throw DiagnosticCode.notVOTable.error(
          "an HTML page instead of a VOTable" + (title.map { ", titled `\($0)`" } ?? ""),
          hint: "the service is down, has moved, or wants a login; open the address in a browser")
      case let name? where name.split(separator: ":").last?.uppercased() == "VOTABLE":
        if first > 0, text[first...].starts(with: "<?xml".utf8) {
          log.note(.blankBefore, "\(first) blank characters before the XML declaration")
        }
        return text[first...].starts(with: "<?xml".utf8) ? first : 0
      case let name?:
        if text[first...].starts(with: "<?xml".utf8) || Self.laterStart(text) == nil {
          throw DiagnosticCode.notVOTable.error("the document element is <\(name)>, not <VOTABLE>")
        }
      }
    }
    let excerpt = text[first...].withUnsafeBufferPointer { TableBuilder.excerpt($0) }
    guard let later = Self.laterStart(text) else {
      throw DiagnosticCode.notVOTable.error("no XML document; it begins with `\(excerpt)`")
    }
    guard mode == .salvage else {
      throw DiagnosticCode.textBefore.error(
        "before the document stands `\(excerpt)`", hint: "the salvage mode skips it")
    }
    log.note(.textBefore, "`\(excerpt)` before the document is skipped")
    return later
  }

  /// The name of the first element, `nil` where it does not come soon.
  private static func rootName(_ text: ArraySlice<UInt8>) -> String? {
    var rest = text
    while let open = rest.firstIndex(of: 0x3C) {
      rest = rest[open...].dropFirst()
      guard let byte = rest.first else { return nil }
      if byte == 0x21, rest.starts(with: "!DOCTYPE".utf8) || rest.starts(with: "!doctype".utf8) {
        let name = rest.dropFirst(8).drop { NumberText.isBlank($0) }
          .prefix { !NumberText.isBlank($0) && $0 != 0x3E && $0 != 0x5B }
        return String(decoding: name, as: UTF8.self).lowercased() == "html"
          ? "html" : String(decoding: name, as: UTF8.self)
      }
      if byte == 0x21, rest.starts(with: "!--".utf8) {
        guard let end = find("-->", in: rest) else { return nil }
        rest = rest[end...]
        continue
      }
      if byte == 0x3F {
        guard let end = find("?>", in: rest) else { return nil }
        rest = rest[end...]
        continue
      }
      let name = rest.prefix { !NumberText.isBlank($0) && $0 != 0x3E && $0 != 0x2F }
      let text = String(decoding: name, as: UTF8.self)
      return text.lowercased() == "html" ? "html" : text
    }
    return nil
  }

  /// Where a VOTable begins behind something else.
  private static func laterStart(_ text: [UInt8]) -> Int? {
    for mark in ["<?xml", "<VOTABLE", "<vot:VOTABLE"] {
      if let end = find(mark, in: text[...]) { return end - mark.utf8.count }
    }
    return nil
  }

  /// Where a text ends whose first occurrence is looked for.
  private static func find(_ mark: String, in text: ArraySlice<UInt8>) -> Int? {
    let wanted = Array(mark.utf8)
    var index = text.startIndex
    while index + wanted.count <= text.endIndex {
      if text[index] == wanted[0], text[index..<index + wanted.count].elementsEqual(wanted) {
        return index + wanted.count
      }
      index += 1
    }
    return nil
  }

  /// The title of an HTML page.
  private static func title(_ text: [UInt8]) -> String? {
    let lower = text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    guard let open = find("<title", in: lower[...]),
      let begin = lower[open...].firstIndex(of: 0x3E),
      let end = lower[begin...].firstIndex(of: 0x3C)
    else { return nil }
    let title = String(decoding: text[(begin + 1)..<end].prefix(200), as: UTF8.self).trimmed
    return title.isEmpty ? nil : title
  }

  /// The encoding that the XML declaration states.
  private func declared(_ text: ArraySlice<UInt8>) throws(TableError) -> Encoding {
    guard text.starts(with: "<?xml".utf8), let end = Self.find("?>", in: text) else { return .utf8 }
    let declaration = String(decoding: text[..<end], as: UTF8.self)
    guard let key = declaration.firstRange(of: "encoding") else { return .utf8 }
    let value = declaration[key.upperBound...].drop { $0 != "\"" && $0 != "'" }.dropFirst()
      .prefix { $0 != "\"" && $0 != "'" }
    switch value.lowercased().filter({ $0.isLetter || $0.isNumber }) {
    case "utf8", "usascii", "ascii", "": return .utf8
    case "iso88591", "latin1", "windows1252", "cp1252", "iso885915", "l1": return .windows1252
    case "utf16", "utf16le", "utf16be", "ucs2", "iso10646ucs2": return .utf8  // its own bytes say otherwise
    default:
      throw DiagnosticCode.unsupportedEncoding.error(
        "the encoding `\(value)` is not known", hint: "convert the document to UTF-8")
    }
  }
}
