import Classifier
import DemoArchive
import Foundation
import GRDB
import Tables
import Testing

@testable import Survey

/// The program as scripts see it: exit codes, standard output and standard error.
@Suite(.serialized) struct CommandLineTests {
  @Test func aCommandOutsideASurveySaysSoAndFails() async throws {
    let folder = try TemporaryFolder().path
    for command in [["status"], ["train"], ["export"], ["fetch"]] {
      let outcome = try await Program.run(command + ["--survey", folder])
      #expect(outcome.status == 2, "\(command)")
      #expect(
        outcome.errors.contains("error: SUR-01") && outcome.errors.contains("hint: votrawl init"),
        "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test(arguments: [
    ["crawl"], ["nonsense"], ["match", "a", "b", "--radius", "30"],
    ["match", "a", "b", "--radius", "-1arcsec"],
    ["crawl", "x", "--region", "400,0,1deg"], ["crawl", "x", "--region", "1,2"],
    ["init", "--preset", "nonsense"],
    ["train", "--training", "nonsense"], ["learn", "--strategy", "nonsense"],
    ["learn", "--preset", "nonsense"], ["learn", "--audit", "nonsense"], ["learn", "--oracle", "-1"],
    ["train", "--continue", "x", "--training", "skoda2020"], ["train", "--folds", "1"],
    ["train", "--continue", "x", "--validation", "0.2"], ["train", "--balance", "much"],
    ["train", "--validation", "1"], ["train", "--continue", "x", "--folds", "3"],
    ["train", "--continue", "x", "--folds", "3"],
    ["simulate-oracle", "--strategy", "nonsense"], ["simulate-oracle", "--seeds", "x"],
    ["simulate-oracle", "--noise", "0.9"],
    ["export", "--min-probability", "2"], ["export", "--min-precision", "-1"],
    ["export", "--known-radius", "3"],
    ["fetch", "--as", "nonsense"],
  ])
  func aCommandTypedWronglyIsAUsageError(arguments: [String]) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("Usage:"))
  }

  @Test func aSimulatedSearchThatWasDoneIsNotDoneAgain() async throws {
    let folder = try TemporaryFolder().path
    let search = [
      "simulate-oracle", "--pool", "200", "--prevalence", "0.1", "--source", "400", "--test", "50", "--batch",
      "10",
      "--rounds", "1", "--seeds", "3", "--strategy", "score", "--strategy", "random", "--output", folder,
    ]
    let outcome = try await Program.run(search)
    #expect(outcome.status == 0 && outcome.output.contains("simulated"), "\(outcome.errors)")
    let runs = try String(contentsOfFile: folder + "/runs.jsonl", encoding: .utf8)
    #expect(runs.split(separator: "\n").count == 2)
    let table = try TableFile.read(path: folder + "/discovery.csv")
    #expect(table.rowCount == 4 && table.column("labels")?.integer(1) == 10)
    let picture = try String(contentsOfFile: folder + "/discovery.svg", encoding: .utf8)
    #expect(picture.contains("simulated") && picture.contains("score") && picture.contains("</svg>"))
    // A line that a kill cut off is a run that is done again.
    try (runs.dropLast(40)).write(toFile: folder + "/runs.jsonl", atomically: true, encoding: .utf8)
    let again = try await Program.run(search)
    #expect(again.status == 0 && again.output == outcome.output)
  }

  @Test func aSurveyIsMadeOnce() async throws {
    let folder = try TemporaryFolder().path + "/s"
    #expect(try await Program.run(["init", folder, "--seed", "7"]).status == 0)
    #expect(try String(contentsOfFile: folder + "/survey.toml", encoding: .utf8).contains("seed = 7\n"))
    let again = try await Program.run(["init", folder])
    #expect(again.status == 2 && again.errors.contains("SUR-01"))
  }

  @Test func aSurveyTomlThatIsWrongIsNamedWithItsFault() async throws {
    let folder = try TemporaryFolder().path + "/s"
    #expect(try await Program.run(["init", folder]).status == 0)
    let file = folder + "/survey.toml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (old, new) in [
      ("seed = 1", "seed = \"x\""), ("window = [6500.0, 6750.0]", "window = [7000.0, 6500.0]"),
      ("seed = 1", "seed = "),
    ] {
      try text.replacing(old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
      let outcome = try await Program.run(["status", "--survey", folder])
      #expect(
        outcome.status == 2 && outcome.errors.contains("SUR-02") && outcome.errors.contains("survey.toml"),
        "\(outcome.errors)")
    }
  }

  @Test func aSecondProcessIsToldThatTheSurveyIsBusy() async throws {
    let folder = try TemporaryFolder().path + "/s"
    let survey = try SurveyFolder.create(at: folder, SurveyConfiguration(name: "busy"))
    let outcome = try await Program.run(["train", "--survey", folder])
    #expect(outcome.status == 2 && outcome.errors.contains("SUR-11"), "\(outcome.errors)")
    #expect(try await Program.run(["status", "--survey", folder]).status == 0)
    _ = survey.path
  }

  @Test func anEmptySkyIsExitCodeOne() async throws {
    try await DemoSurvey.with(ondrejov: 10, lamost: 10) { demo in
      let folder = try TemporaryFolder().path + "/s"
      #expect(try await Program.run(["init", folder]).status == 0)
      let outcome = try await Program.run([
        "crawl", "lamost=\(demo.base)/lamost/ssap", "--region", "12:00:00,-89:00:00,1arcsec", "--survey",
        folder,
      ])
      #expect(outcome.status == 1, "\(outcome.errors)")
    }
  }

  @Test func whatCannotBeFetchedIsListedAndTheExitCodeIsThree() async throws {
    try await DemoSurvey.with(ondrejov: 10, lamost: 30) { demo in
      let folder = try TemporaryFolder().path + "/s"
      #expect(try await Program.run(["init", folder]).status == 0)
      #expect(
        try await Program.run(["crawl", "lamost=\(demo.base)/lamost/ssap", "--survey", folder]).status == 0)
      // Two addresses that the archive does not know.
      do {
        let survey = try SurveyFolder(at: folder)
        try await survey.database.write { db in
          try db.execute(sql: "UPDATE access SET url = url || '.gone' WHERE spectrum IN (3, 7)")
        }
      }
      let outcome = try await Program.run(["fetch", "--survey", folder])
      #expect(outcome.status == 3, "\(outcome.errors)")
      #expect(outcome.errors.contains("failures.vot"))
      let failures = try TableFile.read(path: folder + "/failures.vot")
      #expect(failures.rowCount == 2)
      #expect((0..<2).allSatisfy { failures.column("problem")?.string($0)?.contains(".gone") == true })
      #expect(try Status(of: SurveyFolder(at: folder)).collections[0].files == 28)
    }
  }

  @Test func theResultAsJSONIsOneObjectAndNothingElse() async throws {
    let services = try await Program.run(["service", "list", "--json"])
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(services.output.utf8)) as? [[String: Any]])
    #expect(list.contains { $0["name"] as? String == "ccd700" })
    let folder = try TemporaryFolder().path + "/s"
    let made = try await Program.run(["init", folder, "--json"])
    #expect(try JSONSerialization.jsonObject(with: Data(made.output.utf8)) is [String: Any])
    let spectrum = try TemporaryFolder().path + "/s.fits"
    try Data(SimulatedSurvey(kind: .lamost, count: 1, seed: 1).fits(0)).write(
      to: URL(fileURLWithPath: spectrum))
    let moc = try TemporaryFolder().path + "/m.fits"
    for command in [
      ["moc", "make", "--cone", "10,20,2deg"], ["moc", "make", "--cone", "10,20,2deg", "-o", moc],
      ["spectrum", "plot", spectrum], ["spectrum", "plot", spectrum, "-o", spectrum + ".svg"],
      ["spectrum", "features", spectrum], ["spectrum", "features", spectrum, "-o", spectrum + ".csv"],
    ] {
      let outcome = try await Program.run(command + ["--json"])
      let value = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      #expect(outcome.status == 0 && value != nil, "\(command): \(outcome.output)\(outcome.errors)")
    }
  }

  @Test func aFileThatIsNoSpectrumIsNamedAndTheOthersAreRead() async throws {
    let folder = try TemporaryFolder().path
    let survey = SimulatedSurvey(kind: .lamost, count: 3, seed: 1)
    try Data(survey.fits(0)).write(to: URL(fileURLWithPath: folder + "/good.fits"))
    try Data("<html><body>please log in</body></html>".utf8).write(
      to: URL(fileURLWithPath: folder + "/login.fits"))
    let outcome = try await Program.run([
      "spectrum", "features", folder + "/login.fits", folder + "/good.fits",
    ])
    #expect(outcome.status == 3 && outcome.errors.contains("login.fits"), "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 142 })
    #expect(try await Program.run(["spectrum", "info", folder + "/login.fits"]).status == 2)
    let plot = try await Program.run(["spectrum", "plot", folder + "/good.fits"])
    #expect(plot.status == 0 && plot.output.hasPrefix("<svg"))
  }

  @Test func helpOfEveryCommandStandsOnStandardOutput() async throws {
    for command in [
      "init", "crawl", "match", "fetch", "train", "classify", "learn", "export", "report", "status", "demo",
      "search", "links", "tap query", "tap resume", "tap jobs", "tap tables", "tap columns", "tap delete",
      "service list", "service info", "service find", "service check", "table info", "table head",
      "table convert", "table validate", "spectrum info", "spectrum plot", "spectrum features",
      "spectrum rank",
      "labels import", "labels show", "model list", "model import", "moc make", "moc info", "moc union",
      "moc filter", "index make", "index info", "index cone", "config show", "doctor",
    ] {
      let outcome = try await Program.run(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(outcome.status == 0 && outcome.output.contains("OVERVIEW:"), "\(command)")
    }
  }
}
