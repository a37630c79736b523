/// The support interfaces of a service: is it up, what can it do, which tables has it (VOSI 1.1).
public struct VOSI: Sendable {
  /// Address of the service; the resources lie below it.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine

  /// Describes a service; nothing is sent yet.
  ///
  /// - Parameter url: the base address. For a service at `…/ssap.xml?` the resources lie in the same folder.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// Whether a service says that it is up, and since when or until when it is not.
  public struct Availability: Sendable {
    /// Whether the service takes queries.
    public var isAvailable: Bool
    /// Since when it runs, ISO 8601.
    public var upSince: String?
    /// When it will be stopped, ISO 8601.
    public var downAt: String?
    /// When it is expected back, ISO 8601.
    public var backAt: String?
    /// What the operators say.
    public var notes: [String]
  }

  /// One capability of a service.
  public struct Capability: Sendable {
    /// Which standard it follows.
    public var standardID: String?
    /// Its access URLs, with the interface's version and role, if given.
    public var interfaces: [Interface]
    /// Limits and other simple facts by element name, such as `maxRecords`; of repeated ones the first.
    public var facts: [String: String]
  }

  /// One interface of a capability.
  public struct Interface: Sendable {
    /// Where it is.
    public var accessURL: String
    /// `std` for the interface that the standard means.
    public var role: String?
    /// Version of the standard.
    public var version: String?
    /// Type, such as `vs:ParamHTTP`.
    public var type: String?
  }

  /// A table of a service.
  public struct TableMetadata: Sendable {
    /// Qualified name, such as `ivoa.obscore`.
    public var name: String
    /// What it holds.
    public var description: String?
    /// Its columns.
    public var columns: [ColumnMetadata]
  }

  /// A column of a table of a service.
  public struct ColumnMetadata: Sendable {
    /// Name.
    public var name: String
    /// What it holds.
    public var description: String?
    /// Unit.
    public var unit: String?
    /// Unified content descriptor.
    public var ucd: String?
    /// Utype.
    public var utype: String?
    /// Datatype in VOTable or TAP terms.
    public var datatype: String?
  }

  /// Asks whether the service is up.
  public func availability() async throws(ServiceError) -> Availability {
    Availability(try await document("availability"))
  }

  /// Asks what the service can do.
  public func capabilities() async throws(ServiceError) -> [Capability] {
    Capability.all(in: try await document("capabilities"))
  }

  /// Asks for the tables of the service with their columns.
  public func tables() async throws(ServiceError) -> [TableMetadata] {
    TableMetadata.all(in: try await document("tables"))
  }

  private func document(_ resource: String) async throws(ServiceError) -> XMLTree {
    guard var address = WebAddress(url) else {
      throw ServiceError(.badQuery, url: url, message: "not an http or https address: \(url)")
    }
    address.query = nil
    let folder = String(address.path[...(address.path.lastIndex(of: "/") ?? address.path.startIndex)])
    let last = address.path.split(separator: "/").last.map(String.init) ?? ""
    if last.contains(".") || address.path.hasSuffix("/") {
      address.path = folder + resource
      return try await engine.xml(TransferRequest(url: address.text)).root
    }
    // `…/tap` has its resources below it, `…/ssap` beside it: the address does not tell.
    address.path += "/" + resource
    do throws(ServiceError) {
      return try await engine.xml(TransferRequest(url: address.text)).root
    } catch let first {
      guard first.transfer?.kind == .refusedByServer || first.transfer?.kind == .unexpectedContent else {
        throw first
      }
      address.path = folder + resource
      do throws(ServiceError) {
        return try await engine.xml(TransferRequest(url: address.text)).root
      } catch {
        throw first
      }
    }
  }
}
