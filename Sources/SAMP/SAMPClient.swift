internal import FlyingFox
internal import FoundationEssentials
internal import Loopback
internal import VOClient

/// A client of a SAMP hub: it tells other programs of this user what to load and look at, and hears what they tell.
///
/// ``run()`` keeps it registered for as long as it is wanted, also when the hub ends and another starts. The address
/// of its call-backs, with the files it shares, stays the same all the while.
public actor SAMPClient {
  /// Does what a message asks for; `sender` is the hub's name for who sent it.
  public typealias Receiver = @Sendable (_ message: SAMPMessage, _ sender: String) async -> SAMPReply

  private struct Connection {
    var hub: HubAddress
    var key: String
    var selfID: String
    var hubID: String
  }

  private let metadata: SAMPMetadata
  private var receivers: [String: Receiver]
  private let environment: [String: String]
  private let caller = XMLRPCCaller(engine: XMLRPCCaller.engine())
  private let server = LoopbackServer()
  private var base: String?
  private let path = "/call/" + SAMPClient.randomWord()
  private var connection: Connection?
  private var files: [String: SharedFile] = [:]
  private var watchers: [UUID: AsyncStream<Bool>.Continuation] = [:]

  /// A client that is not registered yet.
  ///
  /// - Parameters:
  ///   - metadata: what it says of itself.
  ///   - receivers: the MTypes it obeys besides `samp.app.ping` and the hub's own.
  ///   - environment: where `SAMP_HUB` and `HOME` are looked up.
  public init(
    metadata: SAMPMetadata, receivers: [String: Receiver] = [:],
    environment: [String: String] = HubAddress.processEnvironment
  ) {
    self.metadata = metadata
    self.receivers = receivers
    self.environment = environment
  }

  /// Obeys one more MType; to be said before the client registers.
  public func obey(_ mtype: String, _ receiver: @escaping Receiver) { receivers[mtype] = receiver }

  /// What a client calls itself; the hub's name for it where it does not say.
  public func name(of id: String) async -> String { (try? await peer(id))?.name ?? id }

  /// Whether the client is registered, as far as it knows.
  public var isConnected: Bool { connection != nil }

  /// Whether the client is registered, now and at each change.
  public func connections() -> AsyncStream<Bool> {
    let (stream, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
    let id = UUID()
    watchers[id] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(id) }
    }
    continuation.yield(connection != nil)
    return stream
  }

  private func forget(_ id: UUID) { watchers[id] = nil }

  private func set(_ connection: Connection?) {
    let changes = (connection == nil) != (self.connection == nil)
    self.connection = connection
    if changes { for watcher in watchers.values { watcher.yield(connection != nil) } }
  }

  // MARK: Registering

  /// Registers with the hub that runs now; does nothing if the client is registered.
  ///
  /// - Throws: ``SAMPError``: SAM-01 if no hub runs.
  public func connect() async throws(SAMPError) {
    guard connection == nil else { return }
    let hub = try HubAddress.find(environment: environment)
    if base == nil { base = try await serve() }
    guard let base else { return }
    let registration: SAMPValue
    do throws(SAMPError) {
      registration = try await caller.call(hub.url, "samp.hub.register", [.text(hub.secret)])
    } catch {
      guard error.kind == .unreachable else { throw error }
      throw SAMPError(
        .noHub, "the SAMP hub of the lock file does not answer: \(error.message)",
        hint: "start TOPCAT, or a hub: votrawl samp hub")
    }
    guard let key = registration["samp.private-key"]?.text else {
      throw SAMPError(.unreadable, "the hub at \(hub.url) gave no key")
    }
    let new = Connection(
      hub: hub, key: key, selfID: registration["samp.self-id"]?.text ?? "",
      hubID: registration["samp.hub-id"]?.text ?? "")
    // Two calls of connect may have met here.
    if connection != nil {
      _ = try? await caller.call(hub.url, "samp.hub.unregister", [.text(key)])
      return
    }
    set(new)
    do throws(SAMPError) {
      try await hubCall("declareMetadata", [metadata.value])
      try await hubCall("setXmlrpcCallback", [.text(base + path)])
      try await hubCall("declareSubscriptions", [.map(subscriptions)])
    } catch {
      set(nil)
      throw error
    }
  }

  /// Stays registered until the task is cancelled: looks for a hub every two seconds while there is none, asks it every
  /// `interval` seconds whether it lives, and unregisters at the end.
  public func run(interval: Double = 10) async {
    while !Task.isCancelled {
      if connection == nil {
        try? await connect()
      } else {
        // Unlike samp.hub.ping, this fails if a new hub runs at the old address.
        _ = try? await hubCall("getRegisteredClients", [])
      }
      try? await Task.sleep(for: .seconds(connection == nil ? min(2, interval) : interval))
    }
    await disconnect()
  }

  /// Unregisters; the shared files stay reachable until ``stop()``.
  public func disconnect() async {
    // In a task of its own, for the caller's may have been cancelled.
    await Task { _ = try? await self.hubCall("unregister", []) }.value
    set(nil)
  }

  /// Unregisters and ends the server of call-backs and files.
  public func stop() async {
    await disconnect()
    await server.stop()
    base = nil
  }

  private var subscriptions: [String: SAMPValue] {
    var map: [String: SAMPValue] = receivers.mapValues { _ in [:] }
    for name in ["samp.app.ping", "samp.hub.event.shutdown", "samp.hub.disconnect"] { map[name] = [:] }
    return map
  }

  // MARK: Sending

  /// The clients that listen to an MType, this one excluded.
  ///
  /// - Parameter name: only those whose name contains this, case aside.
  public func peers(for mtype: String, named name: String? = nil) async throws(SAMPError) -> [SAMPPeer] {
    let answer = try await hubCall("getSubscribedClients", [.text(mtype)])
    var peers: [SAMPPeer] = []
    for id in (answer.map ?? [:]).keys.sorted() {
      let peer = try await peer(id)
      if let name, !peer.name.lowercased().contains(name.lowercased()) { continue }
      peers.append(peer)
    }
    return peers
  }

  /// All other clients of the hub.
  public func peers() async throws(SAMPError) -> [SAMPPeer] {
    var peers: [SAMPPeer] = []
    for id in try await hubCall("getRegisteredClients", []).list ?? [] {
      if let id = id.text { peers.append(try await peer(id)) }
    }
    return peers
  }

  private func peer(_ id: String) async throws(SAMPError) -> SAMPPeer {
    let metadata = try await hubCall("getMetadata", [.text(id)])
    return SAMPPeer(id: id, name: metadata["samp.name"]?.text ?? id)
  }

  /// Tells a client, or all that listen, without waiting for an answer.
  public func notify(_ message: SAMPMessage, to peer: SAMPPeer? = nil) async throws(SAMPError) {
    if let peer {
      try await hubCall("notify", [.text(peer.id), message.value])
    } else {
      try await hubCall("notifyAll", [message.value])
    }
  }

  /// Asks a client to do something and waits for its answer.
  ///
  /// - Parameter timeout: seconds; loading a large table takes its time.
  /// - Throws: ``SAMPError``: SAM-08 if it answers with an error.
  @discardableResult
  public func call(
    _ message: SAMPMessage, to peer: SAMPPeer, timeout: Int = 60
  ) async throws(SAMPError) -> SAMPReply {
    let reply = SAMPReply(
      try await hubCall(
        "callAndWait", [.text(peer.id), message.value, .text(String(timeout))], timeout: Double(timeout) + 5))
    if case .error(let text) = reply {
      throw SAMPError(.failed, "\(peer.name) could not do \(message.mtype): \(text)")
    }
    return reply
  }

  /// Puts a file where other programs can fetch it, until ``stop()``, and returns its URL.
  ///
  /// The URL is the same for the same name each time.
  public func share(_ file: SharedFile, as name: String) async throws(SAMPError) -> String {
    if base == nil { base = try await serve() }
    let safe = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    let address = path.replacing("/call/", with: "/file/") + "/" + safe
    files[address] = file
    return (base ?? "") + address
  }

  // MARK: Calls to the hub and from it

  @discardableResult
  private func hubCall(
    _ method: String, _ parameters: [SAMPValue], timeout: Double = 20
  ) async throws(SAMPError) -> SAMPValue {
    guard let connection else {
      throw SAMPError(
        .notConnected, "not registered with a SAMP hub", hint: "start TOPCAT, or a hub: votrawl samp hub")
    }
    do throws(SAMPError) {
      return try await caller.call(
        connection.hub.url, "samp.hub." + method, [.text(connection.key)] + parameters, timeout: timeout)
    } catch {
      // A hub that is gone, or a new one that does not know the key.
      let isLost = error.kind == .unreachable || method == "getRegisteredClients"
      if isLost && !Task.isCancelled && self.connection?.key == connection.key { set(nil) }
      throw error
    }
  }

  private func serve() async throws(SAMPError) -> String {
    let handler = XMLRPCHandler(
      path: path,
      answer: { [weak self] method, parameters throws(SAMPError) in
        guard let self else { throw SAMPError(.notConnected, "the client has ended") }
        return try await self.receive(method, parameters)
      },
      file: { [weak self] path in await self?.files[path] })
    do throws(LoopbackError) {
      return try await server.start(handler: handler)
    } catch {
      throw SAMPError(.noServer, error.message, hint: error.hint)
    }
  }

  private func receive(_ method: String, _ parameters: [SAMPValue]) throws(SAMPError) -> SAMPValue {
    guard let connection, parameters.first?.text == connection.key else {
      throw SAMPError(.refused, "\(method) came with a wrong key")
    }
    switch (method, parameters.count) {
    case ("samp.client.receiveNotification", 3...):
      guard let sender = parameters[1].text, let message = SAMPMessage(parameters[2]) else { break }
      Task { _ = await self.obey(message, from: sender) }
      return ""
    case ("samp.client.receiveCall", 4...):
      guard let sender = parameters[1].text, let message = SAMPMessage(parameters[3]) else { break }
      Task {
        let reply = await self.obey(message, from: sender)
        _ = try? await self.hubCall("reply", [parameters[2], reply.value])
      }
      return ""
    case ("samp.client.receiveResponse", 4...):
      // All calls of this client wait for their answer at the hub.
      return ""
    default: break
    }
    throw SAMPError(.unreadable, "\(method) with \(parameters.count) parameters is not understood")
  }

  private func obey(_ message: SAMPMessage, from sender: String) async -> SAMPReply {
    switch message.mtype {
    case "samp.app.ping": return .ok()
    case "samp.hub.event.shutdown", "samp.hub.disconnect":
      guard sender == connection?.hubID else { return .error("only the hub may say so") }
      set(nil)
      return .ok()
    default:
      if let receiver = receiver(of: message.mtype) { return await receiver(message, sender) }
      return .error("\(message.mtype) is not understood")
    }
  }

  /// The receiver of an MType; a subscription may end in `.*`.
  private func receiver(of mtype: String) -> Receiver? {
    if let receiver = receivers[mtype] { return receiver }
    return receivers.first { name, _ in
      name == "*" || (name.hasSuffix(".*") && mtype.hasPrefix(name.dropLast()))
    }?.value
  }

  /// 128 random bits, so that no other user of the machine can guess an address.
  static func randomWord() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
  }
}
