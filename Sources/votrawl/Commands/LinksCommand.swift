import ArgumentParser
import Survey
import Tables
import VOClient

/// The command `votrawl links`.
struct LinksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "links", abstract: "What belongs to datasets: files, previews, cut-out services (DataLink).",
    discussion: """
      Datasets are given by publisher DID with the service that lists them, by the rows of a table that a service answered
      (`votrawl search … -o answer.vot`), or by the address of a {links} document.

        votrawl links ivo://asu.cas.cz/stel/ccd700/oe270005 --service ccd700
        votrawl links --table answer.vot --semantics '#this' -o links.vot
        votrawl links 'http://archive.example/dlmeta?ID=…'

      Exit codes: 0 all have links; 1 none has; 3 some have none (their rows say why); 2 failed.
      """)

  @Argument(help: ArgumentHelp("Publisher DIDs, or addresses of {links} documents.", valueName: "id"))
  var ids: [String] = []

  @Option(
    help:
      "The service: a name (`votrawl service list`), or the URL of an SSAP service that describes its links.")
  var service: String?

  @Option(help: ArgumentHelp("The URL of the {links} service itself.", valueName: "url"))
  var linksService: String?

  @Option(
    help: ArgumentHelp(
      "A table that a service answered; its descriptor says which column to use.", valueName: "file"))
  var table: String?

  @Option(
    help: "Column of the identifiers in the table (default: as the descriptor says, else publisher DID).")
  var column: String?

  @Option(help: "Only links of this meaning and narrower ones, such as #this, #preview or #proc.")
  var semantics: String?

  @Option(help: "How deep links to further {links} documents are followed; 0 leaves them.")
  var depth = 3

  @OptionGroup var output: TableOutput
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if ids.isEmpty == (table == nil) { throw ValidationError("give identifiers, or --table") }
    if depth < 0 || depth > 20 { throw ValidationError("--depth is from 0 to 20") }
    if service != nil && linksService != nil {
      throw ValidationError("--service and --links-service exclude each other")
    }
    let isAddress = ids.map { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
    if table == nil, service == nil, linksService == nil, isAddress.contains(false) {
      throw ValidationError("say with --service or --links-service who is to be asked")
    }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try SurveyFolder.ifAny() }
    try await console.run {
      let engine = try Engine.make(connections: nil, global, survey: survey)
      defer { engine.shutdown() }
      let (answer, asked, service) = try await links(engine, survey, console)
      var rows: [DataLink] = []
      for id in asked {
        rows += depth == 0 ? answer[id] : await service.expanding(answer[id], depth: depth)
      }
      let failed = asked.filter { id in answer[id].allSatisfy { $0.errorMessage != nil } }
      if let semantics { rows = rows.filter { Semantics.isSameOrNarrower($0.semantics, than: semantics) } }
      let good = rows.count { $0.errorMessage == nil }
      var document = DataLinkAnswer.document(rows)
      document.addProvenance(queries: [("votrawl.service", service.url)])
      try output.write(document, terminal: Self.short(rows), console)
      for id in failed.prefix(5) {
        console.warn("\(id): \(answer[id].lazy.compactMap(\.errorMessage).first ?? "no links")")
      }
      if failed.count > 5 { console.warn("and \(failed.count - 5) more without links") }
      if let file = output.file {
        console.say(
          "\(good) links of \(asked.count - failed.count) datasets, \(failed.count) without → \(file)")
        try console.result(
          ["links": good, "datasets": asked.count, "without": failed.count, "requests": answer.requestCount])
      }
      if good == 0 { return .nothing }
      return failed.isEmpty && !rows.contains { $0.errorMessage?.hasPrefix("Fault: ") == true }
        ? .done : .partial
    }
  }

  /// Asks for the links; also gives what was asked for, in order, and who was asked.
  private func links(
    _ engine: TransferEngine, _ survey: SurveyFolder?, _ console: Console
  ) async throws -> (DataLinkAnswer, [String], DataLinkService) {
    if let table {
      let (asked, service) = try await identifiers(inTable: table, engine, survey)
      return (try await service.links(ids: asked), asked, service)
    }
    if service == nil, linksService == nil {
      var answer = DataLinkAnswer()
      for address in ids {
        let service = DataLinkService(url: address, engine: engine)
        answer.links[address] = try await service.document()
        answer.requestCount += 1
      }
      return (answer, ids, DataLinkService(url: ids[0], engine: engine))
    }
    let service = try await Self.service(named: service, at: linksService, engine: engine, survey: survey)
    var seen = Set<String>()
    let asked = ids.filter { seen.insert($0).inserted }
    return (try await service.links(ids: asked), asked, service)
  }

  /// The {links} service that the user means.
  ///
  /// - Parameters:
  ///   - name: name or URL of an SSAP service whose answers describe it.
  ///   - address: its own URL.
  static func service(
    named name: String?, at address: String?, engine: TransferEngine, survey: SurveyFolder?
  ) async throws -> DataLinkService {
    if let address { return DataLinkService(url: address, engine: engine) }
    let entry = try ServiceEntry.find(name ?? "", in: survey)
    var query = SSAPQuery(maxrec: 1)
    query.lowerCaseNames = entry.lowerCase ?? false
    query.extra = (entry.extra ?? [:]).map { ($0.key, $0.value) }
    let answer = try await SSAPService(url: entry.ssap, engine: engine).query(query)
    guard let descriptor = answer.linksDescriptor else {
      throw SurveyError(
        .service, "the answers of \(entry.name) describe no links (DataLink)",
        hint: "its spectra have no links, or it has a {links} service that you can give with --links-service")
    }
    return DataLinkService(descriptor: descriptor, engine: engine)
  }

  /// The identifiers in a table, and the service that its document describes.
  private func identifiers(
    inTable path: String, _ engine: TransferEngine, _ survey: SurveyFolder?
  ) async throws -> ([String], DataLinkService) {
    let document = try TableFile.document(path: path)
    let rows = try document.requireResults()
    let descriptor = ServiceDescriptor.all(in: document).first(where: \.isDataLink)
    let reference = descriptor?.inputs.first { $0.ref != nil }?.ref
    let finder: CellFinder
    if let column {
      finder = rows.finder(name: column)
    } else if let reference, rows.finder(name: reference).exists {
      finder = rows.finder(name: reference)
    } else {
      let byUtype = rows.finder(utype: "Curation.PublisherDID", name: "obs_publisher_did")
      finder = byUtype.exists ? byUtype : rows.finder(name: "publisher_did")
    }
    guard finder.exists else {
      throw SurveyError(
        .unknownName, "\(path) has no column \(column ?? "of publisher DIDs")", hint: "say it with --column")
    }
    var seen = Set<String>()
    let asked = (0..<rows.rowCount).compactMap { finder.string($0) }.filter {
      !$0.isEmpty && seen.insert($0).inserted
    }
    if service != nil || linksService != nil {
      return (asked, try await Self.service(named: service, at: linksService, engine: engine, survey: survey))
    }
    guard let descriptor else {
      throw SurveyError(
        .service, "\(path) describes no {links} service",
        hint: "say with --service or --links-service who is to be asked")
    }
    return (asked, DataLinkService(descriptor: descriptor, engine: engine))
  }

  /// What fits a terminal.
  private static func short(_ links: [DataLink]) -> Table {
    Table(columns: [
      Column(.text("semantics"), strings: links.map(\.semantics)),
      Column(.text("type"), strings: links.map { $0.contentType?.description }),
      Column(Field(name: "size", datatype: .long, unit: "byte"), integers: links.map(\.contentLength)),
      Column(
        .text("address"), strings: links.map { $0.accessURL ?? $0.errorMessage ?? $0.descriptor?.accessURL }),
      Column(.text("ID"), strings: links.map(\.id)),
      Column(.text("description"), strings: links.map(\.description)),
    ])
  }
}
