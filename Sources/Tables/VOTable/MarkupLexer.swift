import Glibc

/// Cuts the markup round the rows into tokens, repairs what is bare, and leads the rows round the XML parser.
///
/// In the strict mode nothing is repaired and all goes through the XML parser.
final class MarkupLexer {
  private let parser: DocumentParser
  private let xml: XMLEventParser
  private let scansRows: Bool
  private var pending = RawBuffer()
  /// Tokens are looked for again only when so many bytes are there: keeps long ones from being read over and over.
  private var wanted = 0
  private var scanner: TableDataScanner?
  private var prefix = ""
  private var isBeginning = true

  /// - Parameter scansRows: `false` sends the rows through the XML parser too, for comparison.
  init(parser: DocumentParser, xml: XMLEventParser, scansRows: Bool) {
    self.parser = parser
    self.xml = xml
    self.scansRows = scansRows
  }

  deinit { pending.deallocate() }

  /// Takes the next bytes, in clean UTF-8.
  func feed(_ input: UnsafeBufferPointer<UInt8>) {
    guard let start = input.baseAddress, input.count > 0 else { return }
    if pending.count == 0 {
      let used = process(start, input.count)
      pending.append(start + used, input.count - used)
      wanted = pending.count + pending.count / 2
    } else {
      pending.append(start, input.count)
      guard pending.count > wanted, let base = pending.base else { return }
      let used = process(UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), pending.count)
      pending.removeFirst(used)
      wanted = pending.count + pending.count / 2
    }
    if pending.count > parser.limits.cellBytes {
      parser.log.fail(
        DiagnosticCode.tooLarge.error(
          "a cell, tag or comment is longer than \(parser.limits.cellBytes) bytes", line: xml.line))
    }
  }

  /// Takes what is left when no more bytes come.
  func finish() {
    if let base = pending.base, pending.count > 0 {
      let used = process(UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), pending.count)
      pending.removeFirst(used)
    }
    // A stray tail of text is the document's; a cut tag is not.
    if let base = pending.base, pending.count > 0, parser.place == .stream {
      let bytes = UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: pending.count)
      parser.characters(UnsafeBufferPointer(rebasing: bytes.prefix { $0 != 0x3C }))
    }
  }

  // MARK: Tokens

  /// What a token needs.
  private enum Step {
    case done(Int)
    case more
  }

  /// Processes all whole tokens; returns the bytes used.
  private func process(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var position = 0
    while position < count, parser.log.failure == nil {
      if parser.isRootClosed {
        checkTail(bytes + position, count - position)
        return count
      }
      if let scanner {
        let result = scanner.scan(bytes + position, count - position)
        position += result.used
        guard result.isEnded else { return position }
        self.scanner = nil
        continue
      }
      let step =
        bytes[position] == 0x3C
        ? markup(bytes + position, count - position) : text(bytes + position, count - position)
      guard case .done(let used) = step else { return position }
      position += used
    }
    return parser.log.failure == nil ? position : count
  }

  private func checkTail(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    let tail = UnsafeBufferPointer(start: bytes, count: count)
    guard let first = tail.firstIndex(where: { !NumberText.isBlank($0) }) else { return }
    let rest = UnsafeBufferPointer(rebasing: tail[first...])
    if rest.starts(with: "<!--".utf8) || rest.starts(with: "<?".utf8) { return }
    parser.log.line = xml.line
    parser.log.note(.textAfter, "`\(TableBuilder.excerpt(rest))` behind the document is ignored")
  }

  private func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Step {
    if parser.place == .stream {
      let end = memchr(bytes, 0x3C, count).map {
        UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) - bytes
      }
      let length = end ?? count
      parser.characters(UnsafeBufferPointer(start: bytes, count: length))
      skipLines(bytes, length)
      return .done(length)
    }
    var end = 0
    while end < count, bytes[end] != 0x3C, bytes[end] != 0x26 { end += 1 }
    if end > 0 {
      forward(bytes, end)
      return .done(end)
    }
    return reference(bytes, count)
  }

  /// A reference, or a bare &.
  private func reference(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Step {
    switch XMLReference(bytes, count) {
    case .cut where count < XMLReference.longest: return .more
    case .known(let length, _):
      forward(bytes, length)
      return .done(length)
    case .named(let length):
      noteReference(.unknownEntity, bytes, length)
      forward("&amp;")
    case .bare, .cut, .forbidden:
      noteReference(.bareAmpersand, bytes, min(count, 20))
      forward("&amp;")
    }
    return .done(1)
  }

  private func noteReference(_ code: DiagnosticCode, _ bytes: UnsafePointer<UInt8>, _ length: Int) {
    parser.log.line = xml.line
    let excerpt = TableBuilder.excerpt(UnsafeBufferPointer(start: bytes, count: length))
    parser.log.note(code, "`\(excerpt)` in the text or an attribute is kept as it is")
  }

  private func markup(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Step {
    guard count >= 2 else { return .more }
    switch bytes[1] {
    case 0x21: return declaration(bytes, count)
    case 0x3F:
      guard let end = Self.end(of: "?>", bytes, count) else { return .more }
      if isBeginning, count > 5, memcmp(bytes, "<?xml", 5) == 0 {
        skipLines(bytes, end)  // the encoding it states is no longer true
      } else {
        forward(bytes, end)
      }
      isBeginning = false
      return .done(end)
    case 0x2F:
      guard let end = memchr(bytes, 0x3E, count) else { return .more }
      let length = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - bytes + 1
      forward(bytes, length)
      return .done(length)
    case let byte where Self.isNameStart(byte): return startTag(bytes, count)
    default:
      parser.log.line = xml.line
      let excerpt = TableBuilder.excerpt(UnsafeBufferPointer(start: bytes, count: min(count, 20)))
      parser.log.note(.bareLessThan, "`\(excerpt)` is kept as it is")
      forward("&lt;")
      return .done(1)
    }
  }

  private func declaration(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Step {
    guard count >= 9 else { return .more }
    if memcmp(bytes, "<!--", 4) == 0 {
      guard let end = Self.end(of: "-->", bytes + 4, count - 4) else { return .more }
      // Comments mean nothing, and one with -- inside would be a fault.
      skipLines(bytes, end + 4)
      return .done(end + 4)
    }
    if memcmp(bytes, "<![CDATA[", 9) == 0 {
      guard let end = Self.end(of: "]]>", bytes, count) else { return .more }
      forward(bytes, end)
      return .done(end)
    }
    // A document type: brackets and quotations may hold a >.
    var depth = 0
    var quote: UInt8 = 0
    for index in 2..<count {
      let byte = bytes[index]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x5B {
        depth += 1
      } else if byte == 0x5D {
        depth -= 1
      } else if byte == 0x3E, depth <= 0 {
        forward(bytes, index + 1)
        return .done(index + 1)
      }
    }
    return .more
  }

  private func startTag(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Step {
    var quote: UInt8 = 0
    var end = 1
    var isOdd = false
    while end < count {
      let byte = bytes[end]
      if quote != 0 {
        if byte == quote { quote = 0 } else if byte == 0x26 || byte == 0x3C { isOdd = true }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3E {
        break
      }
      end += 1
    }
    guard end < count else { return .more }
    isBeginning = false
    if isOdd { forwardRepaired(bytes, end + 1) } else { forward(bytes, end + 1) }
    if scansRows, parser.place == .tableData {
      parser.log.line = xml.line
      scanner = TableDataScanner(parser: parser, xml: xml)
    }
    return .done(end + 1)
  }

  /// Hands a start tag on, with bare & and < in its attributes escaped.
  private func forwardRepaired(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    var repaired = ByteWriter()
    var index = 0
    var quote: UInt8 = 0
    while index < count {
      let byte = bytes[index]
      if byte == 0x22 || byte == 0x27 {
        if quote == 0 { quote = byte } else if quote == byte { quote = 0 }
      }
      if byte == 0x3C, quote != 0 {
        parser.log.line = xml.line
        parser.log.note(.bareLessThan, "a < in an attribute is kept as it is", group: "attribute")
        repaired.write("&lt;")
      } else if byte == 0x26 {
        switch XMLReference(bytes + index, count - index) {
        case .known: repaired.bytes.append(byte)
        case .named(let length):
          noteReference(.unknownEntity, bytes + index, length)
          repaired.write("&amp;")
        case .bare, .cut, .forbidden:
          noteReference(.bareAmpersand, bytes + index, min(count - index, 20))
          repaired.write("&amp;")
        }
      } else {
        repaired.bytes.append(byte)
      }
      index += 1
    }
    repaired.bytes.withUnsafeBufferPointer(xml.feed)
  }

  // MARK: Ways on

  private func forward(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    xml.feed(UnsafeBufferPointer(start: bytes, count: count))
  }

  private func forward(_ text: StaticString) {
    xml.feed(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private func skipLines(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    xml.skippedLines += Self.lines(bytes, count)
  }

  /// The number of line ends.
  static func lines(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let raw = UnsafeRawPointer(bytes)
    var total = 0
    var index = 0
    while count &- index >= 8 {
      // Eight sums in the bytes of a word, of up to 255 words before one could overflow.
      var sums: UInt64 = 0
      let stop = min(count &- 7, index &+ 8 &* 255)
      while index < stop {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ 0x0A0A_0A0A_0A0A_0A0A
        let low = (word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
        sums &+= (~(low | word | 0x7F7F_7F7F_7F7F_7F7F)) >> 7
        index &+= 8
      }
      let pairs = (sums & 0x00FF_00FF_00FF_00FF) &+ ((sums >> 8) & 0x00FF_00FF_00FF_00FF)
      total &+= Int((pairs &* 0x0001_0001_0001_0001) >> 48)
    }
    while index < count {
      if bytes[index] == 0x0A { total += 1 }
      index += 1
    }
    return total
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte == 0x3A || byte >= 0x80
  }

  /// Where a mark ends that is looked for.
  static func end(of mark: StaticString, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    let length = mark.utf8CodeUnitCount
    return find(UnsafeBufferPointer(start: mark.utf8Start, count: length), bytes, count).map { $0 + length }
  }

  /// Where some bytes begin that are looked for.
  static func find(_ wanted: UnsafeBufferPointer<UInt8>, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int?
  {
    guard let start = wanted.baseAddress, wanted.count > 0 else { return nil }
    var index = 0
    while count - index >= wanted.count {
      guard let next = memchr(bytes + index, Int32(wanted[0]), count - index - wanted.count + 1) else {
        return nil
      }
      index = UnsafePointer(next.assumingMemoryBound(to: UInt8.self)) - bytes
      if memcmp(bytes + index, start, wanted.count) == 0 { return index }
      index += 1
    }
    return nil
  }
}
