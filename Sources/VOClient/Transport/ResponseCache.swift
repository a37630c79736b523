/// Answers kept on disk: their bytes and header fields, never failures.
///
/// An answer is one file; a reader sees it whole or not at all.
struct ResponseCache: Sendable {
  let folder: String

  /// What an answer belongs to: address, form and wanted type.
  struct Key: Sendable, Equatable {
    var text: String

    init(_ request: TransferRequest, _ address: WebAddress) {
      var parts = [address.text, request.accept ?? ""]
      switch request.method {
      case .get: parts.append("GET")
      case .post(let form): parts += ["POST", WebAddress.encodedForm(form)]
      case .multipart(let form, let files):
        parts += ["FORM", WebAddress.encodedForm(form)] + files.map { "\($0.field) \(Self.hash($0.bytes))" }
      case .body(let contentType, let bytes): parts += ["BODY", contentType, Self.hash(bytes)]
      case .delete: parts.append("DELETE")
      }
      if let range = request.range { parts.append("\([range] + request.furtherRanges)") }
      text = parts.joined(separator: " ")
    }

    /// Two keys may have the same name; the key itself stands in the file.
    var fileName: String { Self.hash(Array(text.utf8)) + ".answer" }

    /// FNV-1a with 64 bits, from two different starts.
    private static func hash(_ bytes: [UInt8]) -> String {
      var first: UInt64 = 0xCBF2_9CE4_8422_2325
      var second: UInt64 = 0x8422_2325_CBF2_9CE4
      for byte in bytes {
        first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
        second = (second ^ UInt64(byte &+ 0x55)) &* 0x100_0000_01B3
      }
      return String(first, radix: 16) + String(second, radix: 16)
    }
  }

  /// An answer from the cache.
  struct Entry: Sendable {
    var url: String
    var headers: HeaderFields
    var body: [UInt8]

    /// Header fields that ask the server for a new answer only if there is one.
    var conditions: [(String, String)] {
      if let tag = headers["ETag"] { return [("If-None-Match", tag)] }
      if let date = headers["Last-Modified"] { return [("If-Modified-Since", date)] }
      return []
    }

    func response(elapsed: Double, attempts: Int) -> TransferResponse {
      TransferResponse(
        url: url, status: 200, headers: headers, body: body, kind: ContentKind.classify(body),
        bytesReceived: 0, elapsed: elapsed, attempts: attempts, isFromCache: true)
    }
  }

  private static let mark = "votrawl-answer 1"

  /// The answer to a request, if there is one.
  ///
  /// Blocks.
  func entry(for key: Key) -> Entry? {
    guard let bytes = SmallFile.read("\(folder)/\(key.fileName)"),
      let split = bytes.firstRange(of: Array("\n\n".utf8))
    else { return nil }
    let lines = String(decoding: bytes[..<split.lowerBound], as: UTF8.self).split(separator: "\n")
    guard lines.count >= 4, lines[0] == Self.mark, lines[1] == key.text,
      let length = Int(lines[3]), length == bytes.count - split.upperBound
    else { return nil }
    var headers = HeaderFields()
    for line in lines.dropFirst(4) { headers.append(line: String(line)) }
    return Entry(url: String(lines[2]), headers: headers, body: Array(bytes[split.upperBound...]))
  }

  /// Keeps an answer if it is a success and no error document in disguise.
  ///
  /// Blocks.
  ///
  /// That it cannot be written is not reported: the answer itself is there.
  func keep(_ response: TransferResponse, for key: Key) {
    guard response.status == 200, response.kind != .empty, !key.text.contains("\n") else { return }
    if response.kind == .votable {
      let check = CompletenessCheck(length: response.body.count) { offset, count in
        Array(response.body[offset..<min(response.body.count, offset + count)])
      }
      if check.problem(kind: .votable) != nil { return }
    }
    var lines = [Self.mark, key.text, response.url, String(response.body.count)]
    lines += response.headers.all.map { "\($0.name): \($0.value)" }
    SmallFile.write(
      Array((lines.joined(separator: "\n") + "\n\n").utf8) + response.body, to: "\(folder)/\(key.fileName)")
  }
}
