import Glibc

/// The text of a cell that is not plain: references, comments, CDATA sections, elements, bare & and <.
struct CellText {
  let log: DiagnosticLog
  var scratch: RawBuffer

  /// Reads up to the end of the cell and returns where it ends, behind its tag; `nil` where it does not end yet.
  ///
  /// A cell without end tag ends before the next cell or row.
  mutating func read(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, row: Int?
  ) -> UnsafePointer<UInt8>? {
    var position = start
    while position < end {
      switch position.pointee {
      case 0x26:
        guard let used = reference(position, end - position, row) else { return nil }
        position += used
      case 0x3C:
        switch markup(position, end - position, row) {
        case .more: return nil
        case .end(let used): return position + used
        case .done(let used): position += used
        }
      default:
        let run = position
        while position < end, position.pointee != 0x26, position.pointee != 0x3C { position += 1 }
        scratch.append(run, position - run)
      }
    }
    return nil
  }

  private mutating func reference(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: Int?) -> Int? {
    switch XMLReference(bytes, count) {
    case .cut: return nil
    case .known(let length, let scalar):
      TextRepair.append(scalar: scalar, to: &scratch)
      return length
    case .named(let length):
      note(.unknownEntity, bytes, length, row)
      scratch.append(bytes, length)
      return length
    case .forbidden(let length):
      note(.controlCharacter, bytes, length, row)
      return length
    case .bare:
      note(.bareAmpersand, bytes, min(count, 20), row)
      scratch.append(bytes, 1)
      return 1
    }
  }

  private enum Step {
    case done(Int)
    case end(Int)
    case more
  }

  private mutating func markup(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: Int?) -> Step {
    guard count >= 2 else { return .more }
    switch bytes[1] {
    case 0x2F: return endTag(bytes, count, row)
    case 0x21:
      guard count >= 9 else { return .more }
      if memcmp(bytes, "<!--", 4) == 0 {
        return MarkupLexer.end(of: "-->", bytes + 4, count - 4).map { .done($0 + 4) } ?? .more
      }
      if memcmp(bytes, "<![CDATA[", 9) == 0 {
        guard let end = MarkupLexer.end(of: "]]>", bytes, count) else { return .more }
        scratch.append(bytes + 9, end - 12)
        return .done(end)
      }
      return bareLessThan(bytes, count, row)
    case 0x3F: return MarkupLexer.end(of: "?>", bytes, count).map(Step.done) ?? .more
    case let byte where MarkupLexer.isNameStart(byte): return element(bytes, count, row)
    default: return bareLessThan(bytes, count, row)
    }
  }

  private mutating func endTag(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: Int?) -> Step {
    var nameEnd = 2
    while nameEnd < count, !NumberText.isBlank(bytes[nameEnd]), bytes[nameEnd] != 0x3E, bytes[nameEnd] != 0x3C
    {
      nameEnd += 1
      if nameEnd > 60 { return bareLessThan(bytes, count, row) }
    }
    guard nameEnd < count else { return .more }
    let name = XMLTag.localName(bytes + 2, nameEnd - 2)
    switch name {
    case "TD":
      while nameEnd < count, NumberText.isBlank(bytes[nameEnd]) { nameEnd += 1 }
      guard nameEnd < count else { return .more }
      if bytes[nameEnd] == 0x3E { return .end(nameEnd + 1) }
      return bareLessThan(bytes, count, row)
    case "TR", "TABLEDATA", "DATA", "TABLE", "RESOURCE", "VOTABLE":
      log.note(.brokenTags, "a cell is not closed: it ends before </\(name)>", row: row, group: "TD")
      return .end(0)
    default:
      // The end of an element inside of the cell, or nothing that XML knows.
      guard bytes[nameEnd] == 0x3E else { return bareLessThan(bytes, count, row) }
      return .done(nameEnd + 1)
    }
  }

  /// An element inside of the cell, where it has an end; else a bare <.
  private mutating func element(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: Int?) -> Step {
    guard let cellEnd = Self.cellEnd(bytes, count) else { return .more }
    guard let tag = XMLTag(bytes, cellEnd) else { return bareLessThan(bytes, count, row) }
    if tag.name == "TD" || tag.name == "TR" {
      log.note(.brokenTags, "a cell is not closed: it ends before <\(tag.name)>", row: row, group: "TD")
      return .end(0)
    }
    let closing = Array("</\(tag.qualifiedName)>".utf8)
    let hasEnd = closing.withUnsafeBufferPointer { MarkupLexer.find($0, bytes, cellEnd) != nil }
    guard tag.isEmpty || hasEnd else { return bareLessThan(bytes, count, row) }
    log.note(.unknownElement, "<\(tag.name)> in the table data", row: row, group: tag.name)
    return .done(tag.length)
  }

  /// Where the cell may end: before </TD, </TR, <TD or <TR; `nil` where none of these has come yet.
  private static func cellEnd(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    var index = 0
    while index + 3 < count {
      guard let next = memchr(bytes + index, 0x3C, count - index) else { return nil }
      index = UnsafePointer(next.assumingMemoryBound(to: UInt8.self)) - bytes
      var name = index + 1
      if name < count, bytes[name] == 0x2F { name += 1 }
      // A prefix may stand before the name.
      var local = name
      while local < count, local - name < 40, bytes[local] != 0x3E, !NumberText.isBlank(bytes[local]) {
        if bytes[local] == 0x3A { name = local + 1 }
        local += 1
      }
      if name + 2 < count, bytes[name] == 0x54, bytes[name + 1] == 0x44 || bytes[name + 1] == 0x52,
        bytes[name + 2] == 0x3E || bytes[name + 2] == 0x2F || NumberText.isBlank(bytes[name + 2])
      {
        return min(name + 3, count)
      }
      index += 1
    }
    return nil
  }

  private mutating func bareLessThan(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: Int?) -> Step {
    note(.bareLessThan, bytes, min(count, 20), row)
    scratch.append(bytes, 1)
    return .done(1)
  }

  private func note(_ code: DiagnosticCode, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ row: Int?) {
    let excerpt = TableBuilder.excerpt(UnsafeBufferPointer(start: bytes, count: length))
    log.note(code, "`\(excerpt)` in a cell", row: row)
  }

  /// Takes the text for base64.
  mutating func decodeBase64(row: Int?) {
    let text = Array(UnsafeRawBufferPointer(start: scratch.base, count: scratch.count))
    guard let decoded = Base64Decoder.decode(text) else {
      log.note(.badBase64, "a cell that is no base64: its text is kept", row: row)
      return
    }
    scratch.truncate(to: 0)
    decoded.withUnsafeBufferPointer { buffer in
      if let start = buffer.baseAddress { scratch.append(start, buffer.count) }
    }
  }
}
