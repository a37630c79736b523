/// Makes of a request what is sent.
struct OrderMaker: Sendable {
  let configuration: TransferConfiguration

  /// The order for one exchange with the server of an address.
  ///
  /// - Parameter file: the unfinished file that the answer goes to, continued where it may be.
  func order(_ request: TransferRequest, _ address: WebAddress, file: PartFile?) -> ExchangeOrder {
    var headers = request.headers.map { "\($0.0): \($0.1)" }
    if let accept = request.accept { headers.append("Accept: \(accept)") }
    var isPart = true
    if let range = request.range {
      let all = [range] + request.furtherRanges
      let texts = all.map { "\($0.lowerBound)-\(max($0.lowerBound, $0.upperBound - 1))" }
      headers.append("Range: bytes=" + texts.joined(separator: ","))
    } else if let file, file.length > 0, let origin = file.origin {
      headers.append("Range: bytes=\(file.length)-")
      headers.append("If-Range: \(origin.validator)")
    } else {
      isPart = request.headers.contains { $0.0.lowercased() == "range" }
    }
    // curl sends it to the same host, port and scheme only.
    if let pair = address.userInfo {
      headers.append(Authentication.basicHeader(pair))
    } else if let header = authentication(of: address)?.header {
      headers.append(header)
    }
    // A range counts the bytes of the file as it is: compression would make it ambiguous.
    if !isPart { headers.append("Accept-Encoding: gzip, deflate") }
    let verb: ExchangeOrder.Verb
    switch request.method {
    case .get: verb = .get
    case .delete: verb = .delete
    case .post(let form): verb = .post(body: Array(WebAddress.encodedForm(form).utf8))
    case .multipart(let form, let uploads):
      let body = MultipartBody(form: form, files: uploads)
      headers.append("Content-Type: \(body.contentType)")
      verb = .post(body: body.bytes)
    case .body(let contentType, let bytes):
      headers.append("Content-Type: \(contentType)")
      verb = .post(body: bytes)
    }
    // Large forms would wait a second for servers that do not know the expectation, or be refused.
    if case .post = verb { headers.append("Expect:") }
    // Header injection: a line end in a value would start another field.
    for (index, line) in headers.enumerated() where line.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      headers[index] = line.filter { !$0.isNewline }
    }
    var follows = request.followsRedirects
    if case .delete = verb { follows = false }
    return ExchangeOrder(
      url: address.text, hostKey: address.hostKey, verb: verb, headers: headers,
      connectTimeout: configuration.connectTimeout,
      stallTimeout: request.stallTimeout ?? configuration.stallTimeout,
      totalTimeout: request.totalTimeout ?? configuration.totalTimeout,
      maxBytes: request.maxBytes ?? configuration.maxBytes,
      maxRedirects: follows ? configuration.maxRedirects : 0, userAgent: configuration.userAgent,
      certificateFile: configuration.certificateFile, file: file)
  }

  /// How this host is shown who asks.
  func authentication(of address: WebAddress) -> Authentication? {
    guard !configuration.authentication.isEmpty else { return nil }
    return configuration.authentication[address.hostKey] ?? configuration.authentication[address.host]
  }

  /// An error without any secret that the server, or a redirect, put into it.
  func censored(_ error: TransferError, _ address: WebAddress) -> TransferError {
    var secrets = configuration.authentication.values.flatMap(\.secrets)
    if let pair = address.userInfo {
      secrets += [pair.split(separator: ":", maxSplits: 1).last.map(String.init) ?? pair]
    }
    secrets = secrets.flatMap { [$0, WebAddress.encode($0)] }.filter { $0.count >= 3 }
    guard !secrets.isEmpty else { return error }
    func clean(_ text: String) -> String {
      secrets.reduce(text) { $0.replacing($1, with: "•••") }
    }
    var result = error
    result.url = clean(error.url)
    result.message = clean(error.message)
    result.hint = error.hint.map(clean)
    result.serverMessage = error.serverMessage.map(clean)
    return result
  }
}
