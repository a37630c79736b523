import CLibXML2
import Glibc

/// What an ``XMLEventParser`` tells.
protocol XMLEventHandler: AnyObject {
  func startElement(_ name: String, namespace: String?, line: Int, attributes: () -> [String: String])
  func endElement(_ name: String)
  func characters(_ bytes: UnsafeBufferPointer<UInt8>)
  func entityDeclaration(_ name: String, line: Int)
  func entityReference(_ name: String)
  func fault(_ message: String, line: Int, isFatal: Bool)
}

/// The push parser of libxml2, fenced: bytes in, events out.
///
/// Nothing is fetched, no entity is expanded; faults come as structured errors. The C pointers are valid only
/// inside a callback.
final class XMLEventParser {
  private var context: xmlParserCtxtPtr?
  private unowned let handler: any XMLEventHandler
  /// Lines that did not pass through the parser.
  var skippedLines = 0

  /// - Parameter recovers: Whether to go on behind a fault.
  init(handler: any XMLEventHandler, recovers: Bool) {
    self.handler = handler
    xmlInitParser()
    var sax = xmlSAXHandler()
    sax.initialized = UInt32(XML_SAX2_MAGIC)
    sax.startElementNs = { context, name, _, uri, _, _, count, _, attributes in
      XMLEventParser.from(context)?.start(name, uri, Int(count), attributes)
    }
    sax.endElementNs = { context, name, _, _ in
      guard let name else { return }
      XMLEventParser.from(context)?.handler.endElement(String(cString: name))
    }
    let characters: charactersSAXFunc = { context, bytes, length in
      guard let bytes, length > 0 else { return }
      XMLEventParser.from(context)?.handler.characters(UnsafeBufferPointer(start: bytes, count: Int(length)))
    }
    sax.characters = characters
    sax.ignorableWhitespace = characters
    sax.cdataBlock = characters
    sax.entityDecl = { context, name, _, _, _, _ in
      guard let parser = XMLEventParser.from(context), let name else { return }
      parser.handler.entityDeclaration(String(cString: name), line: parser.line)
    }
    sax.reference = { context, name in
      guard let name else { return }
      XMLEventParser.from(context)?.handler.entityReference(String(cString: name))
    }
    sax.serror = { context, error in
      guard let error, let parser = XMLEventParser.from(context) else { return }
      var text = error.pointee.message.map { String(cString: $0) } ?? "unknown fault"
      while text.last?.isWhitespace == true { text.removeLast() }
      // A namespace without declaration breaks the namespace rules, not XML.
      let isFatal =
        error.pointee.level == XML_ERR_FATAL && error.pointee.domain != Int32(XML_FROM_NAMESPACE.rawValue)
      parser.handler.fault(text, line: Int(error.pointee.line) + parser.skippedLines, isFatal: isFatal)
    }
    context = xmlCreatePushParserCtxt(&sax, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
    var options = XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue | XML_PARSE_IGNORE_ENC.rawValue
    if recovers { options |= XML_PARSE_RECOVER.rawValue }
    xmlCtxtUseOptions(context, Int32(options))
    xmlSwitchEncoding(context, XML_CHAR_ENCODING_UTF8)
  }

  deinit { xmlFreeParserCtxt(context) }

  /// The line that the parser stands on, from 1.
  var line: Int { Int(context?.pointee.input?.pointee.line ?? 0) + skippedLines }

  /// Parses a piece of the document, in UTF-8.
  func feed(_ bytes: UnsafeBufferPointer<UInt8>) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeBufferPointer(rebasing: rest.prefix(1 << 24))
      piece.withMemoryRebound(to: CChar.self) {
        _ = xmlParseChunk(context, $0.baseAddress, Int32($0.count), 0)
      }
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Ends the document.
  func finish() { _ = xmlParseChunk(context, nil, 0, 1) }

  /// Makes the parser ignore whatever comes.
  func stop() { xmlStopParser(context) }

  private static func from(_ context: UnsafeMutableRawPointer?) -> XMLEventParser? {
    context.map { Unmanaged<XMLEventParser>.fromOpaque($0).takeUnretainedValue() }
  }

  private func start(
    _ name: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?, _ count: Int,
    _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  ) {
    guard let name else { return }
    handler.startElement(
      String(cString: name), namespace: uri.map { String(cString: $0) }, line: line
    ) {
      var values: [String: String] = [:]
      guard let attributes else { return values }
      for index in 0..<count {
        // Five pointers each: name, prefix, namespace, begin and end of the value.
        guard let key = attributes[5 * index], let begin = attributes[5 * index + 3],
          let end = attributes[5 * index + 4]
        else { continue }
        let prefix = attributes[5 * index + 1].map { String(cString: $0) + ":" } ?? ""
        values[prefix + String(cString: key)] = XMLEventParser.unescaped(
          UnsafeBufferPointer(start: begin, count: end - begin))
      }
      return values
    }
  }

  /// The value of an attribute; libxml2 leaves the reference of an escaped `&` in it.
  private static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(0x26) else { return text }
    return text.replacing("&#38;", with: "&")
  }
}

extension XMLEventParser {
  /// The version of libxml2 that the program was built with.
  static var version: String { LIBXML_DOTTED_VERSION }
}
