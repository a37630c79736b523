import Classifier
import Foundation
import Tables
import VOClient

/// Brings the bytes of spectra from an archive: whole, cut out there, or cut out here from some bytes of the file.
///
/// Whole files and their parts come from the address the archive lists, or behind its links document; cut-outs from the
/// SODA service that the links document describes (DataLink 1.1 §4), or the SSAP answer where there is no DataLink.
struct SpectrumSource: Sendable {
  let engine: TransferEngine
  /// Spectral window of cut-outs, metres: low, high.
  let band: (Double, Double)
  let form: Fetch.Form
  private let links: DataLinkService?
  private let cutouts: ServiceDescriptor?
  private let ranged: RangedSpectra

  /// What became of one spectrum.
  enum Answer: Sendable {
    case bytes([UInt8])
    /// The archive has nothing in the window.
    case empty
    /// The archive says no, or gives what is no spectrum; asking again would not help.
    case refused(String)
    /// It may work another time.
    case failed(String)
  }

  /// What became of one spectrum, and what it took.
  struct Reply: Sendable {
    var answer: Answer
    /// What the bytes are: the whole file, too, where no part of it could be kept.
    var form: Fetch.Form
    /// Bytes of bodies that came from the archive, decoded.
    var received = 0
  }

  /// - Parameters:
  ///   - descriptors: the services that the collection's SSAP answer described.
  ///   - window: vacuum Å, low and high.
  ///   - scale: of the wavelengths of files that do not say it.
  init(
    engine: TransferEngine, descriptors: [ServiceDescriptor], form: Fetch.Form, window: [Double],
    scale: WavelengthScale
  ) {
    self.engine = engine
    self.form = form
    // In air the window lies 1.8 Å lower: the margin serves both scales, for a cut-out is in the file's own.
    band = ((window[0] - 3) * 1e-10, (window[1] + 1) * 1e-10)
    links = descriptors.first { $0.isDataLink }.map { DataLinkService(descriptor: $0, engine: engine) }
    cutouts = descriptors.first { $0.isSODA }
    ranged = RangedSpectra(engine: engine, window: window[0]...max(window[0], window[1]), scale: scale)
  }

  /// Fetches spectra; each is answered for, whatever happens to the others.
  ///
  /// - Parameters:
  ///   - lanes: so many are asked for, or looked at, at a time; one after the other, in order, with one lane.
  ///   - each: is called once for each spectrum, from that many tasks. What it throws ends all.
  func fetch(
    _ records: [SpectrumRecord], lanes: Int = 1,
    each: @escaping @Sendable (SpectrumRecord, Reply) async throws -> Void
  ) async throws {
    guard form == .cutout, let links else {
      return try await inLanes(records, lanes) { try await each($0, await reply(to: $0)) }
    }
    let found: DataLinkAnswer
    do {
      found = try await links.links(ids: records.map(\.did))
    } catch {
      try Task.checkCancellation()
      for record in records { try await each(record, Reply(answer: .failed("\(error)"), form: form)) }
      return
    }
    try await inLanes(records, lanes) { try await each($0, await cutout($0, links: found[$0.did])) }
  }

  /// Does something with each record, several at a time.
  private func inLanes(
    _ records: [SpectrumRecord], _ lanes: Int,
    _ body: @escaping @Sendable (SpectrumRecord) async throws -> Void
  ) async throws {
    guard lanes > 1 else {
      for record in records { try await body(record) }
      return
    }
    let next = Shared(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(lanes, records.count) {
        group.addTask {
          while true {
            let index = next.withLock { next in
              defer { next += 1 }
              return next
            }
            guard index < records.count else { return }
            try await body(records[index])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func reply(to record: SpectrumRecord) async -> Reply {
    var reply = Reply(answer: .empty, form: form)
    if form == .cutout { return await cutout(record, links: []) }
    switch await address(of: record) {
    case .failure(let problem): reply.answer = problem.answer
    case .success(let url) where form == .ranges:
      do {
        switch try await ranged.bring(url, received: &reply.received) {
        case .window(let bytes): reply.answer = .bytes(bytes)
        case .outside: reply.answer = .empty
        case .whole(let response):
          reply.answer = Self.answer(response)
          reply.form = .file
        }
      } catch {
        reply.answer = Self.answer(error)
      }
    case .success(let url): reply = await get(TransferRequest(url: url, mustBeWhole: true))
    }
    return reply
  }

  private func cutout(_ record: SpectrumRecord, links: [DataLink]) async -> Reply {
    let descriptor = links.lazy.compactMap(\.descriptor).first { $0.isSODA } ?? cutouts
    guard let descriptor else {
      let reason =
        links.lazy.compactMap(\.errorMessage).first ?? "its links document describes no cut-out service"
      return Reply(answer: .refused("\(record.did): \(reason)"), form: form)
    }
    do {
      var request = try SODACutout(descriptor)
        .request(id: record.did, band: band, format: "application/fits")
      request.mustBeWhole = true
      return await get(request)
    } catch {
      return Reply(answer: .refused("\(record.did): \(error)"), form: form)
    }
  }

  private struct NoAddress: Error {
    var answer: Answer
  }

  /// Where a spectrum's file is.
  private func address(of record: SpectrumRecord) async -> Result<String, NoAddress> {
    func refused(_ reason: String) -> Result<String, NoAddress> {
      .failure(NoAddress(answer: .refused("\(record.did): \(reason)")))
    }
    guard let url = record.accessURL else { return refused("the archive lists no address") }
    guard record.accessFormat.map(Self.isDataLink) == true else { return .success(url) }
    do {
      let document = try await DataLinkService(url: url, engine: engine).links(ids: [record.did])
      let this = document.links(of: record.did, semantics: "#this").lazy.compactMap(\.accessURL).first
      return this.map { .success($0) } ?? refused("its links document has no #this")
    } catch {
      return .failure(NoAddress(answer: .failed("\(record.did): \(error)")))
    }
  }

  /// Whether a media type says `datalink`, in letters of either case.
  private static func isDataLink(_ format: String) -> Bool {
    let word = "datalink".utf8
    var rest = Substring(format).utf8
    while rest.count >= word.count {
      if zip(rest, word).allSatisfy({ $0 | 0x20 == $1 }) { return true }
      rest = rest.dropFirst()
    }
    return false
  }

  private func get(_ request: TransferRequest) async -> Reply {
    do {
      let response = try await engine.data(request)
      return Reply(answer: Self.answer(response), form: form, received: response.body.count)
    } catch {
      return Reply(answer: Self.answer(error), form: form)
    }
  }

  private static func answer(_ response: TransferResponse) -> Answer {
    if response.status == 204 || response.body.isEmpty { return .empty }
    switch response.kind {
    case .html: return .refused("\(response.url) answered with a web page, not a spectrum")
    case .png: return .refused("\(response.url) answered with a picture, not a spectrum")
    default: return .bytes(response.body)
    }
  }

  private static func answer(_ error: TransferError) -> Answer {
    if error.kind == .nothingThere { return .empty }
    return error.isTransient ? .failed("\(error)") : .refused("\(error)")
  }
}
