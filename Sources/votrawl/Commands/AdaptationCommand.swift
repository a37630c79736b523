import ArgumentParser
import Survey

/// The command `votrawl adaptation`.
struct AdaptationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adaptation",
    abstract:
      "Measure what each step from one telescope to the other gives, on simulated spectra and on real ones.",
    discussion: """
      A network is trained for each step from the same simulated Ondřejov spectra, and measured on simulated LAMOST spectra of \
      stars that none learned from; on real spectra it is ranked by the measured width of Hα, and asked for the same class of a \
      star from both telescopes.
      """)

  @Option(help: "Simulated Ondřejov spectra to learn from.")
  var source = 2000

  @Option(help: "Simulated LAMOST spectra to measure on.")
  var target = 4000

  @Option(parsing: .upToNextOption, help: "Seeds of the trainings; the figures are means.")
  var seeds: [UInt64] = [1, 2]

  @Option(help: "Seed of the spectra measured on.")
  var seed: UInt64 = 987_654_321

  @Option(help: "Most epochs of a training.")
  var epochs = 12

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Real LAMOST spectra, or folders of them.", valueName: "file"))
  var real: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Two real spectra of a star, FIRST,SECOND, or files with such lines.", valueName: "pair"))
  var pairs: [String] = []

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if source < 300 || target < 100 || epochs < 1 {
      throw ValidationError("--source is at least 300, --target 100, --epochs 1")
    }
    if seeds.isEmpty { throw ValidationError("--seeds needs a seed") }
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      var options = EvaluateAdaptation.Options()
      options.source = source
      options.target = target
      options.seeds = seeds
      options.seed = seed
      options.epochs = epochs
      options.real = real
      options.pairs = pairs
      let found = try await EvaluateAdaptation(options).run { console.meter.show($0) }
      console.say(EvaluationText.adaptation(found))
      try console.result(found)
      return .done
    }
  }
}
