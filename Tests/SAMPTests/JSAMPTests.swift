import Foundation
import Testing

@testable import SAMP

private let jsampArchive = "/usr/share/java/jsamp.jar"

/// JSAMP, the reference implementation (Debian: libjsamp-java and a Java), held against our hub and our client.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: jsampArchive)
      && FileManager.default.fileExists(atPath: "/usr/bin/java"),
    "needs JSAMP (libjsamp-java) and Java"))
struct JSAMPTests {
  static func start(_ arguments: [String], lock: String) throws -> (process: Process, output: Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/java")
    process.arguments =
      ["-Djava.awt.headless=true", "-cp", jsampArchive, "org.astrogrid.samp.JSamp"] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["SAMP_HUB"] = "std-lockurl:file://" + lock
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    return (process, output)
  }

  @Test func itsHubTesterFindsNothingWrongWithOurHub() async throws {
    try await HubTests.withEnvironment { environment in
      let hub = SAMPHub()
      _ = try await hub.start(environment: environment)
      let lock = try HubAddress.lockFile(environment: environment)
      let (process, output) = try Self.start(["hubtester"], lock: lock)
      // Not on a thread that tasks share: the hub needs those to answer.
      let text = await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          let bytes = output.fileHandleForReading.readDataToEndOfFile()
          process.waitUntilExit()
          continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
        }
      }
      #expect(process.terminationStatus == 0, "\(text)")
      // How fast a busy machine answers is no claim of this test.
      let warnings = text.split(separator: "\n").filter {
        $0.contains("WARNING") && !$0.contains("not completing quickly")
      }
      #expect(warnings.isEmpty && !text.contains("Exception"), "\(text)")
      await hub.stop()
    }
  }

  @Test func itsHubCarriesOurMessagesAndOurClientOutlivesIt() async throws {
    try await HubTests.withEnvironment { environment in
      let lock = try HubAddress.lockFile(environment: environment)
      let receiver = HubTests.client(
        "receiver", environment, ["table.highlight.row": { message, _ in .ok(message.parameters) }])
      let sender = HubTests.client("sender", environment)
      let lives = [Task { await receiver.run(interval: 0.3) }, Task { await sender.run(interval: 0.3) }]
      for _ in 0..<2 {
        let (hub, _) = try Self.start(["hub", "-mode", "no-gui", "-profiles", "std"], lock: lock)
        let both = await HubTests.eventually {
          guard await receiver.isConnected, await sender.isConnected else { return false }
          return ((try? await sender.peers(for: "table.highlight.row", named: "receiver")) ?? []).count == 1
        }
        #expect(both)
        if let peer = try await sender.peers(for: "table.highlight.row", named: "receiver").first {
          let message = SAMPMessage.highlightRow(12, tableID: "a&b", url: "file:///x")
          #expect(try await sender.call(message, to: peer) == .ok(message.parameters))
        }
        kill(hub.processIdentifier, SIGKILL)
        hub.waitUntilExit()
        #expect(
          await HubTests.eventually {
            let first = await receiver.isConnected
            let second = await sender.isConnected
            return !first && !second
          })
      }
      for life in lives {
        life.cancel()
        await life.value
      }
      await receiver.stop()
      await sender.stop()
    }
  }
}
