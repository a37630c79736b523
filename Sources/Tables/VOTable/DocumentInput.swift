/// The way of a document's bytes to the parser.
final class DocumentInput {
  let parser: DocumentParser
  private let xml: XMLEventParser
  private var total = 0

  init(mode: ReaderMode, limits: ReaderLimits, base: String?) {
    parser = DocumentParser(mode: mode, limits: limits, base: base)
    xml = XMLEventParser(handler: parser)
  }

  func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    total += bytes.count
    if total > parser.limits.documentBytes {
      throw DiagnosticCode.tooLarge.error("the document is longer than \(parser.limits.documentBytes) bytes")
    }
    xml.feed(bytes)
    if let failure = parser.log.failure { throw failure }
  }

  func finish() throws(TableError) -> VOTableDocument {
    xml.finish()
    parser.breakOff()
    if let failure = parser.log.failure { throw failure }
    guard let root = parser.root else { throw DiagnosticCode.notVOTable.error("no VOTABLE") }
    var document = ModelFactory(log: parser.log).document(root)
    document.statusRead = parser.status
    document.isPartial = parser.isPartial
    document.diagnostics = parser.log.entries
    return document
  }
}
