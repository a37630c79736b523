/// What a client says of itself to the hub (SAMP 1.3, section 3.5).
public struct SAMPMetadata: Sendable, Equatable {
  /// `samp.name`: one word.
  public var name: String
  /// `samp.description.text`: a sentence.
  public var summary: String
  /// Further entries, by key.
  public var others: [String: String]

  /// Describes a client.
  public init(name: String, summary: String, others: [String: String] = [:]) {
    self.name = name
    self.summary = summary
    self.others = others
  }

  var value: SAMPValue {
    var map: [String: SAMPValue] = others.mapValues { .text($0) }
    map["samp.name"] = .text(name)
    map["samp.description.text"] = .text(summary)
    return .map(map)
  }
}

/// Another client of the hub.
public struct SAMPPeer: Sendable, Equatable {
  /// The hub's name for it, which is free to change from session to session.
  public var id: String
  /// What it calls itself, or its identifier if it does not say.
  public var name: String

  /// Describes a client.
  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}
