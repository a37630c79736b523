import ArgumentParser
import Crossmatch
import Foundation
import Survey

/// The command `votrawl moc`.
struct MocCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "moc",
    abstract: "Sets of sky cells (IVOA MOC 2.0): FITS, ASCII and JSON, told apart by content.",
    subcommands: [Make.self, Info.self, Union.self, Intersect.self, Subtract.self, Filter.self])

  /// The command `votrawl moc make`.
  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a MOC of a catalogue's positions, of a cone, or of what a survey has crawled.",
      discussion: """
        Of a survey, `searched` is the part of the sky that archives have been asked for, wholly, in the cells of the crawl;
        `spectra` are the cells of --order in which spectra lie.

          votrawl moc make stars.vot --order 12 -o stars.fits
          votrawl moc make --of searched --collection lamost-dr10 -o searched.fits
        """)

    @Argument(help: "A catalogue: VOTable, FITS or CSV.")
    var catalogue: String?

    @Option(help: "A cone, such as 83.63,22.01,2deg.")
    var cone: RegionArgument?

    @Option(help: "Of a survey: searched, or spectra.")
    var of: ContentName?

    @Option(help: "Only of this collection of the survey (several times).")
    var collection: [String] = []

    @Option(help: "Order of the cells, 0 (58.6°) to 29 (0.4 mas).")
    var order = 10

    @Option(help: "Column of right ascension, degrees.")
    var ra: String?

    @Option(help: "Column of declination, degrees.")
    var dec: String?

    @Option(name: .shortAndLong, help: "The file: .fits, .json or .txt (default: ASCII on standard output).")
    var output: String?

    @OptionGroup var surveyOptions: SurveyOptions
    @OptionGroup var global: GlobalOptions

    /// What a map of a survey shows, as it is typed.
    enum ContentName: String, ExpressibleByArgument, CaseIterable {
      case searched, spectra
    }

    func validate() throws {
      if [catalogue != nil, cone != nil, of != nil].count(where: { $0 }) != 1 {
        throw ValidationError("give one of: a catalogue, --cone, --of searched, --of spectra")
      }
      if of == nil, !collection.isEmpty { throw ValidationError("--collection goes with --of") }
      if !(0...29).contains(order) { throw ValidationError("--order is from 0 to 29") }
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let moc: MOC
        if let of {
          let survey = try surveyOptions.open(forWriting: false)
          switch of {
          case .searched: moc = try CrawlCoverage.searched(survey, collections: collection)
          case .spectra: moc = try CrawlCoverage.spectra(survey, collections: collection, order: order)
          }
        } else if let catalogue {
          moc = try SkyCoverage.ofCatalogue(catalogue, ra: ra, dec: dec, order: order)
        } else if let cone, case .cone(let ra, let dec, let radius) = cone.region {
          moc = MOC(coneAt: SkyPosition(ra: ra, dec: dec), radius: radius, order: order)
        } else {
          return .nothing
        }
        return try MocOutput.write(moc, to: output, console)
      }
    }
  }

  /// The command `votrawl moc info`.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print what a MOC covers.")

    @Argument(help: "The MOC.")
    var file: String

    @OptionGroup var global: GlobalOptions

    private struct Facts: Encodable {
      var order: Int
      var cells: Int
      var ranges: Int
      var skyFraction: Double
      var area: Double
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let moc = try MOC(path: file)
        let facts = Facts(
          order: moc.order, cells: moc.cells.count, ranges: moc.ranges.count, skyFraction: moc.skyFraction,
          area: moc.area)
        console.say(
          """
          order    \(facts.order)
          cells    \(facts.cells) in \(facts.ranges) ranges
          covers   \((facts.skyFraction * 100).formatted(places: 6)) % of the sky, \(facts.area.formatted(places: 4)) deg²
          """)
        try console.result(facts)
        return moc.isEmpty ? .nothing : .done
      }
    }
  }

  /// The two MOCs and the output of an operation.
  struct Operands: ParsableArguments {
    @Argument(help: "A MOC.")
    var one: String

    @Argument(help: "Another.")
    var other: String

    @Option(name: .shortAndLong, help: "The file: .fits, .json or .txt (default: ASCII on standard output).")
    var output: String?

    @OptionGroup var global: GlobalOptions

    func combine(_ operation: @escaping @Sendable (MOC, MOC) -> MOC) async throws {
      let console = Console(global)
      try await console.run {
        try MocOutput.write(operation(try MOC(path: one), try MOC(path: other)), to: output, console)
      }
    }
  }

  /// The command `votrawl moc union`.
  struct Union: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What either of two MOCs covers.")
    @OptionGroup var operands: Operands
    func run() async throws { try await operands.combine { $0.union($1) } }
  }

  /// The command `votrawl moc intersect`.
  struct Intersect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What both of two MOCs cover.")
    @OptionGroup var operands: Operands
    func run() async throws { try await operands.combine { $0.intersection($1) } }
  }

  /// The command `votrawl moc subtract`.
  struct Subtract: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What the first of two MOCs covers and the second does not.")
    @OptionGroup var operands: Operands
    func run() async throws { try await operands.combine { $0.subtracting($1) } }
  }

  /// The command `votrawl moc filter`.
  struct Filter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep the rows of a catalogue that lie in a MOC.")

    @Argument(help: "The MOC.")
    var file: String

    @Argument(help: "The catalogue: VOTable, FITS or CSV.")
    var catalogue: String

    @Option(help: "Column of right ascension, degrees.")
    var ra: String?

    @Option(help: "Column of declination, degrees.")
    var dec: String?

    @Flag(help: "Keep the rows outside instead.")
    var outside = false

    @Option(name: .shortAndLong, help: "The file: .vot, .fits, .csv or .json.")
    var output: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let kept = try SkyCoverage.filter(
          catalogue, ra: ra, dec: dec, by: try MOC(path: file), keepsOutside: outside, to: output)
        console.say("\(kept.rows) of \(kept.of) rows → \(output)")
        try console.result(["rows": kept.rows, "of": kept.of])
        return kept.rows == 0 ? .nothing : .done
      }
    }
  }
}

/// Writes a MOC where it is wanted.
enum MocOutput {
  static func write(_ moc: MOC, to path: String?, _ console: Console) throws -> Outcome {
    if let path, path != "-" {
      try moc.write(toPath: path)
      try console.result(
        Summary(order: moc.order, cells: moc.cells.count, skyFraction: moc.skyFraction, file: path))
      console.say(
        "order \(moc.order), \(moc.cells.count) cells, \((moc.skyFraction * 100).formatted(places: 6)) % of the sky → \(path)"
      )
    } else {
      try Output.write((console.options.json ? moc.json : moc.ascii) + "\n", to: nil)
    }
    return moc.isEmpty ? .nothing : .done
  }

  private struct Summary: Encodable {
    var order, cells: Int
    var skyFraction: Double
    var file: String
  }
}
