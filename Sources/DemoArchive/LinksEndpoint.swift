import Classifier
import Tables

/// DataLink 1.1: what belongs to a spectrum.
struct LinksEndpoint: Sendable {
  /// Media type of the answer.
  static let mediaType = "application/x-votable+xml;content=datalink"

  /// The collection.
  let collection: DemoCollection
  /// Base URL of the archive.
  let base: String
  /// The silent limit.
  let habits: DemoArchiveHabits

  private struct Link {
    let id: String
    var url: String?
    var service: String?
    var fault: String?
    let description: String
    let semantics: String
    var type: String?
    var size: Int?
  }

  /// Answers a request for the links of any number of identifiers.
  func answer(_ parameters: Parameters) -> Answer {
    let unknown = parameters.others(than: ["ID", "RESPONSEFORMAT", "MAXREC", "RUNID"])
    if let name = unknown.first {
      return .text(422, "UsageError: the parameter \(name) is not accepted by this service")
    }
    var limit = habits.linksMaxrec > 0 ? habits.linksMaxrec : Int.max
    if let text = parameters["MAXREC"] {
      guard let number = Int(text), number >= 0 else {
        return .text(422, "UsageError: MAXREC: '\(text)' is not a number")
      }
      limit = number
    }
    if let format = parameters["RESPONSEFORMAT"],
      !["votable", "application/x-votable+xml", "text/xml"].contains(where: {
        format.lowercased().hasPrefix($0)
      })
    {
      return .text(422, "UsageError: RESPONSEFORMAT: '\(format)' cannot be made here")
    }
    var links: [Link] = []
    var descriptors: [Resource] = []
    var isCut = false
    for id in parameters.all("ID") where !id.isEmpty {
      if links.count >= limit {
        isCut = true
        break
      }
      guard let record = collection.record(publisherDID: id) else {
        links.append(
          Link(
            id: id, fault: "NotFoundFault: no spectrum with this identifier here", description: "",
            semantics: "#this"))
        continue
      }
      let service = "proc_\(descriptors.count)"
      links += self.links(of: record, id: id, service: service)
      descriptors.append(
        ServiceDescriptors(collection: collection, base: base)
          .cutout(id: service, identifier: id, record: record))
    }
    let results = Resource(
      type: "results",
      infos: [
        Info(name: "standardID", value: "ivo://ivoa.net/std/DataLink#links-1.1"),
        Info(name: "QUERY_STATUS", value: isCut ? "OVERFLOW" : "OK"),
      ],
      tables: [table(links)])
    let document = VOTableDocument(resources: [results] + descriptors)
    guard let bytes = TableEncoding.tabledata.bytes(of: document) else {
      return .text(500, "the answer could not be written")
    }
    return Answer(type: Self.mediaType, body: bytes)
  }

  private func links(of record: SimulatedRecord, id: String, service: String) -> [Link] {
    let root = base + "/" + collection.path
    let identifier = Parameters.encode(id)
    return [
      Link(
        id: id, url: root + "/file/" + record.name + ".fits", description: "The whole spectrum",
        semantics: "#this",
        type: "image/fits", size: record.fileSize),
      Link(
        id: id, url: root + "/cutout?ID=" + identifier + "&FORMAT=application%2Fx-votable%2Bxml",
        description: "The spectrum as VOTable", semantics: "#derivation", type: SpectrumTable.votableType),
      Link(
        id: id, url: root + "/cutout?ID=" + identifier + "&FORMAT=application%2Ffits",
        description: "The spectrum as FITS table", semantics: "#derivation", type: "application/fits"),
      Link(id: id, service: service, description: "Cut out a range of wavelengths", semantics: "#proc"),
    ]
  }

  private func table(_ links: [Link]) -> Table {
    let text: (String, String, String, [String?]) -> Column = { name, ucd, description, values in
      Column(.text(name, ucd: ucd, id: name, description: description), strings: values)
    }
    return Table(
      columns: [
        text("ID", "meta.id;meta.main", "Identifier of the spectrum", links.map(\.id)),
        text("access_url", "meta.ref.url", "URL of the data", links.map(\.url)),
        text("service_def", "meta.ref", "ID of the descriptor of a service", links.map(\.service)),
        text("error_message", "meta.code.error", "Why there is no link", links.map(\.fault)),
        text("description", "meta.note", "What the link gives", links.map(\.description)),
        text("semantics", "meta.code", "How the data belong to the spectrum", links.map(\.semantics)),
        text("content_type", "meta.code.mime", "Media type", links.map(\.type)),
        Column(
          Field(
            name: "content_length", datatype: .long, unit: "byte", ucd: "phys.size;meta.file",
            id: "content_length",
            description: "Size", nullValue: "-1"),
          longs: links.map { $0.size.map(Int64.init) }),
      ], name: "links", description: "Links")
  }
}
