import ArgumentParser
import Foundation
import Survey
import VOClient

/// The command `votrawl crawl`.
struct CrawlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crawl", abstract: "Learn which spectra archives have.",
    discussion: """
      Asks SSAP services cell by cell of the sky, dividing cells whose answer overflows, or TAP services slice by slice,
      counted first. A crawl that was stopped or killed goes on where it was. Give a service by its name
      (`votrawl service list`), as NAME=URL, or as a URL of an SSAP service.
      """)

  @Argument(help: "Services: names, NAME=URL, or URLs of SSAP services.")
  var services: [String]

  @Option(
    help: ArgumentHelp(
      "Only a cone, such as 83.63,22.01,2deg or 05:34:31.9,+22:00:52,2deg.", valueName: "ra,dec,radius"))
  var region: RegionArgument?

  @Flag(help: "The whole service (the default).")
  var all = false

  @Option(help: "Rows to ask for in one answer.")
  var maxrec: Int?

  @Option(help: "Queries at a time.")
  var connections: Int?

  @Option(help: "How to ask: ssap, tap, or auto (tap where a TAP service and its table are known).")
  var via = ViaArgument.auto

  @Option(help: ArgumentHelp("Base URL of a TAP service that lists the same spectra.", valueName: "url"))
  var tap: String?

  @Option(help: ArgumentHelp("Its table, such as lamost.data or ivoa.obscore.", valueName: "name"))
  var table: String?

  @Flag(help: "Ask again for everything, and say what is new, changed and gone.")
  var again = false

  @Flag(help: "Ask for what the archive changed since; for everything where it does not tell.")
  var update = false

  @Flag(help: "The archive is at another address than it was: take the new one.")
  var moved = false

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if all && region != nil { throw ValidationError("--all and --region exclude each other") }
    if again && update { throw ValidationError("--again and --update exclude each other") }
    if (tap != nil || table != nil) && services.count > 1 {
      throw ValidationError("--tap and --table are of one service: give one")
    }
    if let maxrec, maxrec < 1 { throw ValidationError("--maxrec must be at least 1") }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      let engine = try Engine.make(connections: connections, global, survey: survey)
      defer { engine.shutdown() }
      var summaries: [Crawl.Summary] = []
      for name in services {
        var service = try survey.service(name)
        if let tap { service.tap = tap }
        if let table { service.table = table }
        var options = Crawl.Options()
        if let region { options.region = region.region }
        options.maxrec = maxrec
        options.connections = connections
        options.mode = again ? .again : update ? .update : .goOn
        options.via = via.route
        options.moved = moved
        let summary = try await Crawl(survey, service: service, options: options, engine: engine)
          .run { console.meter.show($0) }
        console.say(
          "\(summary.collection): \(summary.spectra) spectra, \(summary.new) new"
            + (summary.changed > 0 ? ", \(summary.changed) changed" : "")
            + (summary.gone > 0 ? ", \(summary.gone) gone" : "")
            + (summary.back > 0 ? ", \(summary.back) back" : "")
            + ", \(summary.queries) queries (\(summary.via.rawValue.uppercased()))")
        if update, summary.since == nil {
          console.warn("\(summary.collection) does not tell what changed since: everything was asked for")
        }
        for note in summary.notes { console.warn("\(summary.collection): \(note)") }
        for failure in summary.failures.prefix(5) { console.warn(failure) }
        if summary.failures.count > 5 { console.warn("and \(summary.failures.count - 5) cells more") }
        summaries.append(summary)
      }
      try console.result(summaries)
      if summaries.contains(where: { !$0.failures.isEmpty }) { return .partial }
      return summaries.allSatisfy { $0.spectra == 0 } ? .nothing : .done
    }
  }
}

/// How an archive is asked.
enum ViaArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, ssap, tap

  var route: Crawl.Route? { Crawl.Route(rawValue: rawValue) }
}
