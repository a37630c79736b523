import Glibc

/// Opens what STREAM/@href names: files next to a local document, nothing else.
///
/// A document from the network may not name files of this computer, and no document makes the reader go to the
/// network.
struct StreamOpener {
  /// The path of the document, `nil` where it is not a local file.
  private let localPath: String?

  /// - Parameter base: the path or `file:` address of the document; any other address counts as remote.
  init(base: String?) {
    guard let base else {
      localPath = nil
      return
    }
    if base.lowercased().hasPrefix("file:") {
      localPath = Self.path(ofFileAddress: base)
    } else {
      localPath = Self.scheme(of: base) == nil ? base : nil
    }
  }

  /// Reads the stream in pieces, decompressed.
  func read(
    _ href: String, encoding: String?, limit: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(TableError) {
    let path = try resolve(href)
    let file = fopen(path, "rb")
    guard let file else {
      throw DiagnosticCode.refusedHref.error("`\(path)`: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var isDirectory = stat()
    guard fstat(fileno(file), &isDirectory) == 0, isDirectory.st_mode & S_IFMT == S_IFREG else {
      throw DiagnosticCode.refusedHref.error("`\(path)` is not a regular file")
    }
    let isCompressed = encoding?.lowercased().contains("gzip") == true
    let inflater = isCompressed ? Inflater() : nil
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    var total = 0
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      var isFine = true
      buffer.withUnsafeBufferPointer { pointer in
        let piece = UnsafeBufferPointer(rebasing: pointer[..<count])
        guard let inflater else {
          total += count
          return body(piece)
        }
        isFine = inflater.feed(piece) { plain in
          total += plain.count
          body(plain)
          return total <= limit
        }
      }
      if total > limit {
        throw DiagnosticCode.tooLarge.error("the stream `\(href)` is longer than \(limit) bytes")
      }
      if !isFine { throw DiagnosticCode.refusedHref.error("`\(path)`: damaged gzip data") }
    }
    if let inflater, !inflater.isFinished {
      throw DiagnosticCode.refusedHref.error("`\(path)`: the gzip data end too early")
    }
  }

  /// The path that an href means.
  private func resolve(_ href: String) throws(TableError) -> String {
    guard let localPath else {
      throw DiagnosticCode.refusedHref.error(
        "STREAM names `\(href)`; only a document that is itself a local file may name others",
        hint: "ask the service for a document with its data inside")
    }
    switch Self.scheme(of: href) {
    case nil:
      let relative = Self.percentDecoded(href)
      if relative.hasPrefix("/") { return relative }
      let folder = localPath.lastIndex(of: "/").map { String(localPath[...$0]) } ?? ""
      return folder + relative
    case "file":
      guard let path = Self.path(ofFileAddress: href) else {
        throw DiagnosticCode.refusedHref.error("`\(href)` names another host")
      }
      return path
    case let scheme?:
      throw DiagnosticCode.refusedHref.error(
        "STREAM names `\(href)`; \(scheme) is not followed",
        hint: "download it next to the document and make the href relative")
    }
  }

  private static func scheme(of address: String) -> String? {
    guard let colon = address.firstIndex(of: ":"), let first = address.utf8.first,
      (first | 0x20) >= 0x61, (first | 0x20) <= 0x7A,
      address[..<colon].utf8.allSatisfy({
        ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)
          || [0x2B, 0x2D, 0x2E].contains($0)
      })
    else { return nil }
    return address[..<colon].lowercased()
  }

  private static func path(ofFileAddress address: String) -> String? {
    let rest = address.dropFirst("file:".count)
    if rest.hasPrefix("//") {
      let hierarchy = rest.dropFirst(2)
      guard let slash = hierarchy.firstIndex(of: "/") else { return nil }
      let host = hierarchy[..<slash].lowercased()
      guard host.isEmpty || host == "localhost" else { return nil }
      return percentDecoded(String(hierarchy[slash...]))
    }
    return percentDecoded(String(rest))
  }

  private static func percentDecoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x25, rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
