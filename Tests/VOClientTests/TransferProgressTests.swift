import Foundation
import Testing

@testable import VOClient

/// How far an engine is, and how fast it may go.
@Suite struct TransferProgressTests {
  @Test func `Progress shows what runs and what waits, and ends with the engine`() async throws {
    let bytes = [UInt8](repeating: 0x41, count: 40_000)
    // The first takes so long that on the busiest machine, too, the others are seen to wait.
    let server = try FaultServer { request in
      [
        .answer(200, ["Content-Length: 40000"], Array(bytes[..<15_000])),
        .wait(seconds: request.number == 0 ? 8 : 0.1),
        .send(Array(bytes[15_000...])),
      ]
    }
    defer { server.stop() }
    let engine = Fixture.engine { $0.perHost = 1 }
    let reports = engine.progress(every: 0.02)
    async let answers: [TransferResponse] = withThrowingTaskGroup(of: TransferResponse.self) { group in
      for number in 0..<3 {
        group.addTask { try await engine.data(TransferRequest(url: server.base + "/\(number)")) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    var seen: [TransferProgress] = []
    for await report in reports {
      seen.append(report)
      if report.answered == 3 { break }
    }
    #expect(try await answers.count == 3)
    #expect(seen.contains { $0.running.first?.bytes == 15_000 && $0.running.first?.total == 40_000 })
    #expect(seen.contains { $0.waiting == 2 && $0.running.first?.url.hasPrefix(server.base) == true })
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.bytes <= $1.bytes && $0.answered <= $1.answered })
    #expect(seen.last?.bytes == 120_000 && seen.last?.broken == 0)

    let others = engine.progress()
    engine.shutdown()
    for await _ in others {}
    for await _ in engine.progress() { Issue.record("a report after the end") }
  }

  @Test func `All transfers together keep to the bandwidth, and all bytes come`() async throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let server = try FaultServer { _ in [.answer(200, [], bytes)] }
    defer { server.stop() }
    let engine = Fixture.engine { $0.bytesPerSecond = 1e6 }
    let clock = ContinuousClock()
    let began = clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask {
          let answer = try await engine.data(TransferRequest(url: server.base + "/\(number)"))
          #expect(answer.body == bytes)
        }
      }
      try await group.waitForAll()
    }
    // 1.2 MB at 1 MB/s, less what may come at once: never quicker, whatever the machine.
    #expect(began.duration(to: clock.now) >= .seconds(1))
  }

  @Test func `A line that is slow by order does not count as stalled`() async throws {
    let bytes = [UInt8](repeating: 1, count: 200_000)
    let server = try FaultServer { _ in [.answer(200, [], bytes)] }
    defer { server.stop() }
    let engine = Fixture.engine(retries: 0, stall: 0.3) { $0.bytesPerSecond = 150_000 }
    #expect(try await engine.data(TransferRequest(url: server.base)).body == bytes)
  }

  @Test func `A bucket gives what its rate has filled`() {
    let meter = LineMeter(rate: 1e6, now: 0)
    #expect(meter.take(80_000, for: 1, now: 0))
    #expect(!meter.take(1, for: 2, now: 0.01))
    #expect(meter.released(now: 0.01).isEmpty)
    #expect(abs((meter.delay(now: 0.01) ?? 0) - 0.02) < 1e-9)
    #expect(meter.released(now: 0.031) == [2])
    #expect(meter.delay(now: 0.031) == nil && meter.take(1, for: 2, now: 0.031))
  }
}
