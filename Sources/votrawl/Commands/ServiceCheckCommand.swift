import ArgumentParser
import Survey
import Tables
import VOClient

extension ServiceCommand {
  /// The command `votrawl service check`.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Ask a service whether it is up and what its habits are: overflow, columns, SIZE, links, parts of files.",
      discussion: """
        A dozen small queries. `good` is as the standards have it, `habit` is something the program copes with, `bad` is not.
        Exit codes: 0 nothing bad; 3 something is; 2 the service does not answer.
        """)

    @Argument(help: "The service: a name, or the URL of an SSAP or TAP service.")
    var service: String

    @OptionGroup var global: GlobalOptions

    private struct Report: Encodable {
      var service: String
      var protocols: [Part]
    }

    private struct Part: Encodable {
      var name, url: String
      var findings: [ServiceCheck.Finding]
    }

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        let entry = try ServiceEntry.find(service, in: survey)
        let engine = try Engine.make(connections: nil, usual: entry.connections, global, survey: survey)
        defer { engine.shutdown() }
        let check = ServiceCheck(engine: engine)
        let isTAP = entry.ssap.prefix { $0 != "?" }.lowercased().hasSuffix("/tap")
        var parts: [Part] = []
        if !isTAP {
          var base = SSAPQuery()
          base.lowerCaseNames = entry.lowerCase ?? false
          base.extra = (entry.extra ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
          parts.append(
            Part(name: "SSAP", url: entry.ssap, findings: await check.spectra(url: entry.ssap, base: base)))
        }
        if let tap = isTAP ? entry.ssap : entry.tap {
          parts.append(
            Part(name: "TAP", url: tap, findings: await check.tables(url: tap, table: entry.table)))
        }
        for part in parts {
          console.say("\(part.name) \(part.url)")
          let width = part.findings.map(\.what.count).max() ?? 0
          for finding in part.findings {
            let padding = String(repeating: " ", count: width - finding.what.count)
            let verdict = finding.verdict.rawValue
            let time = finding.seconds.map { " (\(Int(($0 * 1000).rounded())) ms)" } ?? ""
            console.say(
              "  \(finding.what)\(padding)  \(verdict)\(String(repeating: " ", count: 7 - verdict.count))  \(finding.message)\(time)"
            )
          }
        }
        try console.result(Report(service: entry.name, protocols: parts))
        let queries = parts.flatMap(\.findings).filter { $0.what == "query" }
        if queries.allSatisfy({ $0.verdict == .bad }) {
          throw SurveyError(
            .service, "\(entry.name) does not answer: \(queries.first?.message ?? "nothing was asked")",
            hint: "try again later, or look at its address with `votrawl service info \(service)`")
        }
        return parts.flatMap(\.findings).contains { $0.verdict == .bad } ? .partial : .done
      }
    }
  }

  /// The command `votrawl service find`.
  struct Find: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look in a registry for services: by words, waveband and region of the sky.",
      discussion: """
        The registry is a TAP service with the tables of RegTAP (setting network.registry, GAVO's where none is set).

          votrawl service find emission --waveband optical
          votrawl service find --region 83.63,22.01,2deg
        """)

    @Argument(help: "Words that the title, the description or the subjects must all have.")
    var words: [String] = []

    @Option(help: "What the services give: spectra, tables or cones.")
    var kind = KindName.spectra

    @Option(help: "The waveband: radio, millimeter, infrared, optical, uv, euv, x-ray or gamma-ray.")
    var waveband: String?

    @Option(help: "Only services that say they have something in this cone, such as 83.63,22.01,2deg.")
    var region: RegionArgument?

    @Option(help: "The registry's TAP service (default: the setting network.registry).")
    var registry: String?

    @OptionGroup var output: TableOutput
    @OptionGroup var global: GlobalOptions

    /// The kinds as they are typed.
    enum KindName: String, ExpressibleByArgument, CaseIterable {
      case spectra, tables, cones

      var kind: Registry.Kind {
        switch self {
        case .spectra: .spectra
        case .tables: .tables
        case .cones: .cones
        }
      }
    }

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        let settings = try global.settings(survey: survey)
        let engine = try Engine.make(connections: nil, global, survey: survey)
        defer { engine.shutdown() }
        let url = registry ?? settings[.registry] ?? Registry.standardURL
        var cone: (ra: Double, dec: Double, radius: Double)?
        if case .cone(let ra, let dec, let radius) = region?.region { cone = (ra, dec, radius) }
        let found = try await Registry(url: url, engine: engine)
          .services(kind.kind, keywords: words, waveband: waveband, region: cone)
        var document = VOTableDocument(table: Registry.table(found))
        document.addProvenance(queries: [("votrawl.registry", url)])
        try output.write(document, console)
        if let file = output.file {
          console.say("\(found.count) services → \(file)")
          try console.result(["services": found.count])
        }
        return found.isEmpty ? .nothing : .done
      }
    }
  }
}
