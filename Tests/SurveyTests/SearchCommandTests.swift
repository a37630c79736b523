import Foundation
import Tables
import Testing

@testable import Survey

/// The commands that ask services, against the demo archive over HTTP.
@Suite(.serialized) struct SearchCommandTests {
  private func object(_ outcome: Program.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test func aSearchGivesTheRowsOfTheConeAsTheServiceHasThem() async throws {
    try await DemoSurvey.with(ondrejov: 60, lamost: 300) { demo in
      let folder = try TemporaryFolder()
      let url = demo.base + "/lamost/ssap"
      let all = folder.path + "/all.vot"
      let outcome = try await Program.run(["search", url, "-o", all, "--json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let summary = try object(outcome)
      #expect(summary["rows"] as? Int == 300 && summary["spectra"] as? Int == 300)
      #expect(summary["status"] as? String == "OK")
      let table = try TableFile.read(path: all)
      let ra = table.finder(utype: "Char.SpatialAxis.Coverage.Location.Value")
      let first = ra.doubles(0)
      let near = folder.path + "/near.vot"
      let place = "\(first[0]),\(first[1])"
      let cone = try await Program.run(["search", url, place, "--radius", "1arcsec", "-o", near])
      let count = try TableFile.read(path: near).rowCount
      #expect(cone.status == 0 && (1...5).contains(count), "\(cone.errors)")
      // The document keeps its descriptors, and says who asked what.
      let document = try TableFile.document(path: near)
      #expect(document.allResources.count { $0.utype == "adhoc:service" } == 2)
      #expect(document.infos.contains { $0.name == "votrawl.query" && $0.value.contains("POS=") })
      #expect(document.infos.contains { $0.name == "votrawl.command" && $0.value.contains("search") })
      let lint = try? await Program.tool("stilts", ["votlint", near])
      if let lint, lint.status != 127 {
        #expect(lint.status == 0 && !lint.output.contains("ERROR"), "\(lint.output)")
      }
    }
  }

  @Test func aSearchThatFindsNothingIsExitCodeOneAndOneThatFailsTwo() async throws {
    try await DemoSurvey.with(ondrejov: 10, lamost: 10) { demo in
      let url = demo.base + "/lamost/ssap"
      let nothing = try await Program.run(["search", url, "12:00:00,-89:00:00", "--radius", "1arcsec"])
      #expect(nothing.status == 1 && nothing.output.contains("<VOTABLE"), "\(nothing.errors)")
      let refused = try await Program.run(["search", url, "--param", "MAXREC=many"])
      #expect(refused.status == 2 && refused.errors.contains("SVC-04"), "\(refused.errors)")
      let elsewhere = try await Program.run(["search", demo.base + "/nowhere"])
      #expect(elsewhere.status == 2 && elsewhere.errors.contains("404"), "\(elsewhere.errors)")
      let unknown = try await Program.run(["search", "nosuch"])
      #expect(unknown.status == 2 && unknown.errors.contains("SUR-04") && unknown.errors.contains("hint: "))
    }
  }

  @Test func anAnswerThatWasCutIsExitCodeThreeUnlessItWasAskedFor() async throws {
    try await DemoSurvey.with(ondrejov: 10, lamost: 50, maxrec: 20) { demo in
      let url = demo.base + "/lamost/ssap"
      let cut = try await Program.run(["search", url])
      #expect(cut.status == 3 && cut.errors.contains("OVERFLOW"), "\(cut.errors)")
      let asked = try await Program.run(["search", url, "--maxrec", "5", "--format", "csv", "--uniform"])
      #expect(asked.status == 0 && asked.output.split(separator: "\n").count == 6, "\(asked.errors)")
      #expect(asked.output.hasPrefix("publisher_did,target,ra,dec,mjd,"))
    }
  }

  @Test func aDrySearchAsksNothing() async throws {
    let outcome = try await Program.run([
      "search", "http://127.0.0.1:9/ssap", "10,20", "--radius", "30arcmin", "--band", "650..675nm", "--time",
      "2011-10-24", "--target", "a & b", "--dry-run",
    ])
    #expect(outcome.status == 0)
    #expect(
      outcome.output
        == "http://127.0.0.1:9/ssap?REQUEST=queryData&POS=10,20&SIZE=1&BAND=0.00000065/0.000000675"
        + "&TIME=2011-10-24T00:00:00/2011-10-25T00:00:00&TARGETNAME=a%20%26%20b\n")
    let obscore = try await Program.run([
      "search", "http://127.0.0.1:9/tap", "10,20", "--radius", "30arcmin", "--target", "it's", "--dry-run",
    ])
    #expect(
      obscore.output.contains("CIRCLE('ICRS', 10, 20, 0.5)")
        && obscore.output.contains("target_name = 'it''s'"))
    let lacking = try await Program.run(["search", "http://127.0.0.1:9/tap", "--min-snr", "5", "--dry-run"])
    #expect(lacking.status == 2 && lacking.errors.contains("signal-to-noise"))
  }

  /// One in thirty crashed, as libcurl was set up on a thread of ours while the process ended.
  @Test(.timeLimit(.minutes(2))) func aCommandThatEndsAtOnceDoesNotCrash() async throws {
    try await DemoSurvey.with(ondrejov: 3, lamost: 1) { demo in
      let commands: [(words: [String], status: Int32)] = [
        (["search", "http://127.0.0.1:9/tap", "--min-snr", "5", "--dry-run"], 2),
        (["search", demo.base + "/ondrejov/ssap", "--maxrec", "1"], 0),
      ]
      let runs = 160
      let next = Shared(0)
      let others = try await withThrowingTaskGroup(of: [Program.Outcome].self) { group in
        for _ in 0..<8 {
          group.addTask {
            var others: [Program.Outcome] = []
            while true {
              let run = next.withLock { next in
                defer { next += 1 }
                return next
              }
              guard run < runs else { return others }
              let command = commands[run % commands.count]
              let outcome = try await Program.run(command.words)
              if outcome.status != command.status { others.append(outcome) }
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(others.isEmpty, "\(others.count) of \(runs) ended otherwise")
    }
  }

  @Test func linksOfIdentifiersAndOfATableComeAsALinksDocument() async throws {
    try await DemoSurvey.with(ondrejov: 40, lamost: 10) { demo in
      let folder = try TemporaryFolder()
      let answer = folder.path + "/answer.vot"
      let url = demo.base + "/ondrejov/ssap"
      #expect(try await Program.run(["search", url, "-o", answer]).status == 0)
      let table = try TableFile.read(path: answer)
      let did = try #require(table.finder(utype: "Curation.PublisherDID").string(0))
      let out = folder.path + "/links.vot"
      let outcome = try await Program.run(["links", "--table", answer, "-o", out, "--json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try object(outcome)["datasets"] as? Int == 40)
      let document = try TableFile.document(path: out)
      let links = try document.requireResults()
      #expect(
        links.fields.map(\.name).prefix(8) == [
          "ID", "access_url", "service_def", "error_message", "description", "semantics", "content_type",
          "content_length",
        ])
      // Each service_def leads to a descriptor of this document.
      let services = Set(document.allResources.filter { $0.utype == "adhoc:service" }.compactMap(\.id))
      let named = (0..<links.rowCount).compactMap { links.column("service_def")?.string($0) }.filter {
        !$0.isEmpty
      }
      #expect(!named.isEmpty && Set(named).isSubset(of: services))
      let mixed = try await Program.run([
        "links", did, "ivo://nobody/nothing", "--service", url, "--semantics", "#this", "--format", "csv",
      ])
      #expect(
        mixed.status == 3 && mixed.errors.contains("ivo://nobody/nothing: NotFoundFault"), "\(mixed.errors)")
      #expect(mixed.output.contains(did))
      let none = try await Program.run(["links", "ivo://nobody/nothing", "--service", url])
      #expect(none.status == 1, "\(none.errors)")
      let address = try await Program.run([
        "links", "\(demo.base)/ondrejov/links?ID=\(did.replacing("?", with: "%3F"))", "--format", "csv",
      ])
      #expect(address.status == 0 && address.output.contains("#proc"), "\(address.errors)")
    }
  }

  @Test func aCheckTellsTheHabitsOfAService() async throws {
    try await DemoSurvey.with(ondrejov: 40, lamost: 400) { demo in
      let outcome = try await Program.run(["service", "check", demo.base + "/lamost/ssap", "--json"])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      let parts = try #require(try object(outcome)["protocols"] as? [[String: Any]])
      let findings = try #require(parts.first?["findings"] as? [[String: Any]])
      let verdicts = Dictionary(
        uniqueKeysWithValues: findings.map { ($0["what"] as? String, $0["verdict"] as? String) })
      for what in [
        "availability", "capabilities", "query", "overflow", "columns", "MAXREC=0", "services", "file",
      ] {
        #expect(verdicts[what] == "good", "\(what): \(verdicts[what] ?? "nothing")")
      }
      let gone = try await Program.run(["service", "check", demo.base + "/nowhere"])
      #expect(gone.status == 2 && gone.errors.contains("does not answer"), "\(gone.errors)")
    }
  }

  @Test func doctorReportsOnMachineSettingsAndServices() async throws {
    try await DemoSurvey.with(ondrejov: 10, lamost: 10) { demo in
      let up = demo.base + "/lamost/ssap"
      let well = try await Program.run(["doctor", up, "--json"])
      let findings = try #require(
        try JSONSerialization.jsonObject(with: Data(well.output.utf8)) as? [[String: Any]])
      let parts = Set(findings.compactMap { $0["part"] as? String })
      #expect(parts == ["program", "libraries", "processor", "settings", "disk", "service"])
      #expect(
        findings.contains {
          $0["what"] as? String == "libcurl" && ($0["message"] as? String)?.contains("libcurl/") == true
        })
      let down = try await Program.run(["doctor", "http://127.0.0.1:9/ssap"])
      #expect(
        down.status == 3 && down.output.contains("✗") && down.output.contains("NET-03"), "\(down.output)")
      let offline = try await Program.run(["doctor", "--offline"])
      #expect(!offline.output.contains("\nservice\n"))
    }
  }

  @Test func configShowSaysWhereEachValueComesFrom() async throws {
    let folder = try TemporaryFolder()
    let home = ["XDG_CONFIG_HOME": folder.path + "/config", "VOTRAWL_RETRIES": "7"]
    try FileManager.default.createDirectory(
      atPath: folder.path + "/config/votrawl", withIntermediateDirectories: true)
    try "[network]\nconnections = 2\nretries = 1\n".write(
      toFile: folder.path + "/config/votrawl/config.toml", atomically: true, encoding: .utf8)
    let survey = folder.path + "/s"
    #expect(try await Program.run(["init", survey, "--seed", "5"]).status == 0)
    let outcome = try await Program.run(
      ["config", "show", "--survey", survey, "--offline", "--json"], environment: home)
    let settings = try #require(try object(outcome)["settings"] as? [[String: Any]])
    func origin(_ name: String) -> String? {
      settings.first { $0["name"] as? String == name }.map { "\($0["value"] ?? "") \($0["origin"] ?? "")" }
    }
    #expect(origin("network.retries") == "7 environment" && origin("network.connections") == "2 user")
    #expect(origin("seed") == "5 survey" && origin("network.offline") == "true flag")
    #expect(origin("network.total_timeout") == "3600 default")
    let wrong = try await Program.run(["config", "show"], environment: ["VOTRAWL_RATE": "fast"])
    #expect(wrong.status == 2 && wrong.errors.contains("VOTRAWL_RATE"), "\(wrong.errors)")
  }
}
