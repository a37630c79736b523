import Foundation
import Tables

/// What belongs to each candidate as a DataLink document: the spectrum, its picture, and the archive's own links.
///
/// DataLink 1.1, section 3: a row a link, identified by the publisher DID.
struct LinksTable {
  let candidates: [Candidate]
  let columns: CandidateColumns
  /// Files of the pictures, by key of the spectrum.
  let pictures: [Int64: String]

  private struct Link {
    var id, url, semantics, description, type: String
    var service = ""
    var length: Int64?
  }

  var document: VOTableDocument {
    let links = candidates.flatMap(links)
    func text(_ name: String, _ ucd: String, _ value: (Link) -> String) -> Column {
      Column(.text(name, ucd: ucd), strings: links.map(value))
    }
    var length = Field(name: "content_length", datatype: .long, unit: "byte", ucd: "phys.size;meta.file")
    length.values = Values(null: "-1")
    var table = Table(columns: [
      text("ID", "meta.id;meta.main") { $0.id }, text("access_url", "meta.ref.url") { $0.url },
      text("service_def", "meta.ref") { $0.service }, text("error_message", "meta.code.error") { _ in "" },
      text("semantics", "meta.code") { $0.semantics }, text("description", "meta.note") { $0.description },
      text("content_type", "meta.code.mime") { $0.type },
      Column(length, longs: links.map(\.length)),
    ])
    table.name = "links"
    return VOTableDocument(resources: [
      Resource(
        type: "results",
        infos: [
          Info(name: "QUERY_STATUS", value: "OK"),
          Info(name: "standardID", value: "ivo://ivoa.net/std/DataLink#links-1.1"),
          Info(name: "votrawl.version", value: Provenance.version),
          Info(name: "votrawl.command", value: Provenance.command),
        ], tables: [table])
    ])
  }

  private func links(_ candidate: Candidate) -> [Link] {
    let spectrum = candidate.spectrum
    var links: [Link] = []
    if let url = spectrum.accessURL {
      links.append(
        Link(
          id: spectrum.did, url: url, semantics: "#this",
          description: "The spectrum of \(spectrum.designation)",
          type: spectrum.accessFormat ?? "application/octet-stream"))
    }
    if let picture = pictures[spectrum.id] {
      links.append(
        Link(
          id: spectrum.did, url: URL(fileURLWithPath: picture).absoluteString, semantics: "#preview",
          description: "Picture of the Hα window as the network sees it", type: "image/svg+xml"))
    }
    let address = columns.dataLink(candidate)
    if !address.isEmpty {
      links.append(
        Link(
          id: spectrum.did, url: address, semantics: "#auxiliary",
          description: "What the archive links to the spectrum",
          type: "application/x-votable+xml;content=datalink"))
    }
    return links
  }
}
