import Foundation
import Tables
import VOClient

/// Brings the bytes of spectra from an archive, whole or cut out.
///
/// Whole files come from the address the archive lists, or behind its links document; cut-outs from the SODA service that
/// the links document describes (DataLink 1.1 §4), or the SSAP answer where there is no DataLink.
struct SpectrumSource: Sendable {
  let engine: TransferEngine
  /// Spectral window of cut-outs, metres: low, high.
  let band: (Double, Double)
  let form: Fetch.Form
  private let links: DataLinkService?
  private let cutouts: ServiceDescriptor?

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

  /// - Parameters:
  ///   - descriptors: the services that the collection's SSAP answer described.
  ///   - window: vacuum Å, low and high.
  init(engine: TransferEngine, descriptors: [ServiceDescriptor], form: Fetch.Form, window: [Double]) {
    self.engine = engine
    self.form = form
    // In air the window lies 1.8 Å lower: the margin serves both scales, for a cut-out is in the file's own.
    band = ((window[0] - 3) * 1e-10, (window[1] + 1) * 1e-10)
    links = descriptors.first { $0.isDataLink }.map { DataLinkService(descriptor: $0, engine: engine) }
    cutouts = descriptors.first { $0.isSODA }
  }

  /// Fetches spectra, in order; each is answered for, whatever happens to the others.
  func fetch(_ records: [SpectrumRecord], each: (SpectrumRecord, Answer) async throws -> Void) async throws {
    if form == .cutout, let links {
      let found: DataLinkAnswer
      do {
        found = try await links.links(ids: records.map(\.did))
      } catch {
        try Task.checkCancellation()
        for record in records { try await each(record, .failed("\(error)")) }
        return
      }
      for record in records { try await each(record, await cutout(record, links: found[record.did])) }
    } else {
      for record in records {
        let answer = form == .cutout ? await cutout(record, links: []) : await whole(record)
        try await each(record, answer)
      }
    }
  }

  private func cutout(_ record: SpectrumRecord, links: [DataLink]) async -> Answer {
    let descriptor = links.lazy.compactMap(\.descriptor).first { $0.isSODA } ?? cutouts
    guard let descriptor else {
      let reason =
        links.lazy.compactMap(\.errorMessage).first ?? "its links document describes no cut-out service"
      return .refused("\(record.did): \(reason)")
    }
    do {
      let request = try SODACutout(descriptor)
        .request(id: record.did, band: band, format: "application/fits")
      return await get(request, record)
    } catch {
      return .refused("\(record.did): \(error)")
    }
  }

  private func whole(_ record: SpectrumRecord) async -> Answer {
    guard var url = record.accessURL else { return .refused("\(record.did): the archive lists no address") }
    if let format = record.accessFormat?.lowercased(), format.contains("datalink") {
      do {
        let document = try await DataLinkService(url: url, engine: engine).links(ids: [record.did])
        guard
          let this = document.links(of: record.did, semantics: "#this").first(where: { $0.accessURL != nil }),
          let address = this.accessURL
        else { return .refused("\(record.did): its links document has no #this") }
        url = address
      } catch {
        return .failed("\(record.did): \(error)")
      }
    }
    return await get(TransferRequest(url: url), record)
  }

  private func get(_ request: TransferRequest, _ record: SpectrumRecord) async -> Answer {
    do {
      let response = try await engine.data(request)
      if response.status == 204 || response.body.isEmpty { return .empty }
      switch response.kind {
      case .html: return .refused("\(response.url) answered with a web page, not a spectrum")
      case .png: return .refused("\(response.url) answered with a picture, not a spectrum")
      default: return .bytes(response.body)
      }
    } catch  where error.kind == .nothingThere {
      return .empty
    } catch {
      return error.isTransient ? .failed("\(error)") : .refused("\(error)")
    }
  }
}
