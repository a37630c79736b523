import Foundation
import FoundationNetworking
import Testing

@testable import SAMP

@Suite struct HubTests {
  /// An environment whose lock file lies in a folder of its own.
  static func withEnvironment(_ body: ([String: String]) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "samp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(["HOME": folder.path])
  }

  static func client(
    _ name: String, _ environment: [String: String], _ receivers: [String: SAMPClient.Receiver] = [:]
  ) -> SAMPClient {
    SAMPClient(
      metadata: SAMPMetadata(name: name, summary: "A client under test"), receivers: receivers,
      environment: environment)
  }

  static func eventually(_ condition: () async -> Bool) async -> Bool {
    // A minute: a Java on a busy machine takes its time to start.
    for _ in 0..<1200 {
      if await condition() { return true }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  @Test func aCallIsAnsweredAndANotificationArrives() async throws {
    try await Self.withEnvironment { environment in
      let hub = SAMPHub()
      _ = try await hub.start(environment: environment)
      let (notes, note) = AsyncStream.makeStream(of: SAMPMessage.self)
      let listener = Self.client(
        "listener", environment,
        [
          "table.load.votable": { message, _ in .ok(["seen": .text(message.text("table-id") ?? "")]) },
          "table.highlight.*": { message, _ in
            note.yield(message)
            return .ok()
          },
          "coord.pointAt.sky": { _, _ in .error("the sky is cloudy") },
        ])
      let sender = Self.client("sender", environment)
      try await listener.connect()
      try await sender.connect()
      let peers = try await sender.peers(for: "table.load.votable", named: "LISTEN")
      let peer = try #require(peers.first)
      #expect(peers.count == 1 && peer.name == "listener")
      let reply = try await sender.call(
        .loadVOTable(url: "file:///x", tableID: "id <1> & more", name: "x"), to: peer)
      #expect(reply == .ok(["seen": "id <1> & more"]))
      let highlight = SAMPMessage.highlightRow(7, tableID: "t", url: "u")
      try await sender.notify(highlight)
      var iterator = notes.makeAsyncIterator()
      #expect(await iterator.next() == highlight)
      let error = await #expect(throws: SAMPError.self) {
        try await sender.call(.pointAt(ra: 1, dec: 2), to: peer)
      }
      #expect(error?.code == "SAM-08")
      #expect(error?.message.contains("cloudy") == true)
      // A client that has not subscribed is not bothered.
      let refusal = await #expect(throws: SAMPError.self) {
        try await sender.call(SAMPMessage("spectrum.load.ssa-generic"), to: peer)
      }
      #expect(refusal?.code == "SAM-05")
      await sender.stop()
      await listener.stop()
      #expect(await hub.clientCount == 0)
      await hub.stop()
    }
  }

  @Test func theLockFileIsPrivateAndGoesWithTheHub() async throws {
    try await Self.withEnvironment { environment in
      let lock = try HubAddress.lockFile(environment: environment)
      let missing = #expect(throws: SAMPError.self) { _ = try HubAddress.find(environment: environment) }
      #expect(missing?.code == "SAM-01")
      let hub = SAMPHub()
      let address = try await hub.start(environment: environment)
      #expect(try HubAddress.find(environment: environment) == address)
      let rights = try FileManager.default.attributesOfItem(atPath: lock)[.posixPermissions] as? Int
      #expect(rights == 0o600)
      let second = await #expect(throws: SAMPError.self) {
        _ = try await SAMPHub().start(environment: environment)
      }
      #expect(second?.code == "SAM-09")
      await hub.stop()
      #expect(!FileManager.default.fileExists(atPath: lock))
    }
  }

  @Test func aClientSurvivesAHubThatEndsAndOneThatDies() async throws {
    try await Self.withEnvironment { environment in
      let client = Self.client("survivor", environment)
      let life = Task { await client.run(interval: 0.2) }
      for round in 0..<3 {
        let hub = SAMPHub()
        _ = try await hub.start(environment: environment)
        #expect(await Self.eventually { await client.isConnected })
        // Odd rounds: the hub dies without a word and leaves its lock file.
        if round % 2 == 1 { await hub.die() } else { await hub.stop() }
        #expect(await Self.eventually { await !client.isConnected })
      }
      life.cancel()
      await life.value
      await client.stop()
    }
  }

  @Test func aSharedFileStaysAtItsAddress() async throws {
    try await Self.withEnvironment { environment in
      let client = Self.client("sharer", environment)
      let first = try await client.share(
        SharedFile(contentType: "text/plain", bytes: [65]), as: "../a b.vot")
      let second = try await client.share(
        SharedFile(contentType: "text/plain", bytes: [66]), as: "../a b.vot")
      #expect(first == second && first.hasPrefix("http://127.0.0.1:") && first.hasSuffix("/..ab.vot"))
      let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: first)))
      #expect(Array(data) == [66])
      await client.stop()
    }
  }

  @Test func nobodyWithoutTheKeyIsHeard() async throws {
    try await Self.withEnvironment { environment in
      let hub = SAMPHub()
      let address = try await hub.start(environment: environment)
      let caller = XMLRPCCaller(engine: XMLRPCCaller.engine())
      let calls: [(String, [SAMPValue])] = [
        ("samp.hub.register", ["wrong"]), ("samp.hub.getRegisteredClients", ["wrong"]),
        ("samp.hub.notifyAll", ["", ["samp.mtype": "x"]]), ("other.method", []),
      ]
      for (method, parameters) in calls {
        let error = await #expect(throws: SAMPError.self) {
          _ = try await caller.call(address.url, method, parameters)
        }
        #expect(error?.code == "SAM-05")
      }
      await hub.stop()
    }
  }
}
