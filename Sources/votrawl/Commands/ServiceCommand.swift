import ArgumentParser
import Survey

/// The command `votrawl service`.
struct ServiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service",
    abstract: "Archives: those the program knows, those a registry knows, and what they do when asked.",
    subcommands: [List.self, Info.self, Find.self, Check.self], defaultSubcommand: List.self)

  /// The command `votrawl service list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the archives that are known by name: the survey's own, and the program's.")
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        let own = survey?.configuration.service ?? []
        let names = Set(own.map(\.name))
        let services = own + (try ServiceCatalog.builtIn().services.filter { !names.contains($0.name) })
        let width = services.map(\.name.count).max() ?? 0
        for service in services {
          let padding = String(repeating: " ", count: width - service.name.count)
          console.say("\(service.name)\(padding)  \(service.title ?? "")")
        }
        try console.result(services)
        return .done
      }
    }
  }

  /// The command `votrawl service info`.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print what is known of one archive.")

    @Argument(help: "Name of the archive.")
    var name: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        let service = try ServiceEntry.find(name, in: survey)
        let facts: [(String, String?)] = [
          ("name", service.name), ("title", service.title), ("ssap", service.ssap), ("tap", service.tap),
          ("table", service.table), ("scale", service.scale), ("maxrec", service.maxrec.map { "\($0)" }),
          ("connections", service.connections.map { "\($0)" }), ("note", service.note),
        ]
        for (name, value) in facts { if let value { console.say("\(name): \(value)") } }
        try console.result(service)
        return .done
      }
    }
  }
}
