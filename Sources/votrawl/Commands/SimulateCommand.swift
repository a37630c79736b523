import ArgumentParser
import Classifier
import Survey

/// The command `votrawl simulate`.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Make simulated spectra, with what they are in truth.",
    discussion: """
      Every spectrum and its feature vector is made; --table writes classes before and after the instrument and all parameters, \
      --files the spectra themselves, whose headers say that they are simulated. Equal seeds give equal spectra.
      """)

  @Argument(help: "The instrument: lamost or ondrejov.")
  var instrument = "lamost"

  @Option(help: "Number of spectra.")
  var count = 1000

  @Option(help: "Seed.")
  var seed: UInt64 = 1

  @Option(
    help: "Share of spectra with emission (default: that of a survey, 0.01 for LAMOST and 0.53 for Ondřejov)."
  )
  var emission: Double?

  @Option(help: ArgumentHelp("Write what they are: .vot, .csv or .fits.", valueName: "file"))
  var table: String?

  @Option(help: ArgumentHelp("Write the FITS files here.", valueName: "folder"))
  var files: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if SimulatedSurvey.Kind(rawValue: instrument) == nil {
      throw ValidationError("there is no instrument \"\(instrument)\": it is lamost or ondrejov")
    }
    if count < 1 { throw ValidationError("--count must be at least 1") }
    if let emission, !(0...1).contains(emission) { throw ValidationError("--emission is from 0 to 1") }
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      var options = Simulate.Options()
      options.kind = SimulatedSurvey.Kind(rawValue: instrument) ?? .lamost
      options.count = count
      options.seed = seed
      options.emission = emission
      options.table = table
      options.folder = files
      let made = try await Simulate(options).run { console.meter.show($0) }
      func list(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
          .joined(separator: ", ")
      }
      console.say(
        "\(made.spectra) SIMULATED spectra (\(made.survey)) of \(made.stars) stars, \(made.vectors) vectors")
      console.say("after the instrument: \(list(made.classes)); before it: \(list(made.intrinsic))")
      console.say("natures: \(list(made.natures))")
      console.say("in \(made.seconds.formatted(places: 1)) s")
      try console.result(made)
      return .done
    }
  }
}
