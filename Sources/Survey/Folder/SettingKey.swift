/// What can be set beside the arguments of a command.
public enum SettingKey: String, CaseIterable, Sendable {
  /// Seed of everything drawn at random.
  case seed
  /// Name of the class set, or path of a class file.
  case classes
  /// How a spectrum becomes a feature vector.
  case preset
  /// Spectral window that is fetched, vacuum Å: low, high.
  case window
  /// Transfers at a time and host.
  case connections = "network.connections"
  /// How often a failure that can pass is tried again.
  case retries = "network.retries"
  /// Seconds without a byte until a transfer counts as stalled.
  case stallTimeout = "network.stall_timeout"
  /// Seconds for one transfer in all.
  case totalTimeout = "network.total_timeout"
  /// Requests a second and host.
  case rate = "network.rate"
  /// Megabytes a second that all transfers together may receive.
  case bandwidth = "network.bandwidth"
  /// File with user names, passwords and tokens by host.
  case credentials = "network.credentials"
  /// Mail address or page that archives are told.
  case contact = "network.contact"
  /// Folder for answers of services.
  case cache = "network.cache"
  /// Whether nothing is sent.
  case offline = "network.offline"
  /// TAP service with the tables of a registry.
  case registry = "network.registry"
  /// Whether no progress is shown.
  case noProgress = "no_progress"

  /// The variable that sets it, such as `VOTRAWL_STALL_TIMEOUT`.
  public var variable: String {
    "VOTRAWL_" + (rawValue.split(separator: ".").last.map(String.init) ?? rawValue).uppercased()
  }

  /// The value where nothing sets it; nil for none.
  public var standard: String? {
    switch self {
    case .seed: "1"
    case .classes: "be-stars"
    case .preset: "standard"
    case .window: "6500.0,6750.0"
    case .connections: "4"
    case .retries: "4"
    case .stallTimeout: "120"
    case .totalTimeout: "3600"
    case .rate, .bandwidth, .credentials, .contact, .cache: nil
    case .offline, .noProgress: "false"
    case .registry: "https://dc.g-vo.org/tap"
    }
  }

  /// What it does, in words.
  public var explanation: String {
    switch self {
    case .seed: "seed of everything drawn at random"
    case .classes: "class set: a name, or a file"
    case .preset: "how a spectrum becomes a vector: standard or skoda2020"
    case .window: "spectral window that is fetched, vacuum Å"
    case .connections: "transfers at a time and host"
    case .retries: "how often a failure that can pass is tried again"
    case .stallTimeout: "seconds without a byte until a transfer counts as stalled"
    case .totalTimeout: "seconds for one transfer in all"
    case .rate: "requests a second and host at most"
    case .bandwidth: "megabytes a second at most, all transfers together"
    case .credentials: "file with user names, passwords and tokens by host (and ~/.netrc)"
    case .contact: "mail address or page that archives are told"
    case .cache: "folder for answers of services"
    case .offline: "send nothing, take answers from the cache"
    case .registry: "TAP service with the tables of a registry"
    case .noProgress: "show no progress"
    }
  }

  /// Why a text is no value of this setting; nil where it is one.
  func problem(_ text: String) -> String? {
    func number(_ range: ClosedRange<Double>) -> String? {
      guard let value = Double(text), range.contains(value) else {
        return "a number from \(range.lowerBound) to \(range.upperBound) is wanted"
      }
      return nil
    }
    switch self {
    case .seed: return UInt64(text) == nil ? "a whole number from 0 is wanted" : nil
    case .connections:
      return (Int(text).map { (1...64).contains($0) } ?? false)
        ? nil : "a whole number from 1 to 64 is wanted"
    case .retries:
      return (Int(text).map { (0...100).contains($0) } ?? false)
        ? nil : "a whole number from 0 to 100 is wanted"
    case .stallTimeout, .totalTimeout: return number(0.1...1e6)
    case .rate, .bandwidth: return number(0.001...1e6)
    case .offline, .noProgress:
      return Settings.truth(text) == nil ? "true or false is wanted" : nil
    case .window:
      let ends = text.split(separator: ",").compactMap { Double($0.filter { $0 != " " }) }
      return ends.count == 2 && ends[0] < ends[1] && ends[0] > 0
        ? nil : "a low and a high wavelength in vacuum Å are wanted, such as 6500,6750"
    case .registry:
      return text.hasPrefix("http://") || text.hasPrefix("https://")
        ? nil : "an http or https address is wanted"
    case .classes, .preset, .credentials, .contact, .cache: return text.isEmpty ? "a text is wanted" : nil
    }
  }
}
