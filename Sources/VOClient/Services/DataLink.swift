/// One row of a {links} answer (DataLink 1.1, section 3.2).
///
/// One of ``accessURL``, ``serviceDef`` and ``errorMessage`` tells what the row is.
public struct DataLink: Sendable {
  /// Identifier of the dataset that the link belongs to.
  public var id: String
  /// Where the linked thing is fetched, absolute.
  public var accessURL: String?
  /// XML ID of the descriptor of the service to ask.
  public var serviceDef: String?
  /// Why there is no link; begins with a fault such as `NotFoundFault`.
  public var errorMessage: String?
  /// What the linked thing is, in words.
  public var description: String?
  /// How the linked thing relates to the dataset: `#this`, `#cutout`, or a URI of another vocabulary.
  public var semantics: String
  /// Media type, if known.
  public var contentType: MediaType?
  /// Size in bytes, if known.
  public var contentLength: Int?
  /// What kind of thing the link leads to (DataLink 1.1), such as `#spectrum`.
  public var contentQualifier: String?
  /// The provider's own semantics.
  public var localSemantics: String?
  /// Whether a login is needed (DataLink 1.1): `false`, `optional` or `true`.
  public var linkAuth: String?
  /// Whether whoever asked may follow the link (DataLink 1.1).
  public var linkAuthorized: Bool?
  /// The service that ``serviceDef`` means.
  public var descriptor: ServiceDescriptor?

  /// An empty link.
  public init(id: String, semantics: String = "") {
    self.id = id
    self.semantics = semantics
  }

  /// Whether this is the dataset itself.
  public var isThis: Bool { Semantics.isSameOrNarrower(semantics, than: "#this") }
  /// Whether the link leads to another {links} document.
  public var isDataLink: Bool { contentType?.isDataLink ?? false }
  /// The kind of fault, such as `NotFoundFault`, of a row that is an error.
  public var fault: String? {
    errorMessage.map { message in String(message.prefix { $0.isLetter }) }
  }
  /// Whether the row is an error that may pass.
  public var isTransientFault: Bool { fault == "TransientFault" }
}
