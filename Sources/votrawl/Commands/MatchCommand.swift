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
      Without RIGHT, the rows of the one file are grouped: rows within the radius of each other are of one object.
      Every pair within the radius is found, at the poles and across 0 h, and none beyond it.
      """)

  @Argument(help: "A collection, or a file.")
  var left: String

  @Argument(help: "A collection, or a file; none to group the rows of LEFT.")
  var right: String?

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

  @Option(
    help:
      "Column of right ascension: of the catalogue, or LEFT,RIGHT of two files (one name stands for both).")
  var ra: String?

  @Option(help: "Column of declination, likewise.")
  var dec: String?

  @Option(
    name: .shortAndLong,
    help: "The file to write: .vot, .fits or .csv (default: match-NAME.vot in the survey; for files none).")
  var output: String?

  @Option(help: "Draw the offsets of the pairs as SVG to this file.")
  var plot: String?

  @Flag(help: "Estimate how many pairs are there by chance, from a shifted sky.")
  var chance = false

  @Option(
    help: "Rows of a file grouped in itself that are written: all, first (one an object), repeated, single.")
  var keep = FileGroups.Keep.all

  @Option(help: "Threads.")
  var threads = 1

  @OptionGroup var rowOptions: MatchRowOptions
  @OptionGroup var surveyOptions: SurveyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads must be at least 1") }
    if right == nil && (!rowOptions.isOnlyGrouping || join != .inner || plot != nil || chance || name != nil)
    {
      throw ValidationError("RIGHT is missing; of one file, only groups are made: --diameter, --keep, -o")
    }
    if right != nil && keep != .all { throw ValidationError("--keep is for the groups of one file") }
    if right != nil && rowOptions.visits == nil && rowOptions.diameter != nil {
      throw ValidationError("--diameter bounds objects: it needs --visits, or one file alone")
    }
  }

  func run() async throws {
    let console = Console(global)
    let isFile = FileManager.default.fileExists(atPath: left)
    guard let right else {
      guard isFile else { throw ValidationError("there is no file \(left), or RIGHT is missing") }
      try await console.run { try group(console) }
      return
    }
    if isFile {
      try await console.run { try matchFiles(right, console) }
      return
    }
    if !rowOptions.isEmpty || join != .inner {
      throw ValidationError("\(left) is no file: errors, motions, visits and --join are for two files")
    }
    let survey = try Console.failing { try surveyOptions.open() }
    try await console.run(in: survey) { try matchCollections(survey, right, console) }
  }

  private func matchCollections(_ survey: SurveyFolder, _ right: String, _ console: Console) throws
    -> Outcome
  {
    var options = Match.Options(left: left, right: right, radius: radius.arcsec, mode: mode.mode)
    options.name = name
    options.raColumn = ra
    options.decColumn = dec
    options.output = output
    options.plot = plot
    options.estimatesChance = chance
    options.threads = threads
    let summary = try Match(survey, options).run()
    console.say(
      "\(summary.pairs) pairs: \(summary.leftMatched) of \(summary.left) and \(summary.rightMatched) of \(summary.right) rows"
        + (summary.dropped > 0 ? "; \(summary.dropped) pairs within the radius left out by the mode" : "")
        + (summary.skipped > 0 ? "; \(summary.skipped) rows without a position" : "") + " → \(summary.file)")
    if let rate = summary.falseMatchRate {
      console.say("by chance: \((rate * 100).formatted(places: 2)) % of the pairs")
    }
    try console.result(summary)
    return summary.pairs == 0 ? .nothing : .done
  }

  private func matchFiles(_ right: String, _ console: Console) throws -> Outcome {
    var options = FileMatch.Options(left: left, right: right, radius: radius.arcsec)
    options.mode = mode.mode
    options.join = join
    let (ras, decs) = try (MatchRowOptions.pair(ra), MatchRowOptions.pair(dec))
    options.leftColumns = (ras.0, decs.0)
    options.rightColumns = (ras.1, decs.1)
    options.output = output
    options.plot = plot
    options.estimatesChance = chance
    options.threads = threads
    try rowOptions.apply(to: &options)
    let summary = try FileMatch(options).run()
    let skipped = summary.leftSkipped + summary.rightSkipped
    let what = options.criterion == .radius ? "a position" : "a position or its error"
    if let objects = summary.objects {
      console.say(
        "\(objects.pairs) pairs of \(objects.left) and \(objects.right) objects"
          + (objects.dropped > 0
            ? "; \(objects.dropped) pairs of objects within the radius left out by the mode" : ""))
    }
    console.say(
      "\(summary.pairs) pairs: \(summary.leftMatched) of \(summary.left) and \(summary.rightMatched) of \(summary.right) rows"
        + (summary.dropped > 0 ? "; \(summary.dropped) pairs within the radius left out by the mode" : "")
        + (skipped > 0 ? "; \(skipped) rows without \(what)" : ""))
    if let rate = summary.falseMatchRate {
      console.say("by chance: \((rate * 100).formatted(places: 2)) % of the pairs")
    }
    if let file = summary.file { console.say("\(summary.rows) rows → \(file)") }
    try console.result(summary)
    return summary.pairs == 0 ? .nothing : .done
  }

  private func group(_ console: Console) throws -> Outcome {
    var options = FileGroups.Options(input: left, radius: radius.arcsec)
    options.diameter = rowOptions.diameter?.arcsec
    options.columns = (ra, dec)
    options.keep = keep
    options.output = output
    options.threads = threads
    let summary = try FileGroups(options).run()
    console.say(
      "\(summary.groups) groups of \(summary.rows) rows; \(summary.rowsRepeated) rows in \(summary.repeated) groups of"
        + " several, the largest of \(summary.largest)"
        + (summary.skipped > 0 ? "; \(summary.skipped) rows without a position" : ""))
    if let file = summary.file { console.say("\(summary.written) rows → \(file)") }
    try console.result(summary)
    return summary.groups == 0 ? .nothing : .done
  }
}
