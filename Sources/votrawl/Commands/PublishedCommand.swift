import ArgumentParser
import Survey

/// The command `votrawl published`.
struct PublishedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "published",
    abstract:
      "Train on the published set of Ondřejov spectra, and print the figures beside the published ones.",
    discussion: """
      The set, ondrejov-dataset.csv with the fluxes of 12,936 spectra, belongs to the archive of Škoda, Podsztavek & Tvrdík \
      (2020) and does not come with this program. It is split by spectrum, as was published, and by star.
      """)

  @Argument(help: "ondrejov-dataset.csv.")
  var file: String

  @Option(help: "Most epochs of each of the two trainings.")
  var epochs = 65

  @Option(help: "Seed.")
  var seed: UInt64 = 1

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if epochs < 1 { throw ValidationError("--epochs must be at least 1") }
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      var options = PublishedStudy.Options()
      options.epochs = epochs
      options.seed = seed
      let found = try await PublishedStudy.run(file, options) { console.meter.show($0) }
      console.say(EvaluationText.published(found))
      try console.result(found)
      return .done
    }
  }
}
