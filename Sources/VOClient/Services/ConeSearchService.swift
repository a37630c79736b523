public import Tables

/// A Simple Cone Search service (SCS 1.03).
public struct ConeSearchService: Sendable {
  /// The access URL as registered, with or without `?` and parameters.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine

  /// Describes a service; nothing is sent yet.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
  }

  /// What a cone search found.
  public struct Answer: Sendable {
    /// The table as it came.
    public var table: Table
    /// How the query ended.
    public var status: QueryStatus
    /// The whole document.
    public var document: VOTableDocument
    /// The address that was asked.
    public var url: String
  }

  /// Asks for everything within a circle.
  ///
  /// - Parameters:
  ///   - ra: right ascension of the centre, ICRS, degrees.
  ///   - dec: declination of the centre, degrees.
  ///   - radius: radius in degrees; 0 gives the columns only.
  ///   - verbosity: 1, 2 or 3: how many columns come.
  ///   - maxrec: the most rows wanted (not part of the standard; DaCHS knows it).
  /// - Throws: ``ServiceError``; SVC-04 also for the errors that SCS hides in an INFO or PARAM named `Error`.
  public func query(
    ra: Double, dec: Double, radius: Double, verbosity: Int? = nil, maxrec: Int? = nil
  ) async throws(ServiceError) -> Answer {
    guard let address = WebAddress(url), abs(dec) <= 90, ra.isFinite, radius >= 0, radius <= 180 else {
      throw ServiceError(
        .badQuery, url: url, message: "no cone search can be made of \(ra), \(dec), radius \(radius)")
    }
    let turned = ra.truncatingRemainder(dividingBy: 360)
    var items = [
      ("RA", PlainNumber.text(turned < 0 ? turned + 360 : turned)), ("DEC", PlainNumber.text(dec)),
      ("SR", PlainNumber.text(radius)),
    ]
    if let verbosity { items.append(("VERB", String(verbosity))) }
    if let maxrec { items.append(("MAXREC", String(maxrec))) }
    let request = TransferRequest(url: address.adding(items).text)
    let document = try await VOTableFetch(engine).document(request)
    let status = document.queryStatus ?? .ok
    if case .error(let message) = status {
      throw ServiceError(.queryFailed, url: request.url, message: "the service reports an error: \(message)")
    }
    guard let table = document.results else {
      throw ServiceError(.noTable, url: request.url, message: "the answer holds no table")
    }
    return Answer(table: table, status: status, document: document, url: request.url)
  }
}
