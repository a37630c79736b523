import ArgumentParser
import Survey

/// The command `votrawl export`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the candidates as tables for TOPCAT.",
    discussion: """
      Writes a table of spectra, and beside it one of objects (…-objects). What a person said goes before what the network \
      says. With --known, stars that no published list has are written apart, too (…-new).
      """)

  @Argument(help: "Collections (default: all).")
  var collections: [String] = []

  @Option(name: .customLong("class"), help: "Only this class (may be given several times).")
  var classes: [String] = []

  @Option(help: "Least probability of not being background, 0 to 1.")
  var minProbability = 0.0

  @Option(
    help: """
      Least share of right ones to expect among what is written, 0 to 1: as many of the surest as keep to it (audited, \
      where a round of `learn` has judged the model).
      """)
  var minPrecision = 0.0

  @Option(help: "A published list, VOTable, FITS or CSV, that is not new (may be given several times).")
  var known: [String] = []

  @Option(help: "Greatest separation from an entry of such a list (default: 3arcsec).")
  var knownRadius: AngularRadius?

  @Flag(inversion: .prefixedNo, help: "Write the table of objects, too.")
  var objects = true

  @Option(help: "File for the cells of the sky that were searched: MOC, .fits or .txt.")
  var moc: String?

  @Option(help: "Folder for pictures (SVG) and a page that shows them.")
  var gallery: String?

  @Option(help: "File for a DataLink document of the candidates.")
  var links: String?

  @Option(help: "The model (default: the newest).")
  var model: String?

  @Option(
    name: .shortAndLong, help: "The file: .vot, .fits, .csv or .json (default: candidates.vot in the survey)."
  )
  var output: String?

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if !(0...1).contains(minProbability) { throw ValidationError("--min-probability is from 0 to 1") }
    if !(0...1).contains(minPrecision) { throw ValidationError("--min-precision is from 0 to 1") }
  }

  func run() async throws {
    let console = Console(global)
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) {
      var options = Export.Options()
      options.model = model
      options.collections = collections
      options.classes = classes
      options.probability = minProbability
      options.output = output
      options.precision = minPrecision
      options.known = known
      options.knownRadius = knownRadius?.arcsec ?? options.knownRadius
      options.writesObjects = objects
      options.coverage = moc
      options.gallery = gallery
      options.links = links
      let summary = try Export(survey, options).run()
      let found = summary.classes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      console.say("\(summary.candidates) candidates (\(found.joined(separator: ", "))) → \(summary.file)")
      console.say(
        "\(summary.objects) stars" + (summary.newObjects.map { ", \($0) of them in none of the lists" } ?? "")
      )
      if let share = summary.expectedPrecision {
        console.say(
          "\((share * 100).formatted(places: 1)) % of them should be right, "
            + (summary.isAudited ? "as audited" : "as the network has it, not audited"))
      }
      for file in summary.files.dropFirst() { console.say("→ \(file)") }
      if summary.simulated { console.say("simulated spectra were used: the table says so") }
      try console.result(summary)
      return summary.candidates == 0 ? .nothing : .done
    }
  }
}
