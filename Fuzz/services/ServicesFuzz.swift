internal import Glibc
internal import Tables

// A libFuzzer target for what services answer; compiled together with VOClient (run.sh), so there is no import of it.
// TARGET in the environment chooses how the bytes are read: `datalink`, `ssap`, `uws` or `vosi`.

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

/// Reads the bytes as an answer and does with it what a client would.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  switch target {
  case "uws", "vosi": xml(bytes)
  default:
    let reader = VOTableReader(mode: .tolerant, base: base, limits: limits)
    guard let document = try? reader.read(bytes: bytes) else { return 0 }
    if target == "ssap" { spectra(document) } else { links(document) }
  }
  return 0
}
