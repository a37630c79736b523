/// A `multipart/form-data` body (RFC 7578).
struct MultipartBody {
  /// The media type with the boundary.
  let contentType: String
  private(set) var bytes: [UInt8] = []

  init(form: [(String, String)], files: [TransferRequest.UploadFile]) {
    let boundary = Self.boundary()
    contentType = "multipart/form-data; boundary=\(boundary)"
    for (name, value) in form {
      append(
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.safe(name))\"\r\n\r\n\(value)\r\n")
    }
    for file in files {
      let name = Self.safe(file.field)
      append("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(name)\"\r\n")
      append("Content-Type: \(file.contentType.filter { !$0.isNewline })\r\n\r\n")
      bytes += file.bytes
      append("\r\n")
    }
    append("--\(boundary)--\r\n")
  }

  private mutating func append(_ text: String) {
    bytes += Array(text.utf8)
  }

  private static func safe(_ name: String) -> String {
    name.filter { !$0.isNewline && $0 != "\"" }
  }

  /// 128 random bits: that they occur in a file need not be feared.
  private static func boundary() -> String {
    var generator = SystemRandomNumberGenerator()
    return "votrawl" + String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
  }
}
