import ArgumentParser
import Survey
import Tables
import VOClient

extension TapCommand {
  /// The command `votrawl tap tables`.
  struct Tables: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the tables of a service.")

    @Argument(help: "The service: a name, or the URL of a TAP service.")
    var service: String

    @Argument(help: "A word that their names or descriptions must have.")
    var word: String?

    @OptionGroup var output: TableOutput
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        let engine = try Engine.make(connections: nil, global, survey: survey)
        defer { engine.shutdown() }
        let schema = TAPSchema(url: try TapCommand.address(service, in: survey), engine: engine)
        var tables = try await schema.tables()
        if let word = word?.lowercased() {
          tables = tables.filter {
            $0.name.lowercased().contains(word) || ($0.description?.lowercased().contains(word) ?? false)
          }
        }
        let table = Table(columns: [
          Column(.text("table"), strings: tables.map(\.name)),
          Column(.text("description"), strings: tables.map { $0.description.map(Self.line) }),
        ])
        try output.write(VOTableDocument(table: table), console)
        return tables.isEmpty ? .nothing : .done
      }
    }

    private static func line(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }

  /// The command `votrawl tap columns`.
  struct Columns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the columns of a table.")

    @Argument(help: "The service: a name, or the URL of a TAP service.")
    var service: String

    @Argument(help: "The table (default: the one in which the service lists its spectra).")
    var table: String?

    @OptionGroup var output: TableOutput
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      let survey = try Console.failing { try SurveyFolder.ifAny() }
      try await console.run {
        guard let name = try table ?? ServiceEntry.find(service, in: survey).table else {
          throw ValidationError("say which table; `votrawl tap tables \(service)` lists them")
        }
        let engine = try Engine.make(connections: nil, global, survey: survey)
        defer { engine.shutdown() }
        let schema = TAPSchema(url: try TapCommand.address(service, in: survey), engine: engine)
        let columns = try await schema.columns(of: name)
        let listing = Table(columns: [
          Column(.text("column"), strings: columns.map(\.name)),
          Column(.text("type"), strings: columns.map(\.datatype)),
          Column(.text("unit"), strings: columns.map(\.unit)),
          Column(.text("ucd"), strings: columns.map(\.ucd)),
          Column(.text("utype"), strings: columns.map(\.utype)),
          Column(.text("description"), strings: columns.map(\.description)),
        ])
        try output.write(VOTableDocument(table: listing), console)
        return columns.isEmpty ? .nothing : .done
      }
    }
  }

  /// The command `votrawl tap jobs`.
  struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the jobs that were begun and whose results are not here yet.")

    @OptionGroup var global: GlobalOptions

    private struct Line: Encodable {
      var url, service, query, begun: String
      var phase: String
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let engine = try Engine.make(connections: nil, global, survey: nil)
        defer { engine.shutdown() }
        var lines: [Line] = []
        for note in TapJobs().all {
          var phase = "unknown"
          do throws(ServiceError) {
            phase = try await UWSJob(url: note.url, engine: engine).state().phase.rawValue.lowercased()
          } catch {
            phase = error.kind == .jobGone ? "gone" : "not reached"
          }
          lines.append(
            Line(url: note.url, service: note.service, query: note.query, begun: note.begun, phase: phase))
          console.say("\(phase)\t\(note.begun)\t\(note.url)\n  \(note.query)")
        }
        try console.result(lines)
        return lines.isEmpty ? .nothing : .done
      }
    }
  }

  /// The command `votrawl tap delete`.
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop a job and remove it from its service.")

    @Argument(help: "The address of the job.")
    var job: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let engine = try Engine.make(connections: nil, global, survey: nil)
        defer { engine.shutdown() }
        try await UWSJob(url: job, engine: engine).delete()
        TapJobs().remove(job)
        console.say("removed \(job)")
        try console.result(["removed": job])
        return .done
      }
    }
  }
}
