internal import Tables

/// The links of some datasets.
public struct DataLinkAnswer: Sendable {
  /// The links by the identifier that was asked for, in the order of the service.
  ///
  /// Every identifier has at least one row; where the service said nothing, it is an error row saying so.
  public var links: [String: [DataLink]] = [:]
  /// The services that the answer describes.
  public var descriptors: [ServiceDescriptor] = []
  /// How many requests it took.
  public var requestCount = 0

  /// An empty answer.
  public init() {}

  /// The links of one dataset; empty if it was not asked for.
  public subscript(id: String) -> [DataLink] { links[id] ?? [] }

  /// The links of a dataset whose semantics is a term or narrower than it, errors left out.
  public func links(of id: String, semantics: String) -> [DataLink] {
    self[id].filter { $0.errorMessage == nil && Semantics.isSameOrNarrower($0.semantics, than: semantics) }
  }

  /// Reads one {links} document.
  ///
  /// - Parameter base: the address it came from, for relative links.
  static func rows(
    of document: VOTableDocument, base: String
  ) throws(ServiceError) -> (links: [DataLink], descriptors: [ServiceDescriptor], isCut: Bool) {
    let status = document.queryStatus ?? .ok
    guard let table = document.results else {
      if case .error(let message) = status {
        throw ServiceError(.queryFailed, url: base, message: "the service reports an error: \(message)")
      }
      throw ServiceError(.noTable, url: base, message: "the answer holds no table of links")
    }
    if case .error(let message) = status, table.rowCount == 0 {
      throw ServiceError(.queryFailed, url: base, message: "the service reports an error: \(message)")
    }
    let descriptors = ServiceDescriptor.all(in: document)
    let id = table.finder(ucd: "meta.id;meta.main", name: "ID")
    let accessURL = table.finder(ucd: "meta.ref.url", name: "access_url")
    let semantics = table.finder(name: "semantics")
    guard id.exists, semantics.exists else {
      throw ServiceError(
        .missingColumn, url: base,
        message: "the table of links lacks its column \(id.exists ? "semantics" : "ID")")
    }
    let serviceDef = table.finder(name: "service_def")
    let errorMessage = table.finder(ucd: "meta.code.error", name: "error_message")
    let description = table.finder(name: "description")
    let contentType = table.finder(ucd: "meta.code.mime", name: "content_type")
    let contentLength = table.finder(ucd: "phys.size;meta.file", name: "content_length")
    let qualifier = table.finder(name: "content_qualifier")
    let localSemantics = table.finder(name: "local_semantics")
    let linkAuth = table.finder(name: "link_auth")
    let linkAuthorized = table.finder(name: "link_authorized")
    let address = WebAddress(base)
    let links = (0..<table.rowCount).map { row in
      var link = DataLink(id: id.text(row) ?? "", semantics: Semantics.short(semantics.text(row) ?? ""))
      link.accessURL = accessURL.text(row).map { address?.resolving($0)?.absoluteText ?? $0 }
      link.serviceDef = serviceDef.text(row)
      link.errorMessage = errorMessage.text(row)
      link.description = description.text(row)
      link.contentType = contentType.text(row).map(MediaType.init)
      link.contentLength = contentLength.integer(row).flatMap { $0 >= 0 ? $0 : nil }
      link.contentQualifier = qualifier.text(row)
      link.localSemantics = localSemantics.text(row)
      link.linkAuth = linkAuth.text(row)
      link.linkAuthorized = linkAuthorized.boolean(row)
      if let wanted = link.serviceDef.map({ $0.drop { $0 == "#" } }) {
        link.descriptor = descriptors.first { $0.id == String(wanted) }
      }
      return link
    }
    var isCut = document.isPartial
    switch status {
    case .ok: break
    case .overflow, .error: isCut = true
    }
    return (links, descriptors, isCut)
  }
}
