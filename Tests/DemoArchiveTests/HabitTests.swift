import Classifier
import DemoArchive
import Foundation
import FoundationNetworking
import Loopback
import Testing

@Suite struct HabitTests {
  @Test func refusalsComeAtTheirRateWithRetryAfter() async throws {
    var habits = DemoArchiveHabits()
    habits.failureRate = 0.3
    habits.retryAfter = 2
    try await RunningArchive.with(habits: habits, ondrejov: 5, lamost: 50) { running async throws in
      var statuses: [Int] = []
      for number in 0..<200 {
        let reply = try await running.get("/lamost/file/" + running.lamost.record(number % 50).name + ".fits")
        statuses.append(reply.status)
        if reply.status != 200 { #expect(reply.headers["retry-after"] == "2") }
      }
      #expect(Set(statuses) == [200, 429, 503])
      // Which requests fail is fixed by their number: 30 % within four standard errors of 200.
      let failures = statuses.count { $0 != 200 }
      #expect((34...86).contains(failures))
      #expect(running.archive.statistics.failures == failures)
      #expect(running.archive.statistics.requests == 200)
    }
  }

  @Test func droppedAnswersEndInAnErrorAndComeBackWhole() async throws {
    var habits = DemoArchiveHabits()
    habits.dropRate = 0.4
    try await RunningArchive.with(habits: habits, ondrejov: 5, lamost: 40) { running async throws in
      var broken = 0
      var whole = 0
      for index in 0..<40 {
        for _ in 0..<30 {
          guard
            let reply = try? await running.get("/lamost/file/" + running.lamost.record(index).name + ".fits")
          else {
            broken += 1
            continue
          }
          #expect(reply.body == running.lamost.fits(index))
          whole += 1
          break
        }
      }
      #expect(whole == 40)
      #expect(broken > 5)
      #expect(running.archive.statistics.drops == broken)
    }
  }

  @Test func headOfAFileIsNeverAnsweredWithTheHabitsOfDaCHS() async throws {
    try await RunningArchive.with(habits: .dachs, ondrejov: 5, lamost: 5) { running async throws in
      let path = "/lamost/file/" + running.lamost.record(1).name + ".fits"
      await #expect(throws: URLError.self) {
        _ = try await running.get(path, method: "HEAD", timeout: 1)
      }
      #expect(try await running.get(path).status == 200)
    }
  }

  @Test func servicesCanBeSparedFromTrouble() async throws {
    var habits = DemoArchiveHabits()
    habits.failureRate = 1
    habits.troublesServices = false
    try await RunningArchive.with(habits: habits, ondrejov: 5, lamost: 5) { running async throws in
      #expect(try await running.get("/lamost/ssap", [("REQUEST", "queryData")]).status == 200)
      #expect(try await running.get("/lamost/file/" + running.lamost.record(1).name + ".fits").status != 200)
    }
  }

  @Test func onlyLoopbackHostsAreServed() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      let port = running.base.split(separator: ":").last ?? ""
      let reply = try await running.get("/lamost/availability", headers: ["Host": "evil.example:\(port)"])
      #expect(reply.status == 421)
      #expect(
        try await running.get("/lamost/availability", headers: ["Host": "localhost:\(port)"]).status == 200)
      #expect(running.base.hasPrefix("http://127.0.0.1:"))
    }
  }

  @Test func startingTwiceOrOnATakenPortFailsWithACode() async throws {
    try await RunningArchive.with(ondrejov: 5, lamost: 5) { running async throws in
      await #expect(throws: LoopbackError.self) { _ = try await running.archive.start() }
      let port = try #require(UInt16(running.base.split(separator: ":").last ?? ""))
      let other = DemoArchive(
        configuration: DemoArchiveConfiguration(
          port: port, ondrejov: running.ondrejov, lamost: running.lamost))
      let error = await #expect(throws: LoopbackError.self) { _ = try await other.start() }
      #expect(error?.code == "LOO-02")
    }
  }

  @Test func anArchiveCanBeStoppedAndStartedAgain() async throws {
    let survey = SimulatedSurvey(kind: .ondrejov, count: 5, seed: 1)
    let pool = SimulatedSurvey(kind: .lamost, count: 5, seed: 1)
    let archive = DemoArchive(configuration: DemoArchiveConfiguration(ondrejov: survey, lamost: pool))
    for _ in 0..<3 {
      let base = try await archive.start()
      let running = RunningArchive(archive: archive, base: base, ondrejov: survey, lamost: pool)
      #expect(try await running.get("/ondrejov/availability").text.contains("<vosi:available>true"))
      await archive.stop()
      await #expect(throws: URLError.self) { _ = try await running.get("/ondrejov/availability", timeout: 2) }
    }
  }
}
