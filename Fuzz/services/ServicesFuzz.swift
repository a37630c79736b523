internal import Glibc
internal import Tables

// A libFuzzer target for what services answer; compiled together with VOClient (run.sh), so there is no import of it.
// TARGET in the environment chooses how the bytes are read: `datalink`, `ssap`, `uws`, `vosi`
// or `http`.

private let target = getenv("TARGET").map { String(cString: $0) } ?? "datalink"
private let base = "http://fuzz.example/a/b?c=d"
private let limits = ReaderLimits(
  documentBytes: 1 << 22, cellBytes: 1 << 20, tableBytes: 1 << 24, depth: 50, elements: 10_000)

/// What every address that comes out of an answer must be: something that the engine would refuse or can send.
private func check(address text: String) {
  guard let address = WebAddress(text) else { return }
  precondition(address.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an address with odd characters")
}

private func check(_ descriptors: [ServiceDescriptor], _ table: Table?) {
  for descriptor in descriptors {
    check(address: descriptor.accessURL)
    let row = table.flatMap { $0.rowCount > 0 ? (table: $0, row: 0) : nil }
    if let request = try? descriptor.request(values: [:], row: row) { check(address: request.url) }
    guard let cutout = try? SODACutout(descriptor) else { continue }
    _ = cutout.isOutside((lower: 6.5e-7, upper: 6.6e-7))
    let band = (lower: 6.5e-7, upper: Double.infinity)
    if let request = try? cutout.request(id: "ivo://a/b?c#d", band: band, format: "fits", row: row) {
      check(address: request.url)
    }
  }
}

private func links(_ document: VOTableDocument) {
  guard let (links, descriptors, _) = try? DataLinkAnswer.rows(of: document, base: base) else { return }
  for link in links {
    if let address = link.accessURL { check(address: address) }
    precondition((link.contentLength ?? 0) >= 0, "a negative length")
    _ = (link.isThis, link.isDataLink, link.isTransientFault, link.contentType?.contentKinds)
  }
  check(descriptors, document.results)
}

private func spectra(_ document: VOTableDocument) {
  _ = SSAPMetadata(document)
  let query = SSAPQuery(
    position: (ra: 10, dec: 20), size: 1, band: (lower: 6e-7, upper: 7e-7),
    time: (lower: 50_000, upper: 60_000),
    format: "fits", modifiedSince: 50_000)
  guard let answer = try? SSAPAnswer(document: document, query: query, url: base) else { return }
  precondition(answer.records.count + answer.rejectedCount == answer.table.rowCount, "rows got lost")
  for record in answer.records {
    if let address = record.accessURL { check(address: address) }
    if let ra = record.ra { precondition((0..<360).contains(ra), "a right ascension off the circle") }
    if let dec = record.dec { precondition((-90...90).contains(dec), "a declination off the sky") }
    _ = record.contentKinds
  }
  check(answer.descriptors, answer.table)
}

private func xml(_ bytes: [UInt8]) {
  guard let root = try? XMLTree.parse(bytes) else { return }
  if target == "uws" {
    guard let state = try? UWSJob.State(root, base: base) else { return }
    for result in state.results { check(address: result.url) }
    if let url = state.resultURL { check(address: url) }
    return
  }
  _ = VOSI.Availability(root)
  for capability in VOSI.Capability.all(in: root) {
    for interface in capability.interfaces { check(address: interface.accessURL) }
  }
  _ = VOSI.TableMetadata.all(in: root)
}

/// A whole HTTP answer: the first byte says what was asked for and how the body comes in pieces, then header lines to an
/// empty one, then the body.
private func http(_ bytes: [UInt8]) {
  guard let order = bytes.first else { return }
  var rest = bytes[1...]
  let kinds: [Set<ContentKind>] = [[], [.fits], [.votable], [.fits, .gzip], [.gzip], [.xml], [.text, .csv], [.json]]
  var request = TransferRequest(url: base, expecting: kinds[Int(order & 7)])
  request.mustBeWhole = order & 8 != 0
  request.followsRedirects = order & 16 != 0
  if order & 32 != 0 { request.range = 0..<100 }
  guard let address = WebAddress(base) else { return }
  let sent = ExchangeOrder(
    url: base, hostKey: address.hostKey, verb: .get, headers: [], connectTimeout: 1, stallTimeout: 1,
    totalTimeout: 1, maxBytes: 1 << 20, maxRedirects: 10, userAgent: "", certificateFile: nil, file: nil)
  nonisolated(unsafe) var ended: ExchangeResult?
  let exchange = Exchange(id: 1, order: sent) { ended = $0 }
  while let end = rest.firstIndex(of: 0x0A) {
    let line = Array(rest[...end])
    rest = rest[(end + 1)...]
    line.withUnsafeBytes { exchange.take(headerLine: $0) }
    if line.allSatisfy({ $0 == 0x0A || $0 == 0x0D }) { break }
  }
  precondition((0..<10_000).contains(exchange.status), "a status that is none")
  let step = order & 64 != 0 ? 7 : 1 << 16
  var goes = true
  while goes, !rest.isEmpty {
    goes = Array(rest.prefix(step)).withUnsafeBytes { exchange.take(raw: $0) }
    rest = rest.dropFirst(step)
  }
  exchange.end(.answered)
  guard let result = ended else { preconditionFailure("an end that nobody is told of") }
  precondition(result.body.count <= sent.maxBytes, "more bytes than are allowed")
  if case .failed = result.outcome {} else if !goes { preconditionFailure("a stop without a reason") }
  _ = ContentRange(result.headers["Content-Range"])
  let kind = ContentKind.classify(result.body)
  let head = ContentKind.classify(Array(result.body.prefix(ContentKind.bytesNeeded)))
  precondition(kind == head, "more than the first bytes decided")
  if let words = ServerWords.excerpt(result.body, kind: kind) {
    precondition(words.count <= ServerWords.limit, "too many words")
  }
  let check = ResponseCheck(request: request, address: address)
  do throws(TransferError) {
    try check.accept(result)
    precondition(result.status < 400, "an error that passes")
    try check.accept(kind: kind, head: result.body, result: result)
    try check.acceptWhole(result.body, kind: kind, result: result)
    if !request.expecting.isEmpty, result.status >= 200, result.status < 300 {
      precondition(request.expecting.contains(kind) || kind == .gzip, "\(kind) was not asked for")
    }
  } catch {
    precondition(!error.message.isEmpty && "\(error)".hasPrefix("NET-"), "an error without words")
    _ = RetryPolicy(retries: 4, backoff: 1, longestBackoff: 60, longestRetryAfter: 600)
      .pause(after: error, attempt: 1)
  }
}

/// Reads the bytes as an answer and does with it what a client would.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  switch target {
  case "uws", "vosi": xml(bytes)
  case "http": http(bytes)
  default:
    let reader = VOTableReader(mode: .tolerant, base: base, limits: limits)
    guard let document = try? reader.read(bytes: bytes) else { return 0 }
    if target == "ssap" { spectra(document) } else { links(document) }
  }
  return 0
}
