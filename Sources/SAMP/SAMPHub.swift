internal import Foundation
internal import Loopback
internal import VOClient

/// A SAMP hub of the standard profile, for when no other program brings one (SAMP 1.3, sections 3 and 4).
public actor SAMPHub {
  struct Client {
    var id: String
    var metadata: SAMPValue = [:]
    var subscriptions: [String: SAMPValue] = [:]
    var callback: String?
  }

  /// A call whose answer has not come yet.
  enum Pending {
    /// The caller is called back with its own tag.
    case tagged(caller: String, tag: SAMPValue)
    /// The caller waits; it gets nothing where the time is over.
    case waiting(CheckedContinuation<SAMPValue?, Never>)
  }

  static let ownID = "hub"

  private let server = LoopbackServer()
  private let caller = XMLRPCCaller(engine: XMLRPCCaller.engine())
  private let secret = SAMPClient.randomWord()
  private let hubKey = SAMPClient.randomWord()
  private var lockPath: String?
  /// Clients by private key.
  var clients: [String: Client] = [:]
  private var registered = 0
  private var calls = 0
  private var pending: [String: Pending] = [:]

  /// A hub that does not run yet.
  public init() {}

  /// How many clients are registered.
  public var clientCount: Int { clients.count }

  /// Starts the hub, writes its lock file (readable for this user only), and returns its address.
  ///
  /// - Throws: ``SAMPError``: SAM-09 if a hub answers already at the address of the lock file.
  public func start(
    environment: [String: String] = HubAddress.processEnvironment
  ) async throws(SAMPError) -> HubAddress {
    let path = try HubAddress.lockFile(environment: environment)
    if let other = try? HubAddress.find(environment: environment),
      (try? await caller.call(other.url, "samp.hub.ping", [], timeout: 15)) != nil
    {
      throw SAMPError(
        .hubRuns, "a SAMP hub runs already at \(other.url)", hint: "it will do; nothing to start")
    }
    let base: String
    do throws(LoopbackError) {
      base = try await server.start(
        handler: XMLRPCHandler(
          path: "/xmlrpc",
          answer: { [weak self] method, parameters throws(SAMPError) in
            guard let self else { throw SAMPError(.noHub, "the hub has ended") }
            return try await self.answer(method, parameters)
          },
          file: { _ in nil }))
    } catch {
      throw SAMPError(.noServer, error.message, hint: error.hint)
    }
    let address = HubAddress(url: base + "/xmlrpc", secret: secret)
    let text = """
      # SAMP lock file
      samp.secret=\(secret)
      samp.hub.xmlrpc.url=\(address.url)
      samp.profile.version=1.3

      """
    let temporary = path + ".\(ProcessInfo.processInfo.processIdentifier)"
    guard
      FileManager.default.createFile(
        atPath: temporary, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]),
      rename(temporary, path) == 0
    else {
      await server.stop()
      throw SAMPError(.noServer, "cannot write the lock file \(path)", hint: "check the folder's rights")
    }
    lockPath = path
    return address
  }

  /// Tells the clients, removes the lock file if it is still this hub's, and stops serving.
  public func stop() async {
    await announce("samp.hub.event.shutdown", [:])
    if let lockPath, let data = FileManager.default.contents(atPath: lockPath),
      String(decoding: data, as: UTF8.self).contains(secret)
    {
      try? FileManager.default.removeItem(atPath: lockPath)
    }
    lockPath = nil
    for (_, call) in pending {
      if case .waiting(let continuation) = call {
        continuation.resume(returning: SAMPReply.error("the hub ended").value)
      }
    }
    pending = [:]
    clients = [:]
    await server.stop()
  }

  /// Ends as a crash would, for tests: without a word, and the lock file is left behind.
  func die() async {
    lockPath = nil
    await server.stop()
  }

  // MARK: Clients

  func register(_ given: String?) async throws(SAMPError) -> SAMPValue {
    guard given == secret else { throw SAMPError(.refused, "the secret is wrong") }
    registered += 1
    let key = SAMPClient.randomWord()
    let id = "c\(registered)"
    clients[key] = Client(id: id)
    await announce("samp.hub.event.register", ["id": .text(id)])
    return ["samp.private-key": .text(key), "samp.self-id": .text(id), "samp.hub-id": .text(Self.ownID)]
  }

  func unregister(_ key: String) async {
    guard let client = clients.removeValue(forKey: key) else { return }
    await announce("samp.hub.event.unregister", ["id": .text(client.id)])
  }

  func update(_ key: String, _ change: (inout Client) -> Void) {
    guard var client = clients[key] else { return }
    change(&client)
    clients[key] = client
  }

  func client(_ id: String?) -> Client? { clients.values.first { $0.id == id } }

  /// Clients other than `key` that listen to an MType, with the annotation of their subscription.
  func subscribers(of mtype: String, except key: String) -> [(client: Client, key: String, note: SAMPValue)] {
    clients.compactMap { clientKey, client in
      guard clientKey != key, let note = Self.subscription(to: mtype, in: client.subscriptions) else {
        return nil
      }
      return (client, clientKey, note)
    }
    .sorted { $0.client.id < $1.client.id }
  }

  /// A subscription that covers an MType: the type itself, or the longest of its beginnings followed by `*`.
  static func subscription(to mtype: String, in subscriptions: [String: SAMPValue]) -> SAMPValue? {
    var pattern = mtype
    if let note = subscriptions[pattern] { return note }
    while let dot = pattern.lastIndex(of: ".") {
      pattern = String(pattern[..<dot])
      if let note = subscriptions[pattern + ".*"] { return note }
    }
    return subscriptions["*"]
  }

  // MARK: Messages

  /// Tells the subscribers of one of the hub's own events.
  func announce(_ mtype: String, _ parameters: [String: SAMPValue]) async {
    let message = SAMPMessage(mtype, parameters).value
    await withTaskGroup(of: Void.self) { group in
      for (client, key, _) in subscribers(of: mtype, except: hubKey) {
        group.addTask { await self.notify(client, key, from: Self.ownID, message) }
      }
    }
  }

  func notify(_ client: Client, _ key: String, from sender: String, _ message: SAMPValue) async {
    guard let callback = client.callback else { return }
    _ = try? await caller.call(
      callback, "samp.client.receiveNotification", [.text(key), .text(sender), message], timeout: 10)
  }

  /// Sends a call on; its answer comes back under the identifier that is returned.
  func call(
    _ client: Client, _ key: String, from sender: String, _ message: SAMPValue, _ waiting: Pending
  ) -> String {
    calls += 1
    let id = "m\(calls)"
    pending[id] = waiting
    let callback = client.callback
    Task {
      do {
        guard let callback else { throw SAMPError(.unreachable, "it gave no address") }
        _ = try await caller.call(
          callback, "samp.client.receiveCall", [.text(key), .text(sender), .text(id), message], timeout: 10)
      } catch {
        await self.reply(to: id, from: client.id, SAMPReply.error("\(client.id) cannot be reached").value)
      }
    }
    return id
  }

  /// Sends a call on and waits for its answer.
  ///
  /// - Parameter timeout: seconds; 0 or less for no limit.
  /// - Throws: SAM-05 where the time is over.
  func callAndWait(
    _ client: Client, _ key: String, from sender: String, _ message: SAMPValue, timeout: Int
  ) async throws(SAMPError) -> SAMPValue {
    let answer: SAMPValue? = await withCheckedContinuation { continuation in
      let id = call(client, key, from: sender, message, .waiting(continuation))
      guard timeout > 0 else { return }
      Task {
        try? await Task.sleep(for: .seconds(timeout))
        self.giveUp(id)
      }
    }
    guard let answer else { throw SAMPError(.refused, "\(client.id) gave no answer in \(timeout) s") }
    return answer
  }

  private func giveUp(_ id: String) {
    if case .waiting(let continuation) = pending.removeValue(forKey: id) {
      continuation.resume(returning: nil)
    }
  }

  /// Hands an answer to who waits for it; later answers to the same call are dropped.
  func reply(to id: String, from responder: String, _ response: SAMPValue) async {
    switch pending.removeValue(forKey: id) {
    case .waiting(let continuation): continuation.resume(returning: response)
    case .tagged(let key, let tag):
      guard let callback = clients[key]?.callback else { return }
      _ = try? await caller.call(
        callback, "samp.client.receiveResponse", [.text(key), .text(responder), tag, response], timeout: 10)
    case nil: return
    }
  }
}
