/// The hub's methods in the standard profile (SAMP 1.3, section 3.11).
extension SAMPHub {
  func answer(_ method: String, _ parameters: [SAMPValue]) async throws(SAMPError) -> SAMPValue {
    let prefix = "samp.hub."
    guard method.hasPrefix(prefix) else { throw SAMPError(.refused, "there is no method \(method)") }
    let name = method.dropFirst(prefix.count)
    if name == "ping" { return "" }
    if name == "register" { return try await register(parameters.first?.text) }
    guard let key = parameters.first?.text, let sender = clients[key] else {
      throw SAMPError(.refused, "the private key is unknown: register first")
    }
    let arguments = Array(parameters.dropFirst())
    if let answer = try await answerAboutClients(String(name), key, sender, arguments) { return answer }
    if let answer = try await answerMessage(String(name), key, sender, arguments) { return answer }
    throw SAMPError(.refused, "there is no method \(method) with \(arguments.count) arguments")
  }

  private func answerAboutClients(
    _ name: String, _ key: String, _ sender: Client, _ arguments: [SAMPValue]
  ) async throws(SAMPError) -> SAMPValue? {
    switch (name, arguments.count) {
    case ("unregister", _):
      await unregister(key)
    case ("setXmlrpcCallback", 1...):
      guard let url = arguments[0].text, url.hasPrefix("http://") else {
        throw SAMPError(.refused, "the call-back address must be an http URL")
      }
      update(key) { $0.callback = url }
    case ("declareMetadata", 1...):
      update(key) { $0.metadata = arguments[0] }
      await announce("samp.hub.event.metadata", ["id": .text(sender.id), "metadata": arguments[0]])
    case ("declareSubscriptions", 1...):
      update(key) { $0.subscriptions = arguments[0].map ?? [:] }
      await announce(
        "samp.hub.event.subscriptions", ["id": .text(sender.id), "subscriptions": arguments[0]])
    case ("getMetadata", 1...):
      if arguments[0].text == Self.ownID {
        return SAMPMetadata(name: "Hub", summary: "The SAMP hub of VOTrawl").value
      }
      return try known(arguments[0]).client.metadata
    case ("getSubscriptions", 1...):
      if arguments[0].text == Self.ownID { return [:] }
      return .map(try known(arguments[0]).client.subscriptions)
    case ("getRegisteredClients", _):
      let others = clients.filter { $0.key != key }.values.map(\.id).sorted()
      return .list([.text(Self.ownID)] + others.map { .text($0) })
    case ("getSubscribedClients", 1...):
      let listeners = subscribers(of: arguments[0].text ?? "", except: key)
      return .map(Dictionary(listeners.map { ($0.client.id, $0.note) }) { $1 })
    default: return nil
    }
    return ""
  }

  private func answerMessage(
    _ name: String, _ key: String, _ sender: Client, _ arguments: [SAMPValue]
  ) async throws(SAMPError) -> SAMPValue? {
    switch (name, arguments.count) {
    case ("notify", 2...):
      let (client, clientKey) = try listener(arguments[0], to: arguments[1])
      Task { await self.notify(client, clientKey, from: sender.id, arguments[1]) }
      return ""
    case ("notifyAll", 1...):
      let listeners = try listeners(to: arguments[0], except: key)
      for listener in listeners {
        Task { await self.notify(listener.client, listener.key, from: sender.id, arguments[0]) }
      }
      return .list(listeners.map { .text($0.client.id) })
    case ("call", 3...):
      let (client, clientKey) = try listener(arguments[0], to: arguments[2])
      return .text(
        call(client, clientKey, from: sender.id, arguments[2], .tagged(caller: key, tag: arguments[1])))
    case ("callAll", 2...):
      var identifiers: [String: SAMPValue] = [:]
      for listener in try listeners(to: arguments[1], except: key) {
        identifiers[listener.client.id] = .text(
          call(
            listener.client, listener.key, from: sender.id, arguments[1],
            .tagged(caller: key, tag: arguments[0])))
      }
      return .map(identifiers)
    case ("callAndWait", 3...):
      let (client, clientKey) = try listener(arguments[0], to: arguments[1])
      return try await callAndWait(
        client, clientKey, from: sender.id, arguments[1], timeout: arguments[2].integer ?? 0)
    case ("reply", 2...):
      await reply(to: arguments[0].text ?? "", from: sender.id, arguments[1])
      return ""
    default: return nil
    }
  }

  private func known(_ id: SAMPValue) throws(SAMPError) -> (client: Client, key: String) {
    guard let (key, client) = clients.first(where: { $0.value.id == id.text }) else {
      throw SAMPError(.refused, "there is no client \(id.text ?? "")")
    }
    return (client, key)
  }

  /// The client with an identifier, which must have subscribed to the message.
  private func listener(
    _ id: SAMPValue, to message: SAMPValue
  ) throws(SAMPError) -> (client: Client, key: String) {
    let (client, key) = try known(id)
    guard let mtype = SAMPMessage(message)?.mtype else {
      throw SAMPError(.refused, "the message has no samp.mtype")
    }
    guard Self.subscription(to: mtype, in: client.subscriptions) != nil else {
      throw SAMPError(.refused, "\(client.id) is not subscribed to \(mtype)")
    }
    return (client, key)
  }

  private func listeners(
    to message: SAMPValue, except key: String
  ) throws(SAMPError) -> [(client: Client, key: String, note: SAMPValue)] {
    guard let mtype = SAMPMessage(message)?.mtype else {
      throw SAMPError(.refused, "the message has no samp.mtype")
    }
    return subscribers(of: mtype, except: key)
  }
}
