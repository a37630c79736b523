/// A body of the type `multipart/byteranges` taken apart (RFC 9110, section 14.6; RFC 2046, section 5.1).
struct ByteRanges {
  /// One part of the body.
  struct Part {
    var range: ContentRange
    var bytes: ArraySlice<UInt8>
  }

  let parts: [Part]

  /// Takes a body apart.
  ///
  /// The length of a part is that of its Content-Range: the boundary may occur in the bytes of a file.
  ///
  /// - Returns: `nil` where the type is another, or a part is not whole.
  init?(contentType: String?, body: [UInt8]) {
    guard let contentType, contentType.lowercased().hasPrefix("multipart/byteranges"),
      let boundary = Self.boundary(contentType)
    else { return nil }
    let delimiter = Array("--\(boundary)".utf8)
    var rest = body[...]
    var found: [Part] = []
    // More parts than anybody asks for are no answer.
    while found.count <= 100 {
      rest = rest.drop { $0 == 0x0D || $0 == 0x0A }
      guard rest.starts(with: delimiter) else { return nil }
      rest = rest.dropFirst(delimiter.count)
      if rest.starts(with: [0x2D, 0x2D]) {
        parts = found
        return
      }
      var headers = HeaderFields()
      guard let first = rest.firstIndex(of: 0x0A) else { return nil }
      rest = rest[(first + 1)...]
      while true {
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        if line.allSatisfy(\.isBlank) { break }
        line.withUnsafeBytes { headers.append(line: $0) }
      }
      guard let range = ContentRange(headers["Content-Range"]), range.last - range.first < rest.count
      else { return nil }
      let count = range.last - range.first + 1
      found.append(Part(range: range, bytes: rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return nil
  }

  private static func boundary(_ contentType: String) -> String? {
    for item in contentType.split(separator: ";").dropFirst() {
      let pair = item.split(separator: "=", maxSplits: 1).map(\.trimmed)
      guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
      let text = pair[1].hasPrefix("\"") ? String(pair[1].dropFirst().prefix { $0 != "\"" }) : pair[1]
      return text.isEmpty ? nil : text
    }
    return nil
  }
}
