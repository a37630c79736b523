/// The way of a document's bytes to the parser: decompressed, looked at, decoded, cut into tokens.
final class DocumentInput {
  let parser: DocumentParser
  private let xml: XMLEventParser
  private let lexer: MarkupLexer
  private var head: [UInt8]? = []
  private var inflater: Inflater?
  private var isFirst = true
  private var decoder: CharacterDecoder?
  private var total = 0
  private var failure: TableError?

  /// The head is looked at when so many bytes are there, or at the end.
  private static let headLength = 4096

  init(mode: ReaderMode, limits: ReaderLimits, base: String?, scansRows: Bool = true) {
    parser = DocumentParser(mode: mode, limits: limits, base: base)
    xml = XMLEventParser(handler: parser, recovers: mode != .strict)
    lexer = MarkupLexer(parser: parser, xml: xml, scansRows: scansRows && mode != .strict)
  }

  deinit { decoder?.deallocate() }

  func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    if let failure { throw failure }
    do throws(TableError) {
      try feedCompressed(bytes)
      if let failure = parser.log.failure { throw failure }
    } catch {
      failure = error
      xml.stop()
      throw error
    }
  }

  private func feedCompressed(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    if isFirst, bytes.count > 0 {
      isFirst = false
      if bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B { inflater = Inflater() }
    }
    guard let inflater else { return try feedPlain(bytes) }
    var failure: TableError?
    let isFine = inflater.feed(bytes) { piece in
      do throws(TableError) { try feedPlain(piece) } catch { failure = error }
      return failure == nil && parser.log.failure == nil
    }
    if let failure = failure ?? parser.log.failure { throw failure }
    if !isFine {
      // What came before the damage is the document's: it ends like a truncated one.
      self.failure = nil
      parser.damagedCompression()
    }
  }

  private func feedPlain(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    total += bytes.count
    if total > parser.limits.documentBytes {
      throw DiagnosticCode.tooLarge.error("the document is longer than \(parser.limits.documentBytes) bytes")
    }
    guard head != nil else { return try decode(bytes, isLast: false) }
    let before = total - bytes.count
    let taken = min(bytes.count, (1 << 16) - before)
    head?.append(contentsOf: bytes.prefix(taken))
    if total >= Self.headLength {
      try beginDecoding()
      try decode(UnsafeBufferPointer(rebasing: bytes.dropFirst(taken)), isLast: false)
    }
  }

  private func beginDecoding() throws(TableError) {
    guard let head else { return }
    let begin = try DocumentHead(head, mode: parser.mode, log: parser.log)
    decoder = CharacterDecoder(begin.encoding, log: parser.log)
    self.head = nil
    xml.skippedLines += head[..<begin.start].count { $0 == 0x0A }
    var failure: TableError?
    head[begin.start...].withUnsafeBufferPointer { buffer in
      do throws(TableError) { try decode(buffer, isLast: false) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func decode(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(TableError) {
    try decoder?.decode(bytes, isLast: isLast) { (piece) throws(TableError) in
      if parser.mode == .strict { xml.feed(piece) } else { lexer.feed(piece) }
      if let failure = parser.log.failure { throw failure }
    }
  }

  /// Ends the document.
  func finish() throws(TableError) -> VOTableDocument {
    if let failure { throw failure }
    if head != nil { try beginDecoding() }
    try decode(UnsafeBufferPointer(start: nil, count: 0), isLast: true)
    if parser.mode == .strict { xml.finish() } else { lexer.finish() }
    if let inflater, !inflater.isFinished { parser.damagedCompression() }
    parser.finish()
    if let failure = parser.log.failure { throw failure }
    guard let root = parser.root else {
      throw DiagnosticCode.notVOTable.error("there is no VOTABLE element in the document")
    }
    ReferenceCheck(log: parser.log).check(root)
    var document = ModelFactory(log: parser.log).document(root)
    if let failure = parser.log.failure { throw failure }
    document.statusRead = parser.status
    document.isPartial = parser.isPartial
    document.diagnostics = parser.log.entries
    return document
  }
}
