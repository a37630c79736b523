import ArgumentParser
import Foundation
import Survey

/// The command `votrawl demo`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show the whole way on simulated spectra, from an archive in this process.",
    discussion: """
      Starts a small archive of simulated Ondřejov and LAMOST spectra on this machine, and runs crawl, match, fetch, train,
      classify, one round of active learning with the simulated truth as the person who labels, and export.
      """)

  @Argument(help: "The folder of the survey it makes; one of an earlier demo there is replaced.")
  var folder = "demo-survey"

  @Option(help: "Simulated Ondřejov spectra, to learn from.")
  var ondrejov = 3_000

  @Option(help: "Simulated LAMOST spectra, to search in.")
  var lamost = 30_000

  @Option(help: "Most epochs of each training.")
  var epochs = 14

  @Option(help: "Seed of the simulation, the training and the choice of spectra.")
  var seed: UInt64 = 1

  @Flag(help: "Only start the archive, to take the steps by hand; says which.")
  var serve = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if ondrejov < 100 || lamost < 100 { throw ValidationError("at least 100 spectra of each survey") }
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      let path = URL(fileURLWithPath: folder).standardizedFileURL.path
      if serve {
        try await DemoServing(
          folder: path, console: console, configuration: Demo.archive(ondrejov, lamost, seed: seed)
        ).run()
        return .done
      }
      var demo = Demo(path: path, seed: seed, console: console)
      demo.ondrejovCount = ondrejov
      demo.lamostCount = lamost
      demo.epochs = epochs
      let summary = try await demo.run()
      for line in summary.lines { console.say(line) }
      try console.result(summary)
      return summary.candidates == 0 ? .nothing : .done
    }
  }
}
