import Classifier
import Foundation
import Tables
import Testing

@testable import Survey

/// Real spectra from a real DaCHS, by the program as a user runs it.
@Suite(.serialized) struct DaCHSTests {
  static let base = ProcessInfo.processInfo.environment["VOTRAWL_TEST_DACHS"]
  static let data: String? = {
    let path =
      ProcessInfo.processInfo.environment["VOTRAWL_TEST_DATA"]
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../shared/data"
      ).path
    return FileManager.default.fileExists(atPath: path + "/pairs/cross-matched.csv") ? path : nil
  }()

  /// The published pairs, as file names without folders and endings: Ondřejov, LAMOST.
  private func pairs(_ data: String) throws -> [(String, String)] {
    try String(contentsOfFile: data + "/pairs/cross-matched.csv", encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { line in
        let names = line.split(separator: ",").map {
          (($0 as NSString).lastPathComponent as NSString).deletingPathExtension
        }
        return (names[0], names[1])
      }
  }

  @discardableResult
  private func votrawl(_ survey: String, _ arguments: [String], expect status: Int32 = 0) async throws
    -> Program.Outcome
  {
    let outcome = try await Program.run(arguments + ["--survey", survey])
    #expect(outcome.status == status, "votrawl \(arguments.joined(separator: " ")): \(outcome.errors)")
    return outcome
  }

  @Test(
    .enabled(
      if: base != nil, "no VOTRAWL_TEST_DACHS: start a DaCHS with the real pairs and give its base URL"),
    .enabled(if: data != nil, "no real spectra: give their folder as VOTRAWL_TEST_DATA"),
    .timeLimit(.minutes(10)))
  func thePublishedPairsGoAllTheWay() async throws {
    let base = try #require(Self.base)
    let data = try #require(Self.data)
    let pairs = try pairs(data)
    #expect(pairs.count == 22)
    let survey = try TemporaryFolder().path + "/survey"
    #expect(try await Program.run(["init", survey]).status == 0)
    for name in ["ccd700", "lamost"] {
      try await votrawl(survey, ["crawl", "\(name)=\(base)/\(name)/q/ssa/ssap.xml"])
    }

    // Every published pair, 0.08″ to 24.1″ apart.
    try await votrawl(survey, ["match", "ccd700", "lamost", "--radius", "30arcsec", "--name", "pairs"])
    let table = try TableFile.read(path: survey + "/match-pairs.vot")
    var found: Set<String> = []
    for row in 0..<table.rowCount {
      let left = table.column("left_id")?.string(row) ?? ""
      let right = table.column("right_id")?.string(row) ?? ""
      for pair in pairs where left.contains(pair.0) && right.contains(pair.1) { found.insert(pair.0) }
      #expect((table.column("separation")?.double(row) ?? 99) <= 30)
    }
    #expect(found.count == pairs.count, "missing: \(pairs.map(\.0).filter { !found.contains($0) })")

    // Cut-outs of all of them, with the numbers of the files.
    try await votrawl(survey, ["fetch", "--as", "cutout", "--match", "pairs"])
    try compareCutouts(survey, data)
    try await serialisations(survey, data, base)

    try await train(survey)
    try await votrawl(survey, ["classify"])
    let status = try Status(of: SurveyFolder(at: survey))
    #expect(status.scored == status.collections.reduce(0) { $0 + $1.features })
    #expect(status.scored >= 2 * pairs.count)
    try await export(survey)
  }

  /// Windows fetched by byte ranges of the real files, and what is chosen where that is left to the program.
  @Test(
    .enabled(
      if: base != nil, "no VOTRAWL_TEST_DACHS: start a DaCHS with the real pairs and give its base URL"),
    .enabled(if: data != nil, "no real spectra: give their folder as VOTRAWL_TEST_DATA"),
    .timeLimit(.minutes(5)))
  func byteRangesOfRealFilesHoldTheirNumbersAndTheQuickestWayIsFound() async throws {
    let base = try #require(Self.base)
    let data = try #require(Self.data)
    let crawled = try TemporaryFolder().path + "/survey"
    #expect(try await Program.run(["init", crawled]).status == 0)
    for name in ["ccd700", "lamost"] {
      try await votrawl(crawled, ["crawl", "\(name)=\(base)/\(name)/q/ssa/ssap.xml"])
    }
    var bytes: [String: Int] = [:]
    for way in ["file", "ranges", "auto"] {
      let survey = try TemporaryFolder().path + "/survey"
      try FileManager.default.copyItem(atPath: crawled, toPath: survey)
      // On a line of 2 MB/s, as far from an archive.
      let line = way == "auto" ? ["--bandwidth", "2"] : []
      let outcome = try await votrawl(survey, ["fetch", "--as", way, "--json"] + line)
      let summary = try JSONDecoder().decode(Fetch.Summary.self, from: Data(outcome.output.utf8))
      #expect(summary.kept == summary.wanted - summary.empty && summary.kept >= 44, "\(way)")
      bytes[way] = summary.bytes
      if way == "ranges" { try compareCutouts(survey, data) }
      guard way == "auto" else { continue }
      #expect(summary.ways.map(\.collection) == ["ccd700", "lamost"])
      for chosen in summary.ways {
        #expect(chosen.measurements.allSatisfy { $0.rate > 0 }, "\(chosen.reason)")
        #expect(outcome.errors.contains("\(chosen.collection): \(chosen.form.rawValue), for "))
      }
      let status = try Status(of: SurveyFolder(at: survey))
      #expect(status.collections.map { $0.way?.form } == summary.ways.map(\.form))
    }
    #expect((bytes["ranges"] ?? 0) * 2 < bytes["file"] ?? 0, "\(bytes)")
  }

  /// The flux of each cut-out is that of the file it is from, pixel for pixel.
  private func compareCutouts(_ survey: String, _ data: String) throws {
    let folder = try SurveyFolder(at: survey)
    let rows = try folder.downloads()
    #expect(rows.count >= 44)
    for (did, path) in rows {
      let name = (did as NSString).lastPathComponent.replacing(".fits", with: "")
      let side = did.contains("lamost") ? "lamost" : "ondrejov"
      let whole = try SpectrumReader.read(path: "\(data)/pairs/\(side)/\(name).fits")
      let cut = try SpectrumReader.read(path: survey + "/" + path)
      #expect(cut.scale == whole.scale, "\(name)")
      #expect(cut.flux.count < whole.flux.count, "\(name)")
      try Self.expectEqual(cut, whole, name)
    }
  }

  /// Each pixel of a cut-out lies at a pixel of the file, and has its flux to single precision.
  private static func expectEqual(_ cut: Spectrum, _ whole: Spectrum, _ name: String) throws {
    let first = try #require(
      whole.wavelength.indices.min {
        abs(whole.wavelength[$0] - cut.wavelength[0]) < abs(whole.wavelength[$1] - cut.wavelength[0])
      })
    for pixel in cut.flux.indices {
      #expect(abs(cut.wavelength[pixel] - whole.wavelength[first + pixel]) < 0.011, "\(name), pixel \(pixel)")
      let flux = whole.flux[first + pixel]
      #expect(abs(cut.flux[pixel] - flux) <= 2e-6 * max(1, abs(flux)), "\(name), pixel \(pixel)")
    }
  }

  /// One spectrum in each serialisation that the archive's descriptor offers.
  private func serialisations(_ survey: String, _ data: String, _ base: String) async throws {
    let folder = try SurveyFolder(at: survey)
    for side in ["ccd700", "lamost"] {
      let (did, path) = try #require(try folder.downloads().first { $0.did.contains(side) })
      let name = (did as NSString).lastPathComponent.replacing(".fits", with: "")
      let whole = try SpectrumReader.read(
        path: "\(data)/pairs/\(side == "lamost" ? "lamost" : "ondrejov")/\(name).fits")
      let cut = try SpectrumReader.read(path: survey + "/" + path)
      let formats = [
        "application/fits", "application/x-votable+xml", "application/x-votable+xml;serialization=tabledata",
        "text/csv",
        "text/plain",
      ]
      for format in formats {
        let allowed = CharacterSet.alphanumerics
        let encoded = { (text: String) in text.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
        let url =
          "\(base)/\(side)/q/sdl/dlget?ID=\(encoded(did))&FORMAT=\(encoded(format))&BAND=\(encoded("6.497e-7 6.751e-7"))"
        let file = try TemporaryFolder().path + "/spectrum"
        #expect(try await Program.tool("curl", ["-sfo", file, url]).status == 0, "\(url)")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        var options = SpectrumReader.Options()
        options.assumedScale = cut.scale
        let other = try SpectrumReader.read(bytes: bytes, name: "\(name) as \(format)", options: options)
        try Self.expectEqual(other, whole, "\(name) as \(format)")
      }
    }
  }

  /// Imports a network trained on simulated spectra: the real pairs hold one double peak, too few to learn from.
  private func train(_ survey: String) async throws {
    let data = try #require(Self.data)
    let labels = try await votrawl(
      survey,
      [
        "labels", "import", "\(data)/labels/ondrejov-dataset.csv", "--collection", "ccd700", "--map",
        "0=emission", "--map",
        "1=absorption", "--map", "3=double-peak", "--json",
      ])
    #expect(labels.output.contains("\"entered\" : 22"))
    let trained = try await DemoSurvey.with(ondrejov: 400, lamost: 100) { demo in
      try await demo.crawl("ondrejov")
      try await demo.fetch { $0.keep = .features }
      try demo.label(.ondrejov)
      var training = TrainerConfiguration.standard
      training.maximumEpochs = 4
      let model = try await Train(demo.survey, preset: .standard, .init(training)).run { _ in }
      return demo.survey.path + "/" + model.file
    }
    try await votrawl(survey, ["model", "import", trained, "--name", "simulated"])
  }

  /// The candidates pass the validator, and another program reads back every row and value.
  private func export(_ survey: String) async throws {
    let file = survey + "/candidates.vot"
    let classes = ["absorption", "emission", "double-peak"].flatMap { ["--class", $0] }
    try await votrawl(survey, ["export"] + classes)
    let ours = try TableFile.read(path: file)
    #expect(ours.rowCount > 0)
    let lint = try await Program.tool("stilts", ["votlint", file])
    #expect(lint.status == 0 && lint.output.isEmpty && lint.errors.isEmpty, "\(lint.output)\(lint.errors)")
    let csv = survey + "/back.csv"
    let read = try await Program.tool(
      "stilts", ["tpipe", "in=\(file)", "ifmt=votable", "out=\(csv)", "ofmt=csv"])
    #expect(read.status == 0, "\(read.errors)")
    let back = try TableFile.read(path: csv)
    #expect(back.rowCount == ours.rowCount && back.columns.count == ours.columns.count)
    for column in ours.columns {
      let other = try #require(back.column(column.field.name))
      for row in 0..<ours.rowCount {
        if column.field.datatype == .double {
          #expect(column.double(row) == other.double(row), "\(column.field.name), row \(row)")
        } else {
          #expect((column.string(row) ?? "") == (other.string(row) ?? ""), "\(column.field.name), row \(row)")
        }
      }
    }
  }
}
