import ArgumentParser
import Survey
import Tables
import VOClient

/// The command `votrawl search`.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Ask one service one question: which spectra (or stars) has it there?",
    discussion: """
      The service is a name (`votrawl service list`) or a URL: of an SSAP service, a cone search, or a TAP service with
      ivoa.obscore. What it sends too much is left out.

        votrawl search ccd700 "05:34:31.9 +22:00:52" --radius 30arcmin
        votrawl search lamost-dr10 83.63,22.01 --radius 1deg --band 6519..6732Angstrom -o pool.vot
        votrawl search https://dc.g-vo.org/tap --via obscore --target "alf Lyr"

      Exit codes: 0 all of it; 1 nothing found; 3 the service has more rows than it gave and you did not set --maxrec, or
      the answer broke off; 2 failed.
      """)

  /// The protocols.
  enum Way: String, ExpressibleByArgument, CaseIterable {
    case ssap, cone, obscore
  }

  @Argument(help: "The service: a name, or a URL.")
  var service: String

  @Argument(
    help: ArgumentHelp(
      "Where, ICRS: 83.63,22.01 or \"05:34:31.9 +22:00:52\"; needs --radius.", valueName: "position"))
  var position: SkyPositionArgument?

  @Option(help: "How far from there, such as 30arcsec, 10arcmin, 2deg.")
  var radius: AngularRadius?

  @Option(help: "The protocol: ssap, cone or obscore (default: by the address, else ssap).")
  var via: Way?

  @OptionGroup var constraints: SearchConstraints

  @Option(help: "The most rows.")
  var maxrec: Int?

  @Flag(
    help: "One row for each spectrum where the service lists it in several formats (FITS before VOTable).")
  var distinct = false

  @Flag(help: "Write columns of fixed names and units instead of the service's own.")
  var uniform = false

  @Flag(help: "Say what would be asked, and ask nothing.")
  var dryRun = false

  @OptionGroup var output: TableOutput
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if (position == nil) != (radius == nil) {
      throw ValidationError("a position needs --radius, and --radius a position")
    }
    if let radius, radius.degrees <= 0 || radius.degrees > 180 {
      throw ValidationError("--radius must be more than 0 and at most 180deg")
    }
    if let maxrec, maxrec < 0 { throw ValidationError("--maxrec must not be negative") }
    if via == .cone {
      if position == nil { throw ValidationError("a cone search needs a position and --radius") }
      if constraints.areAny { throw ValidationError("a cone search knows no constraint but the position") }
    }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try SurveyFolder.ifAny() }
    try await console.run {
      let entry = try ServiceEntry.find(service, in: survey)
      let engine = try Engine.make(connections: nil, usual: entry.connections, global, survey: survey)
      defer { engine.shutdown() }
      let way = via ?? Self.way(of: entry.ssap)
      if way == .cone { return try await cone(entry, engine, console) }
      return try await spectra(entry, way, engine, console)
    }
  }

  /// The protocol that an address tells.
  private static func way(of address: String) -> Way {
    let path = address.prefix { $0 != "?" }.lowercased()
    if path.hasSuffix("/tap") || path.hasSuffix("/tap/") { return .obscore }
    return path.contains("scs") || path.contains("conesearch") ? .cone : .ssap
  }

  /// The question in the terms of SSAP.
  private func query(_ entry: ServiceEntry, _ way: Way) -> SSAPQuery {
    var query = constraints.query
    if let position, let radius {
      query.position = (position.ra, position.dec)
      query.size = 2 * radius.degrees
    }
    query.maxrec = maxrec ?? (way == .ssap ? entry.maxrec : nil)
    if way == .ssap {
      query.lowerCaseNames = entry.lowerCase ?? false
      query.extra += (entry.extra ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    return query
  }

  private func spectra(
    _ entry: ServiceEntry, _ way: Way, _ engine: TransferEngine, _ console: Console
  ) async throws -> Outcome {
    let query = query(entry, way)
    let tap = ObsCoreService(url: entry.tap ?? entry.ssap, engine: engine)
    let asked = try way == .obscore ? tap.adql(query) : query.url(base: entry.ssap) ?? entry.ssap
    if dryRun {
      console.say(asked)
      try console.result(["service": way == .obscore ? tap.tap.url : entry.ssap, "query": asked])
      return .done
    }
    var answer =
      try await way == .obscore
      ? tap.query(query) : SSAPService(url: entry.ssap, engine: engine).query(query)
    let rowCount = answer.records.count
    if distinct { answer.records = answer.distinct() }
    if answer.rejectedCount > 0 {
      console.warn("\(answer.rejectedCount) rows that do not satisfy the query were left out")
    }
    let uniformTable = SSAPRecord.table(answer.records)
    var document = answer.document
    if uniform {
      document = VOTableDocument(
        table: uniformTable, status: answer.status, coosys: [CoordinateSystem(id: "icrs", system: "ICRS")])
    } else {
      document.replaceResults(by: answer.table.taking(answer.records.map(\.row)))
    }
    document.addProvenance(queries: [("votrawl.service", entry.ssap), ("votrawl.query", asked)])
    try output.write(document, terminal: uniformTable, console)
    return try finish(
      SearchSummary(
        service: entry.name, query: asked, rows: answer.records.count, spectra: answer.datasets.count,
        positions: answer.records.count { $0.ra != nil }, status: answer.status, isPartial: answer.isPartial),
      formats: rowCount, console)
  }

  private func cone(
    _ entry: ServiceEntry, _ engine: TransferEngine, _ console: Console
  ) async throws -> Outcome {
    guard let position, let radius else {
      throw ValidationError("a cone search needs a position and --radius")
    }
    if dryRun {
      console.say("\(entry.ssap) RA=\(position.ra) DEC=\(position.dec) SR=\(radius.degrees)")
      return .done
    }
    let answer = try await ConeSearchService(url: entry.ssap, engine: engine).query(
      ra: position.ra, dec: position.dec, radius: radius.degrees, maxrec: maxrec)
    var document = answer.document
    document.addProvenance(queries: [("votrawl.query", answer.url)])
    try output.write(document, console)
    return try finish(
      SearchSummary(
        service: entry.name, query: answer.url, rows: answer.table.rowCount, spectra: nil, positions: nil,
        status: answer.status, isPartial: document.isPartial), formats: 0, console)
  }

  private func finish(_ summary: SearchSummary, formats: Int, _ console: Console) throws -> Outcome {
    if let file = output.file {
      let spectra = summary.spectra.map {
        $0 == summary.rows ? "\($0) spectra" : "\($0) spectra in \(summary.rows) rows"
      }
      console.say("\(spectra ?? "\(summary.rows) rows") → \(file)")
      try console.result(summary)
    }
    var outcome: Outcome = summary.rows == 0 ? .nothing : .done
    if case .error(let message) = summary.status {
      console.warn("the service reports an error after \(summary.rows) rows: \(message)")
      outcome = .partial
    } else if summary.isPartial {
      console.warn("the answer broke off; its whole rows were kept")
      outcome = .partial
    } else if summary.status == .overflow, maxrec == nil {
      console.warn(
        "the service has more rows than it gave (OVERFLOW): ask for less, set --maxrec, or use `votrawl crawl`"
      )
      outcome = .partial
    }
    return outcome
  }
}

/// What a search gave.
struct SearchSummary: Encodable {
  var service: String
  var query: String
  var rows: Int
  var spectra: Int?
  var positions: Int?
  var status: QueryStatus
  var isPartial: Bool

  enum CodingKeys: String, CodingKey {
    case service, query, rows, spectra, positions, status, partial, message
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(service, forKey: .service)
    try container.encode(query, forKey: .query)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(spectra, forKey: .spectra)
    try container.encodeIfPresent(positions, forKey: .positions)
    try container.encode(isPartial, forKey: .partial)
    switch status {
    case .ok: try container.encode("OK", forKey: .status)
    case .overflow: try container.encode("OVERFLOW", forKey: .status)
    case .error(let text):
      try container.encode("ERROR", forKey: .status)
      try container.encode(text, forKey: .message)
    }
  }
}
