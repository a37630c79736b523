import Classifier
import DemoArchive
import Foundation
import GRDB
import Testing

@testable import Survey

@Suite(.serialized) struct KillTests {
  /// What a survey holds, without times of day and row numbers.
  private func contents(of survey: String) throws -> [String: [String]] {
    let folder = try SurveyFolder(at: survey)
    let queries = [
      "cell":
        "SELECT collection.name, cell_order, cell, day_start, day_end, region, state, listed, problem FROM cell JOIN collection ON collection.id = cell.collection",
      "spectrum": """
      SELECT collection.name, did, ra, dec, cell, title, target, date_obs, exposure, spectral_start, spectral_end, pixels, snr,
      flux_calibration, instrument FROM spectrum JOIN collection ON collection.id = spectrum.collection
      """,
      "access":
        "SELECT did, rank, format, url, size FROM access JOIN spectrum ON spectrum.id = access.spectrum",
      "download":
        "SELECT did, form, state, path, bytes, checksum, problem FROM download JOIN spectrum ON spectrum.id = download.spectrum",
    ]
    return try folder.database.read { db in
      try queries.mapValues { sql in
        try Row.fetchAll(db, sql: sql).map { "\($0)" }.sorted()
      }
    }
  }

  private func files(of survey: String) -> [String] {
    (FileManager.default.enumerator(atPath: survey + "/spectra")?.allObjects as? [String] ?? []).sorted()
  }

  @Test(.timeLimit(.minutes(5)), arguments: [Fetch.Form.file, .ranges])
  func aSurveyKilledTenTimesEqualsAnUninterruptedOne(form: Fetch.Form) async throws {
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: SimulatedSurvey(kind: .ondrejov, count: 100, seed: 9),
        lamost: SimulatedSurvey(kind: .lamost, count: 2_000, seed: 9), hardMaxrec: 150))
    let base = try await archive.start()
    let service = "lamost=\(base)/lamost/ssap"
    let folder = try TemporaryFolder().path
    let crawl = ["crawl", service, "--maxrec", "150", "--quiet"]
    let fetch = ["fetch", "lamost", "--as", form.rawValue, "--quiet"]

    let whole = folder + "/whole"
    for arguments in [
      ["init", whole, "--name", "x"], crawl + ["--survey", whole], fetch + ["--survey", whole],
    ] {
      let outcome = try await Program.run(arguments)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }

    let broken = folder + "/broken"
    #expect(try await Program.run(["init", broken, "--name", "x"]).status == 0)
    var random = SystemRandomNumberGenerator()
    var kills = 0
    for (arguments, latest) in [(crawl + ["--survey", broken], 300), (fetch + ["--survey", broken], 1_200)] {
      var finished = false
      var attempts = 0
      while !finished {
        attempts += 1
        let process = try Program.start(arguments)
        // Five kills for the crawl and five for the fetch, at any moment from before the start to near the end.
        if attempts <= 5 {
          try await Task.sleep(for: .milliseconds(Int.random(in: 5...latest, using: &random)))
          if process.isRunning { kills += 1 }
          kill(process.processIdentifier, SIGKILL)
        }
        await Program.end(of: process)
        finished = process.terminationReason == .exit && process.terminationStatus == 0 && attempts > 5
        #expect(attempts < 20)
        if attempts >= 20 { break }
      }
    }
    await archive.stop()
    #expect(kills >= 5)
    let one = try contents(of: whole)
    let other = try contents(of: broken)
    for table in one.keys.sorted() {
      #expect(one[table]?.count == other[table]?.count, "\(table)")
      #expect(one[table] == other[table], "\(table)")
    }
    #expect(one["spectrum"]?.count == 2_000 && one["download"]?.count == 2_000)
    #expect(files(of: whole) == files(of: broken))
    #expect(!files(of: broken).contains { $0.hasSuffix(".part") })
  }

  @Test func ctrlCSavesTheStateAndSaysHowToGoOn() async throws {
    var habits = DemoArchiveHabits()
    habits.latency = .milliseconds(30)
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: SimulatedSurvey(kind: .ondrejov, count: 100, seed: 9),
        lamost: SimulatedSurvey(kind: .lamost, count: 1_000, seed: 9), habits: habits))
    let base = try await archive.start()
    let folder = try TemporaryFolder().path
    let survey = folder + "/survey"
    #expect(try await Program.run(["init", survey]).status == 0)
    #expect(try await Program.run(["crawl", "lamost=\(base)/lamost/ssap", "--survey", survey]).status == 0)
    let process = try Program.start(["fetch", "--survey", survey], errors: folder + "/errors")
    try await Task.sleep(for: .milliseconds(1500))
    process.interrupt()
    await Program.end(of: process)
    await archive.stop()
    #expect(process.terminationStatus == 130)
    #expect(try String(contentsOfFile: folder + "/errors", encoding: .utf8).contains("to go on"))
    let kept = try Status(of: SurveyFolder(at: survey)).collections[0].files
    #expect(kept > 0 && kept < 1_000)
    #expect(!files(of: survey).contains { $0.hasSuffix(".part") })
  }
}
