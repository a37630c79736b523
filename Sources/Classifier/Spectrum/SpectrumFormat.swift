/// What a file is, judged by its first bytes.
enum SpectrumFormat: Equatable {
  case fits, votable, text, gzip, empty, lfsPointer
  case webPage(title: String?)
  case xml(root: String)
  case other(String)

  /// Judges by at most the first 4096 bytes.
  init(_ bytes: [UInt8]) {
    let head = bytes.prefix(4096)
    guard !head.allSatisfy({ $0 <= 0x20 }) else {
      self = bytes.count > 4096 ? .other("blank") : .empty
      return
    }
    func starts(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
    if head.starts(with: "SIMPLE  =".utf8) {
      self = .fits
    } else if Gunzip.isGzip(bytes) {
      self = .gzip
    } else if starts([0x42, 0x5a, 0x68]) {
      self = .other("a bzip2 file")
    } else if starts([0x50, 0x4b, 3, 4]) {
      self = .other("a zip archive")
    } else if starts([0x1f, 0x9d]) {
      self = .other("a compress (.Z) file")
    } else if starts([0x89, 0x50, 0x4e, 0x47]) || starts([0xff, 0xd8, 0xff]) {
      self = .other("a picture")
    } else if head.starts(with: "%PDF".utf8) {
      self = .other("a PDF document")
    } else if head.contains(0) || head.contains(where: { $0 < 0x20 && !(9...13 ~= $0) }) {
      let start = head.prefix(8).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }
      self = .other("binary data starting with bytes \(start.joined(separator: " "))")
    } else {
      self = Self(text: String(decoding: head, as: UTF8.self))
    }
  }

  private init(text: String) {
    let content = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
    guard content.first == "<" else {
      self = content.hasPrefix("version https://git-lfs") ? .lfsPointer : .text
      return
    }
    let lower = content.lowercased()
    let root = Self.root(of: content)
    let local = root.split(separator: ":").last.map(String.init) ?? root
    if local == "VOTABLE" {
      self = .votable
    } else if lower.hasPrefix("<!doctype html")
      || ["html", "head", "script", "body"].contains(local.lowercased())
    {
      let title = lower.range(of: "<title>").flatMap { start in
        lower.range(of: "</title>", from: start.upperBound).map {
          String(lower[start.upperBound..<$0.lowerBound])
        }
      }
      self = .webPage(title: title?.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    } else {
      self = .xml(root: root.isEmpty ? "?" : String(root.prefix(40)))
    }
  }

  /// Name of the first element, past declarations and comments.
  private static func root(of text: Substring) -> String {
    var rest = text
    while let open = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: open)...]
      if rest.hasPrefix("!--") {
        guard let close = String(rest).range(of: "-->", from: nil) else { return "" }
        rest = rest.dropFirst(String(rest).distance(from: String(rest).startIndex, to: close.upperBound))
      } else if rest.first == "?" || rest.first == "!" {
        guard let close = rest.firstIndex(of: ">") else { return "" }
        rest = rest[close...]
      } else {
        return String(rest.prefix { $0.isLetter || $0.isNumber || $0 == ":" || $0 == "_" || $0 == "-" })
      }
    }
    return ""
  }
}

extension String {
  /// First place of `part`, from an index on, without Foundation.
  fileprivate func range(of part: String, from start: Index? = nil) -> Range<Index>? {
    var at = start ?? startIndex
    while at < endIndex {
      if self[at...].hasPrefix(part) { return at..<index(at, offsetBy: part.count) }
      at = index(after: at)
    }
    return nil
  }
}
