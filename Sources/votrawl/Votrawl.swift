import ArgumentParser
import Survey

/// The command line: a verb for each step of the way, a noun with verbs for what one looks at.
@main
struct Votrawl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "votrawl",
    abstract: "Find rare emission-line stars in big spectra archives of the Virtual Observatory.",
    discussion: """
      A survey is a folder. The way through it is a command each: init, crawl, match, fetch, train, classify, learn,
      export. Each can be stopped with Ctrl-C, or killed, and run again: it goes on where it was. `votrawl status` says
      what comes next; `votrawl demo` shows the whole way on simulated spectra.

      Exit codes: 0 done; 1 nothing found; 2 failed; 3 done in part, what failed is listed in a file; 64 usage;
      130 interrupted, with the state saved.
      """,
    version: Provenance.version,
    groupedSubcommands: [
      CommandGroup(
        name: "The way through a survey",
        subcommands: [
          InitCommand.self, CrawlCommand.self, MatchCommand.self, FetchCommand.self, TrainCommand.self,
          ClassifyCommand.self, LearnCommand.self, LabelCommand.self, EvaluateCommand.self,
          ExportCommand.self, SendCommand.self, ReportCommand.self, StatusCommand.self, DemoCommand.self,
        ]),
      CommandGroup(
        name: "What one looks at",
        subcommands: [
          HarvestCommand.self, SearchCommand.self, LinksCommand.self, CutoutCommand.self, TapCommand.self,
          ServiceCommand.self, TableCommand.self,
          SpectrumCommand.self, LabelsCommand.self, RoundCommand.self, ModelCommand.self, MocCommand.self,
          IndexCommand.self, SimulateCommand.self, SimulateOracleCommand.self, AdaptationCommand.self,
          PublishedCommand.self, SampCommand.self, ConfigCommand.self,
          DoctorCommand.self,
        ]),
    ])

  static func main() async {
    Memory.keepFreed()
    await main(nil)
  }
}
