public import Tables

/// A searchable registry of VO services (RegTAP 1.1).
public struct Registry: Sendable {
  /// The base address of the TAP service that has the registry's tables.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine

  /// The registry of GAVO, which harvests all others.
  public static let standardURL = "https://dc.g-vo.org/tap"

  /// Describes a registry; nothing is sent yet.
  public init(url: String = Registry.standardURL, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// The kinds of services that can be looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// Simple Spectral Access.
    case spectra = "ivo://ivoa.net/std/ssa"
    /// Table Access Protocol.
    case tables = "ivo://ivoa.net/std/tap"
    /// Simple Cone Search.
    case cones = "ivo://ivoa.net/std/conesearch"
  }

  /// One service as the registry knows it.
  public struct Service: Sendable {
    /// IVOA identifier of the resource.
    public var identifier: String
    /// Short name, up to 16 characters.
    public var shortName: String?
    /// Title.
    public var title: String?
    /// What the resource is.
    public var description: String?
    /// Where the service is asked.
    public var accessURL: String
    /// Wavebands, such as `optical`.
    public var wavebands: [String]
    /// Reference page.
    public var referenceURL: String?
  }

  /// Looks for services.
  ///
  /// - Parameters:
  ///   - kind: which protocol they speak.
  ///   - keywords: words that must all occur in the title, the description or the subjects.
  ///   - waveband: a term such as `optical` or `infrared`.
  ///   - region: a cone in degrees, ICRS: only services that say they have something in it. Not all say what they
  ///     cover, and registries before RegTAP 1.2 do not tell.
  ///   - maxrec: the most services wanted.
  /// - Returns: the services by identifier, each interface once.
  /// - Throws: ``ServiceError`` if the registry cannot be asked; SVC-08 if it does not know what services cover.
  public func services(
    _ kind: Kind, keywords: [String] = [], waveband: String? = nil,
    region: (ra: Double, dec: Double, radius: Double)? = nil, maxrec: Int = 10_000
  ) async throws(ServiceError) -> [Service] {
    let tap = TAPService(url: url, engine: engine)
    let query = Self.query(kind, keywords: keywords, waveband: waveband, region: region)
    let document: VOTableDocument
    do throws(ServiceError) {
      document = try await tap.sync(query, maxrec: maxrec)
    } catch {
      guard region != nil, error.kind == .queryFailed, error.message.lowercased().contains("stc_spatial")
      else {
        throw error
      }
      throw ServiceError(
        .notOffered, url: url, message: "this registry does not know what services cover (rr.stc_spatial)",
        hint: "ask another registry, or leave the region out")
    }
    guard let table = document.results else { return [] }
    func text(_ name: String, _ row: Int) -> String? { table.finder(name: name).text(row) }
    var seen = Set<String>()
    return (0..<table.rowCount).compactMap { row in
      guard let identifier = text("ivoid", row), let accessURL = text("access_url", row),
        seen.insert(identifier + " " + accessURL).inserted
      else { return nil }
      return Service(
        identifier: identifier, shortName: text("short_name", row), title: text("res_title", row),
        description: text("res_description", row), accessURL: accessURL,
        wavebands: (text("waveband", row) ?? "").split(separator: "#").map(String.init),
        referenceURL: text("reference_url", row))
    }
  }

  /// The query in the terms of RegTAP 1.1, section 8.
  ///
  /// Identifiers of standards are kept in lower case there; `std` marks the interface that the standard means.
  static func query(
    _ kind: Kind, keywords: [String], waveband: String?,
    region: (ra: Double, dec: Double, radius: Double)? = nil
  ) -> String {
    var conditions = ["standard_id = \(literal(kind.rawValue))", "intf_role = 'std'"]
    if let waveband { conditions.append("1 = ivo_hashlist_has(waveband, \(literal(waveband.lowercased())))") }
    if let region {
      let numbers = [region.ra, region.dec, region.radius].map(PlainNumber.text).joined(separator: ", ")
      conditions.append(
        "ivoid IN (SELECT ivoid FROM rr.stc_spatial WHERE 1 = INTERSECTS(coverage, MOC(6, CIRCLE(\(numbers)))))"
      )
    }
    for keyword in keywords {
      let pattern = literal("%\(keyword)%")
      conditions.append(
        "(1 = ivo_nocasematch(res_title, \(pattern)) OR 1 = ivo_nocasematch(res_description, \(pattern))"
          + " OR ivoid IN (SELECT ivoid FROM rr.res_subject WHERE 1 = ivo_nocasematch(res_subject, \(pattern))))"
      )
    }
    return """
      SELECT ivoid, short_name, res_title, res_description, access_url, waveband, reference_url
      FROM rr.resource NATURAL JOIN rr.capability NATURAL JOIN rr.interface
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY ivoid
      """
  }

  /// A string of ADQL: quotes are doubled.
  private static func literal(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  /// Services as a table.
  public static func table(_ services: [Service]) -> Table {
    func text(_ name: String, ucd: String? = nil, _ value: (Service) -> String?) -> Column {
      Column(.text(name, ucd: ucd), strings: services.map(value))
    }
    return Table(
      columns: [
        text("short_name", \.shortName), text("title", ucd: "meta.title", \.title),
        text("access_url", ucd: "meta.ref.url", \.accessURL),
        text("waveband") { $0.wavebands.joined(separator: " ") },
        text("ivoid", ucd: "meta.ref.ivoid", \.identifier),
        text("description", ucd: "meta.note") {
          $0.description?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        },
        text("reference_url", ucd: "meta.ref.url", \.referenceURL),
      ], name: "services")
  }
}
