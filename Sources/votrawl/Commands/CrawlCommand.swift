import ArgumentParser
import Foundation
import Survey
import VOClient

/// The command `votrawl crawl`.
struct CrawlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crawl", abstract: "Learn which spectra archives have.",
    discussion: """
      Asks SSAP services cell by cell of the sky, dividing cells whose answer overflows. A crawl that was stopped or
      killed goes on where it was. Give a service by its name (`votrawl service list`), as NAME=URL, or as a URL.
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

  @Flag(help: "Ask again for what is known already.")
  var again = false

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if all && region != nil { throw ValidationError("--all and --region exclude each other") }
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
        let service = try survey.service(name)
        var options = Crawl.Options()
        if let region { options.region = region.region }
        options.maxrec = maxrec
        options.connections = connections
        options.again = again
        let summary = try await Crawl(survey, service: service, options: options, engine: engine)
          .run { console.meter.show($0) }
        console.say(
          "\(summary.collection): \(summary.spectra) spectra, \(summary.new) new, \(summary.queries) queries")
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
