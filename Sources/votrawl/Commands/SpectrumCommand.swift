import ArgumentParser
import Classifier
import Foundation
import Survey

/// The command `votrawl spectrum`.
struct SpectrumCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectrum",
    abstract: "Look at spectra in files: FITS and VOTable, every layout the program knows.",
    subcommands: [Info.self, Plot.self, Features.self, Rank.self])

  /// The files that all of them take.
  struct Files: ParsableArguments {
    @Argument(help: "Files.")
    var files: [String]

    /// Reads each file; those that cannot be read are reported and counted.
    func read(_ console: Console, _ each: (String, Spectrum) throws -> Void) throws -> Outcome {
      var failed = 0
      for file in files {
        do {
          try each(file, try SpectrumReader.read(path: file))
        } catch let error as SpectrumError {
          failed += 1
          console.warn("\(error)")
        }
      }
      if failed == files.count {
        throw SurveyError(.file, "none of \(failed) files is a spectrum that can be used")
      }
      return failed > 0 ? .partial : .done
    }
  }

  /// The command `votrawl spectrum info`.
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print what a spectrum is.")

    @OptionGroup var input: Files
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let console = Console(global)
      try await console.run {
        var all: [[String: String]] = []
        let outcome = try input.read(console) { file, spectrum in
          let summary = SpectrumSummary(spectrum)
          console.say("\(file)\n\(summary.text)")
          var object = ["file": file]
          for row in summary.rows { object[row.label] = row.text }
          all.append(object)
        }
        try console.result(all)
        return outcome
      }
    }
  }

  /// The command `votrawl spectrum plot`.
  struct Plot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw the Hα window as SVG, as observed and as the network sees it.")

    @OptionGroup var input: Files

    @Option(help: "The preset drawn over the pixels: standard or skoda2020.")
    var preset = "standard"

    @Option(name: .shortAndLong, help: "The file (default: standard output).")
    var output: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws { try Presets.check(preset) }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        var items: [SpectrumPlot.Item] = []
        let outcome = try input.read(console) { _, spectrum in items.append(SpectrumPlot.Item(spectrum)) }
        let options = SpectrumPlot.Options(
          preset: FeaturePreset.named(preset), lines: try LineCatalog.builtIn().lines)
        let svg = SpectrumPlot.svg(items, options: options)
        if global.json && output == nil {
          try console.result(["svg": svg])
        } else {
          try Output.write(svg, to: output)
          if let output, output != "-" { try console.result(["file": output]) }
        }
        return outcome
      }
    }
  }

  /// The command `votrawl spectrum features`.
  struct Features: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Print feature vectors as CSV, or draw them: file, label, 140 values from 6519 to 6732 Å (vacuum).")

    @OptionGroup var input: Files

    @Option(help: "The preset: standard, or skoda2020, the published preprocessing to the digit.")
    var preset = "standard"

    @Option(name: .shortAndLong, help: "The file, .csv or .svg (default: CSV on standard output).")
    var output: String?

    @Option(help: "A table of labels: the first column a file name or its stem, the second the label.")
    var labels: String?

    @OptionGroup var global: GlobalOptions

    private struct Row: Encodable {
      var file: String
      var label: String?
      var features: [Float]
    }

    func validate() throws { try Presets.check(preset) }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let chosen = FeaturePreset.named(preset) ?? .standard
        let extractor = FeatureExtractor(chosen)
        let known = try labels.map(Presets.labels(in:)) ?? [:]
        var items: [SpectrumPlot.Item] = []
        var rows: [Row] = []
        var csv =
          "file,label," + FeaturePreset.grid.map { $0.formatted(places: 6) }.joined(separator: ",") + "\n"
        let outcome = try input.read(console) { file, spectrum in
          let vector: [Float]
          do throws(SpectrumError) { vector = try extractor.vector(of: spectrum) } catch {
            throw error.from(file)
          }
          items.append(SpectrumPlot.Item(spectrum))
          let label = known[Presets.stem(file)] ?? ""
          rows.append(Row(file: file, label: label.isEmpty ? nil : label, features: vector))
          csv +=
            "\(Presets.quoted(file)),\(Presets.quoted(label)),"
            + vector.map { "\($0)" }.joined(separator: ",") + "\n"
        }
        if global.json && output == nil {
          try console.result(rows)
          return outcome
        }
        let isPicture = output?.hasSuffix(".svg") ?? false
        try Output.write(
          isPicture ? SpectrumPlot.svg(items, options: SpectrumPlot.Options(preset: chosen)) : csv, to: output
        )
        if let output, output != "-" { try console.result(["file": output]) }
        return outcome
      }
    }
  }

  /// The command `votrawl spectrum rank`.
  struct Rank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Rank files by a model: the least like the background class first.")

    @OptionGroup var input: Files

    @Option(help: "The weights: models/NAME.votrawl of a survey.")
    var model: String

    @OptionGroup var global: GlobalOptions

    private struct Ranked: Encodable {
      var file: String
      var probabilities: [Float]
      var equivalentWidth: Double?
    }

    func run() async throws {
      let console = Console(global)
      try await console.run {
        let trained = try ModelFile.read(model)
        guard let preset = FeaturePreset.named(trained.record.featurePreset) else {
          throw SurveyError(
            .model, "\(model) wants features of preset \"\(trained.record.featurePreset)\", which is unknown")
        }
        let extractor = FeatureExtractor(preset)
        var ranked: [Ranked] = []
        let outcome = try input.read(console) { file, spectrum in
          let vector: [Float]
          do throws(SpectrumError) { vector = try extractor.vector(of: spectrum) } catch {
            throw error.from(file)
          }
          ranked.append(
            Ranked(
              file: file, probabilities: try trained.network.probabilities(of: vector, rows: 1),
              equivalentWidth: SpectrumSummary(spectrum).equivalentWidth))
        }
        ranked.sort { ($0.probabilities[0], $0.file) < ($1.probabilities[0], $1.file) }
        if trained.record.usesSimulation { console.say("# \(model) was trained on simulated spectra") }
        console.say((trained.record.classNames + ["EW(Hα)/Å", "file"]).joined(separator: "\t"))
        for row in ranked {
          let values = row.probabilities.map { Double($0).formatted(places: 4) }
          console.say(
            (values + [row.equivalentWidth?.formatted(places: 2) ?? "–", row.file]).joined(separator: "\t"))
        }
        try console.result(ranked)
        return outcome
      }
    }
  }
}

/// What the commands on single spectra share.
enum Presets {
  static func check(_ name: String) throws {
    if FeaturePreset.named(name) == nil {
      throw ValidationError(
        "there is no preset \"\(name)\": it is " + FeaturePreset.all.map(\.name).joined(separator: " or "))
    }
  }

  static func stem(_ file: String) -> String {
    let name = (file as NSString).lastPathComponent
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  /// Labels by the stem of a file's name.
  static func labels(in path: String) throws -> [String: String] {
    let text = try surveyText(path)
    var labels: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if cells.count >= 2 { labels[stem(cells[0])] = cells[1] }
    }
    return labels
  }

  private static func surveyText(_ path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw SurveyError(.file, "cannot read the labels in \(path): \(error.localizedDescription)")
    }
  }

  static func quoted(_ cell: String) -> String {
    cell.contains { ",\"\n".contains($0) } ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }
}

/// Writes what a command makes to a file, or to standard output.
enum Output {
  static func write(_ text: String, to path: String?) throws {
    guard let path, path != "-" else {
      FileHandle.standardOutput.write(Data(text.utf8))
      return
    }
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw SurveyError(.file, "cannot write \(path): \(error.localizedDescription)")
    }
  }
}
