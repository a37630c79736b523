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

  /// Runs a command to its end after killing it five times, at any moment from before the start to near the end.
  ///
  /// - Returns: how many of the five found it running.
  private func killed(_ arguments: [String], latest: Int) async throws -> Int {
    var random = SystemRandomNumberGenerator()
    var kills = 0
    for attempt in 1..<20 {
      let process = try Program.start(arguments)
      if attempt <= 5 {
        try await Task.sleep(for: .milliseconds(Int.random(in: 5...latest, using: &random)))
        if process.isRunning { kills += 1 }
        kill(process.processIdentifier, SIGKILL)
      }
      await Program.end(of: process)
      if process.terminationReason == .exit && process.terminationStatus == 0 && attempt > 5 { return kills }
    }
    Issue.record("\(arguments) did not come to an end in 19 attempts")
    return kills
  }

  /// Five kills of the crawl, whose outcome serves both forms, and five of each fetch: ten for each survey.
  @Test(.timeLimit(.minutes(5)))
  func aSurveyKilledTenTimesEqualsAnUninterruptedOne() async throws {
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: SimulatedSurvey(kind: .ondrejov, count: 100, seed: 9),
        lamost: SimulatedSurvey(kind: .lamost, count: 2_000, seed: 9), hardMaxrec: 150))
    let base = try await archive.start()
    let folder = try TemporaryFolder().path
    let (whole, broken) = (folder + "/whole", folder + "/broken")
    for survey in [whole, broken] {
      #expect(try await Program.run(["init", survey, "--name", "x"]).status == 0)
    }
    let crawl = ["crawl", "lamost=\(base)/lamost/ssap", "--maxrec", "150", "--quiet", "--survey"]
    let crawled = try await Program.run(crawl + [whole])
    #expect(crawled.status == 0, "\(crawled.errors)")
    let kills = try await killed(crawl + [broken], latest: 300)
    #expect(try contents(of: whole) == contents(of: broken))
    for form in [Fetch.Form.file, .ranges] {
      let surveys = [whole, broken].map { $0 + "-" + form.rawValue }
      for (from, to) in zip([whole, broken], surveys) {
        try FileManager.default.copyItem(atPath: from, toPath: to)
      }
      let fetch = ["fetch", "lamost", "--as", form.rawValue, "--quiet", "--survey"]
      let fetched = try await Program.run(fetch + [surveys[0]])
      #expect(fetched.status == 0, "\(fetched.errors)")
      #expect(try await killed(fetch + [surveys[1]], latest: 1_200) + kills >= 5)
      let (one, other) = (try contents(of: surveys[0]), try contents(of: surveys[1]))
      for table in one.keys.sorted() {
        #expect(one[table]?.count == other[table]?.count, "\(table)")
        #expect(one[table] == other[table], "\(table)")
      }
      #expect(one["spectrum"]?.count == 2_000 && one["download"]?.count == 2_000)
      #expect(files(of: surveys[0]) == files(of: surveys[1]))
      #expect(!files(of: surveys[1]).contains { $0.hasSuffix(".part") })
    }
    await archive.stop()
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
    // Until some are kept; all take a quarter of 1,000 times 30 ms, or longer.
    let state = try SurveyFolder(at: survey, forWriting: false)
    while process.isRunning, try Status(of: state).collections[0].files == 0 {
      try await Task.sleep(for: .milliseconds(20))
    }
    process.interrupt()
    await Program.end(of: process)
    await archive.stop()
    #expect(process.terminationStatus == 130)
    #expect(try String(contentsOfFile: folder + "/errors", encoding: .utf8).contains("to go on"))
    let kept = try Status(of: state).collections[0].files
    #expect(kept > 0 && kept < 1_000)
    #expect(!files(of: survey).contains { $0.hasSuffix(".part") })
  }
}
