import ArgumentParser
import Classifier
import Foundation
import Survey
import Tables

/// The command `votrawl simulate-oracle`.
struct SimulateOracleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-oracle",
    abstract: "Search simulated pools with a simulated person: which strategy finds most with fewest labels.",
    discussion: """
      Begins with a network trained on simulated Ondřejov spectra, then asks about spectra of a simulated LAMOST pool, round by
      round. Writes runs.jsonl (a line a run: what is there is not run again), discovery.csv and discovery.svg. All of it
      is simulated: it compares strategies, and says nothing of the sky.
      """)

  @Option(
    name: .customLong("strategy"),
    help: """
      A query strategy (several times): random, entropy, margin, score, bald, disagreement, badge, core-set, diverse-…, or \
      a mixture such as score:80+entropy:20 (default: score:50+entropy:50, entropy, random).
      """)
  var strategies: [String] = []

  @Option(help: "Seeds: a list, or a range such as 1-5.")
  var seeds = "1-3"

  @Option(help: "Spectra to search.")
  var pool = 20_000

  @Option(help: "Share of positives in the pool, 0 to 0.2.")
  var prevalence = 0.005

  @Option(help: "Spectra to begin with.")
  var source = 3000

  @Option(help: "Spectra of other stars, to measure the ranking on.")
  var test = 20_000

  @Option(help: "Labels a round.")
  var batch = 100

  @Option(help: "Rounds.")
  var rounds = 20

  @Option(help: "Share of wrong answers, 0 to 0.5.")
  var noise = 0.0

  @Option(help: "Threads (default: one per processor).")
  var threads: Int?

  @Option(name: .shortAndLong, help: "The folder for what is written.")
  var output = "discovery"

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    for name in names where QueryStrategy(name: name) == nil {
      throw ValidationError(
        "there is no strategy \"\(name)\": it is \(QueryStrategy.names.joined(separator: ", "))")
    }
    guard let seeds = Self.seeds(seeds), !seeds.isEmpty else {
      throw ValidationError("--seeds wants a list or a range: 1,2,3 or 1-5")
    }
    if !(0...0.5).contains(noise) { throw ValidationError("--noise is from 0 to 0.5") }
    if !(0...0.2).contains(prevalence) { throw ValidationError("--prevalence is from 0 to 0.2") }
    if batch < 1 || rounds < 1 || pool < 10 || source < 100 || test < 0 || (threads ?? 1) < 1 {
      throw ValidationError("--batch, --rounds and --threads are at least 1, --pool 10, --source 100")
    }
  }

  private var names: [String] {
    strategies.isEmpty ? [QueryStrategy.standard().name, "entropy", "random"] : strategies
  }

  /// `1,2,5` or `1-5`.
  static func seeds(_ text: String) -> [UInt64]? {
    let bounds = text.split(separator: "-").map { UInt64($0) }
    if bounds.count == 2, let low = bounds[0], let high = bounds[1] {
      return low <= high && high - low < 1000 ? Array(low...high) : nil
    }
    let list = text.split(separator: ",").map { UInt64($0) }
    return list.contains(nil) ? nil : list.compactMap(\.self)
  }

  func run() async throws {
    let console = Console(global)
    try await console.run {
      let log = DiscoveryLog(folder: output)
      let seeds = Self.seeds(seeds) ?? []
      for seed in seeds {
        let known = try log.curves()
        let open = names.filter { name in
          !known.contains { $0.strategy == name && $0.seed == seed && isSame($0) }
        }
        if open.isEmpty { continue }
        try await search(seed, open, log, console)
      }
      let curves = try log.curves().filter { seeds.contains($0.seed) && isSame($0) }
      let ordered = names.flatMap { name in curves.filter { $0.strategy == name } }
      let summaries = DiscoverySummary.all(ordered)
      try log.write(summaries, ordered, subtitle: subtitle)
      say(summaries, console)
      try console.result(summaries)
      return .done
    }
  }

  private func search(
    _ seed: UInt64, _ open: [String], _ log: DiscoveryLog, _ console: Console
  ) async throws {
    console.meter.show(SurveyProgress(stage: "simulating", done: 0, total: pool + test + source))
    let search = try SimulatedSearch(
      pool: pool, prevalence: prevalence, source: source, test: test, seed: seed, threads: threads)
    var options = DiscoveryRun.Options(strategy: .entropy)
    (options.batch, options.rounds, options.noise) = (batch, rounds, noise)
    (options.seed, options.threads) = (seed, threads)
    console.meter.show(SurveyProgress(stage: "first training", done: 0, total: 1, note: "seed \(seed)"))
    let network = try DiscoveryRun(search, options).firstNetwork()
    for name in open {
      guard let strategy = QueryStrategy(name: name) else { continue }
      options.strategy = strategy
      let points = try DiscoveryRun(search, options).run(from: network) { point in
        console.meter.show(
          SurveyProgress(
            stage: "\(name), seed \(seed)", done: point.labels, total: batch * rounds,
            note: "\(point.found) of \(search.pool.positives) found"))
      }
      try Task.checkCancellation()
      try log.append(
        DiscoveryCurve(
          strategy: name, seed: seed, pool: search.pool.count, positives: search.pool.positives,
          batch: batch, noise: noise, setting: setting, points: points))
    }
  }

  private var setting: String {
    "simulated; prevalence \(prevalence), source \(source), test \(test), rounds \(rounds), \(Provenance.version)"
  }

  private func isSame(_ curve: DiscoveryCurve) -> Bool {
    curve.batch == batch && curve.noise == noise && curve.setting == setting
      && abs(curve.pool - pool) <= pool / 100
  }

  private var subtitle: String {
    "simulated: \(pool) spectra, \(prevalence * 100) % positive, \(batch) labels a round"
      + (noise > 0 ? ", \(noise * 100) % wrong answers" : "")
      + ", \(Self.seeds(seeds)?.count ?? 0) seeds: median, least to greatest"
  }

  private func say(_ summaries: [DiscoverySummary], _ console: Console) {
    func percent(_ values: [Double]?) -> String {
      guard let values else { return "" }
      return values.map { "\(($0 * 1000).rounded() / 10)" }.joined(separator: " / ") + " %"
    }
    console.say("simulated; median / least / greatest of the seeds")
    for summary in summaries {
      for labels in [0, batch * rounds / 2, batch * rounds] {
        guard let level = summary.level(labels: labels) else { continue }
        console.say(
          "\(summary.strategy)\t\(level.labels) labels\tfound \(percent(level.found))\tAP \(percent(level.averagePrecision))"
        )
      }
    }
    console.say("→ \(output)/discovery.csv, \(output)/discovery.svg")
  }
}

/// What simulated searches gave, kept run by run so that a series that was stopped goes on.
struct DiscoveryLog {
  let folder: String
  private var path: String { folder + "/runs.jsonl" }

  init(folder: String) { self.folder = folder }

  func curves() throws -> [DiscoveryCurve] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    // A line that a kill cut off is a run that was not finished.
    return data.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(DiscoveryCurve.self, from: $0)
    }
  }

  func append(_ curve: DiscoveryCurve) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // The line break comes first, so that a line cut off harms no other.
    let line = Data("\n".utf8) + (try encoder.encode(curve)) + Data("\n".utf8)
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forWritingAtPath: path) else {
      throw SurveyError(.file, "cannot write \(path)")
    }
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: line)
  }

  func write(_ summaries: [DiscoverySummary], _ curves: [DiscoveryCurve], subtitle: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rows = curves.flatMap { curve in curve.points.map { (curve, $0) } }
    var table = Table(columns: [
      Column(.text("strategy", description: "Query strategy"), strings: rows.map(\.0.strategy)),
      Column(Field(name: "seed", datatype: .long), longs: rows.map { Int64($0.0.seed) }),
      Column(Field(name: "labels", datatype: .long), longs: rows.map { Int64($0.1.labels) }),
      Column(Field(name: "found", datatype: .long), longs: rows.map { Int64($0.1.found) }),
      Column(Field(name: "positives", datatype: .long), longs: rows.map { Int64($0.0.positives) }),
      Column(Field(name: "average_precision"), doubles: rows.map { $0.1.averagePrecision ?? .nan }),
      Column(Field(name: "simulated", datatype: .boolean), booleans: rows.map { _ in true }),
    ])
    table.name = "discovery"
    try TableFile.write(table, path: folder + "/discovery.csv")
    try Data(DiscoveryPlot(summaries, subtitle: subtitle).svg.utf8).write(
      to: URL(fileURLWithPath: folder + "/discovery.svg"))
  }
}
