/// A message: what it is about (its MType) and its parameters (SAMP 1.3, section 3.7).
public struct SAMPMessage: Sendable, Equatable {
  /// The MType, like `table.load.votable`.
  public var mtype: String
  /// The parameters by name.
  public var parameters: [String: SAMPValue]

  /// Describes a message.
  public init(_ mtype: String, _ parameters: [String: SAMPValue] = [:]) {
    self.mtype = mtype
    self.parameters = parameters
  }

  /// A parameter as text; `nil` if it is missing or something else.
  public func text(_ name: String) -> String? { parameters[name]?.text }

  /// The message as the standard profile sends it.
  var value: SAMPValue { ["samp.mtype": .text(mtype), "samp.params": .map(parameters)] }

  init?(_ value: SAMPValue?) {
    guard let mtype = value?["samp.mtype"]?.text else { return nil }
    self.init(mtype, value?["samp.params"]?.map ?? [:])
  }
}

/// What a client answers to a message (SAMP 1.3, section 3.9).
public enum SAMPReply: Sendable, Equatable {
  /// It did what was asked.
  case ok([String: SAMPValue] = [:])
  /// It did it, but there is something to say.
  case warning(String, [String: SAMPValue] = [:])
  /// It could not do it.
  case error(String)

  /// The reply as the standard profile sends it.
  var value: SAMPValue {
    switch self {
    case .ok(let result): ["samp.status": "samp.ok", "samp.result": .map(result)]
    case .warning(let text, let result):
      [
        "samp.status": "samp.warning", "samp.result": .map(result),
        "samp.error": ["samp.errortxt": .text(text)],
      ]
    case .error(let text): ["samp.status": "samp.error", "samp.error": ["samp.errortxt": .text(text)]]
    }
  }

  init(_ value: SAMPValue) {
    let problem = value["samp.error"]?["samp.errortxt"]?.text ?? "no reason given"
    let result = value["samp.result"]?.map ?? [:]
    switch value["samp.status"]?.text {
    case "samp.ok": self = .ok(result)
    case "samp.warning": self = .warning(problem, result)
    default: self = .error(problem)
    }
  }
}
