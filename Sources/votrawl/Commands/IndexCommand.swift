import ArgumentParser
import Crossmatch
import Foundation
import Survey

/// The command `votrawl index`.
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Sky indexes: positions sorted by HEALPix cell, in a FITS file that TOPCAT opens.",
    subcommands: [Make.self, Add.self, Compact.self, Info.self, Cone.self])

  /// The command `votrawl index make`.
  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make the sky index of a catalogue.")

    @Argument(help: "The catalogue: VOTable, FITS or CSV.")
    var catalogue: String

    @Option(help: "Column of right ascension, degrees.")
    var ra: String?

    @Option(help: "Column of declination, degrees.")
    var dec: String?

    @Option(help: "Epoch of the positions, Julian year.")
    var epoch: Double?

    @Option(name: .shortAndLong, help: "The file to write.")
    var output: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let index = try SkyCoverage.index(catalogue, ra: ra, dec: dec, epoch: epoch)
        try index.save(toPath: output)
        console.say(
          "\(index.count) positions"
            + (index.skippedCount > 0 ? ", \(index.skippedCount) rows without one" : "")
            + " → \(output)")
        try console.result(["positions": index.count, "skipped": index.skippedCount])
        return index.count == 0 ? .nothing : .done
      }
    }
  }

  /// The command `votrawl index add`.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add the rows of a catalogue to a sky index.",
      discussion: """
        Their numbers go on from the last row of the index. What is there stays as it is; the new rows are sorted by \
        themselves and written behind it. TOPCAT shows the rows the index was made with until it is compacted.
        """)

    @Argument(help: "The index.")
    var file: String

    @Argument(help: "The catalogue: VOTable, FITS or CSV.")
    var catalogue: String

    @Option(help: "Column of right ascension, degrees.")
    var ra: String?

    @Option(help: "Column of declination, degrees.")
    var dec: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let old = try SkyIndex(path: file)
        try SkyCoverage.add(catalogue, ra: ra, dec: dec, toIndex: file)
        let new = try SkyIndex(path: file)
        console.say(
          "\(new.count - old.count) positions added to \(old.count)"
            + (new.skippedCount > old.skippedCount
              ? ", \(new.skippedCount - old.skippedCount) rows without one" : "") + " → \(file)")
        try console.result(["added": new.count - old.count, "positions": new.count])
        return new.count == old.count ? .nothing : .done
      }
    }
  }

  /// The command `votrawl index compact`.
  struct Compact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sort all rows of a sky index into one table, as if it had been made at once.")

    @Argument(help: "The index.")
    var file: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let index = try SkyIndex(path: file).compacted()
        try index.save(toPath: file)
        console.say("\(index.count) positions → \(file)")
        try console.result(["positions": index.count])
        return index.count == 0 ? .nothing : .done
      }
    }
  }

  /// The command `votrawl index info`.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print what a sky index holds.")

    @Argument(help: "The index.")
    var file: String

    @OptionGroup var global: GlobalOptions

    private struct Facts: Encodable {
      var positions: Int
      var skipped: Int
      var skyFraction: Double
      var source: String?
      var checksum: String?
      var epoch: Double?
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let index = try SkyIndex(path: file)
        let from = index.provenance
        let facts = Facts(
          positions: index.count, skipped: index.skippedCount, skyFraction: index.coverage.skyFraction,
          source: from.source, checksum: from.sourceChecksum, epoch: from.epoch)
        console.say(
          "positions  \(facts.positions)" + (facts.skipped > 0 ? ", \(facts.skipped) rows without one" : ""))
        console.say("covers     \((facts.skyFraction * 100).formatted(places: 4)) % of the sky")
        if let source = facts.source {
          console.say("made from  \(source) (\(facts.checksum ?? "no checksum"))")
        }
        if let epoch = facts.epoch { console.say("epoch      J\(epoch)") }
        try console.result(facts)
        return index.count == 0 ? .nothing : .done
      }
    }
  }

  /// The command `votrawl index cone`.
  struct Cone: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the rows of a catalogue within a cone, nearest first.")

    @Argument(help: "The index.")
    var file: String

    @Argument(help: "The cone, such as 83.63,22.01,30arcsec.")
    var cone: RegionArgument

    @OptionGroup var global: GlobalOptions

    private struct Hit: Encodable {
      var row: Int
      var separation: Double
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        guard case .cone(let ra, let dec, let radius) = cone.region else { return .nothing }
        let hits = try SkyIndex(path: file).cone(ra: ra, dec: dec, radius: radius)
          .sorted { ($0.separation, $0.row) < ($1.separation, $1.row) }
          .map { Hit(row: $0.row + 1, separation: $0.separation * 3600) }
        for hit in hits { console.say("row \(hit.row)\t\(hit.separation.formatted(places: 4)) arcsec") }
        try console.result(hits)
        return hits.isEmpty ? .nothing : .done
      }
    }
  }
}
