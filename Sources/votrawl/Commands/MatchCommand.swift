import ArgumentParser
import Crossmatch
import Foundation
import Survey

/// The command `votrawl match`.
struct MatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find which rows of two catalogues, or spectra of two collections, are of one star.",
    discussion: """
      In a survey, LEFT is a collection, and RIGHT a collection or a catalogue: the pairs are kept in the survey. Where LEFT
      is a file, no survey is needed: both files (VOTable, FITS or CSV) are matched and the joined table is written to -o.
      Every pair within the radius is found, at the poles and across 0 h, and none beyond it.
      """)

  @Argument(help: "A collection, or a file.")
  var left: String

  @Argument(help: "A collection, or a file.")
  var right: String

  @Option(help: "Largest separation, such as 30arcsec.")
  var radius: AngularRadius

  @Option(
    help: """
      Which pairs to keep: all; best (the nearest of each left row); best-per-right; mutual (each other's nearest);
      one-to-one (nearest pairs first); one-to-one-optimal (as many pairs as possible); nearest-N (the N nearest).
      """)
  var mode = MatchModeName(mode: .all)

  @Option(
    help: "Rows of the joined table: inner, left, right, outer, leftOnly, rightOnly, unmatched (files only).")
  var join = JoinKind.inner

  @Option(help: "Name of the match (default: LEFT-RIGHT; collections only).")
  var name: String?

  @Option(help: "Column of right ascension, degrees: of the right catalogue, or LEFT,RIGHT for two files.")
  var ra: String?

  @Option(help: "Column of declination, degrees, likewise.")
  var dec: String?

  @Option(
    name: .shortAndLong,
    help: "The file to write: .vot, .fits or .csv (default: match-NAME.vot in the survey; for files none).")
  var output: String?

  @Option(help: "Draw the offsets of the pairs as SVG to this file (files only).")
  var plot: String?

  @Flag(help: "Estimate how many pairs are there by chance, from a shifted sky (files only).")
  var chance = false

  @Option(help: "Threads.")
  var threads = 1

  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() async throws {
    let console = Console(global)
    if FileManager.default.fileExists(atPath: left) {
      try await console.run { try matchFiles(console) }
      return
    }
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) { try matchCollections(survey, console) }
  }

  private func matchCollections(_ survey: SurveyFolder, _ console: Console) throws -> Outcome {
    var options = Match.Options(left: left, right: right, radius: radius.arcsec, mode: mode.mode)
    options.name = name
    options.raColumn = ra
    options.decColumn = dec
    options.output = output
    let summary = try Match(survey, options).run()
    console.say(
      "\(summary.pairs) pairs: \(summary.leftMatched) of \(summary.left) and \(summary.rightMatched) of \(summary.right) rows"
        + (summary.skipped > 0 ? ", \(summary.skipped) rows without a position" : "") + " → \(summary.file)")
    try console.result(summary)
    return summary.pairs == 0 ? .nothing : .done
  }

  private func matchFiles(_ console: Console) throws -> Outcome {
    var options = FileMatch.Options(left: left, right: right, radius: radius.arcsec)
    options.mode = mode.mode
    options.join = join
    let ras = Self.pair(ra)
    let decs = Self.pair(dec)
    options.leftColumns = (ras.0, decs.0)
    options.rightColumns = (ras.1, decs.1)
    options.output = output
    options.plot = plot
    options.estimatesChance = chance
    options.threads = threads
    let summary = try FileMatch(options).run()
    let skipped = summary.leftSkipped + summary.rightSkipped
    console.say(
      "\(summary.pairs) pairs: \(summary.leftMatched) of \(summary.left) and \(summary.rightMatched) of \(summary.right) rows"
        + (summary.dropped > 0 ? "; \(summary.dropped) pairs within the radius left out by the mode" : "")
        + (skipped > 0 ? "; \(skipped) rows without a position" : ""))
    if let rate = summary.falseMatchRate {
      console.say("by chance: \((rate * 100).formatted(places: 2)) % of the pairs")
    }
    if let file = summary.file { console.say("\(summary.rows) rows → \(file)") }
    try console.result(summary)
    return summary.pairs == 0 ? .nothing : .done
  }

  /// One name for both sides, or `LEFT,RIGHT`.
  private static func pair(_ names: String?) -> (String?, String?) {
    guard let names else { return (nil, nil) }
    let parts = names.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.isEmpty ? nil : String($0)
    }
    return parts.count == 2 ? (parts[0], parts[1]) : (nil, names)
  }
}
