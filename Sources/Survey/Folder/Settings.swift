public import Foundation
import TOMLKit

/// The settings in force, and where each comes from: flag, VOTRAWL_* variable, `survey.toml`, user's file, default, the
/// first of them that has it.
public struct Settings: Sendable {
  /// Where a value comes from.
  public enum Origin: String, Sendable, Encodable {
    /// The command line.
    case flag
    /// A variable of the environment.
    case environment
    /// `survey.toml`.
    case survey
    /// The user's `config.toml`.
    case user
    /// The program.
    case `default`
  }

  /// A value and where it comes from.
  public struct Setting: Sendable, Encodable {
    /// Its name, as in the files.
    public var name: String
    /// The value; nil for none.
    public var value: String?
    /// Where it comes from.
    public var origin: Origin
    /// The flag, variable or file.
    public var place: String?
    /// The variable that would set it.
    public var variable: String
    /// What it does.
    public var explanation: String
  }

  /// All settings, in the order of the keys.
  public let all: [Setting]

  /// The user's file: `$XDG_CONFIG_HOME/votrawl/config.toml`, else `~/.config/votrawl/config.toml`.
  public static func userFile(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    folder("XDG_CONFIG_HOME", ".config", environment) + "/config.toml"
  }

  /// The folder of what may be lost: `$XDG_CACHE_HOME/votrawl`, else `~/.cache/votrawl`.
  public static func cacheFolder(environment: [String: String] = ProcessInfo.processInfo.environment)
    -> String
  {
    folder("XDG_CACHE_HOME", ".cache", environment)
  }

  /// The folder of what must outlive a run: `$XDG_STATE_HOME/votrawl`, else `~/.local/state/votrawl`.
  public static func stateFolder(environment: [String: String] = ProcessInfo.processInfo.environment)
    -> String
  {
    folder("XDG_STATE_HOME", ".local/state", environment)
  }

  private static func folder(_ variable: String, _ usual: String, _ environment: [String: String]) -> String {
    if let path = environment[variable], path.hasPrefix("/") { return path + "/votrawl" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/" + usual + "/votrawl"
  }

  /// Gathers the settings.
  ///
  /// - Parameters:
  ///   - flags: what the command line sets: the flag as typed and its value, by key.
  ///   - environment: the variables.
  ///   - surveyFile: `survey.toml` of the survey at hand, if there is one.
  ///   - userFile: the user's file; it need not exist.
  /// - Throws: `SUR-02` for a file that is no TOML, a key of the user's file that does not exist, or a wrong value.
  public init(
    flags: [SettingKey: (flag: String, value: String)] = [:],
    environment: [String: String] = ProcessInfo.processInfo.environment, surveyFile: String? = nil,
    userFile: String? = nil
  ) throws(SurveyError) {
    let user = userFile ?? Self.userFile(environment: environment)
    let survey = try surveyFile.map { (path) throws(SurveyError) in try Self.values(in: path, isUsers: false)
    }
    let users = try FileManager.default.fileExists(atPath: user) ? Self.values(in: user, isUsers: true) : [:]
    var all: [Setting] = []
    for key in SettingKey.allCases {
      var setting = Setting(
        name: key.rawValue, value: key.standard, origin: .default, place: nil, variable: key.variable,
        explanation: key.explanation)
      if let given = flags[key] {
        (setting.value, setting.origin, setting.place) = (given.value, .flag, given.flag)
      } else if let text = environment[key.variable], !text.isEmpty {
        (setting.value, setting.origin, setting.place) = (text, .environment, key.variable)
      } else if let text = survey?[key] {
        (setting.value, setting.origin, setting.place) = (text, .survey, surveyFile)
      } else if let text = users[key] {
        (setting.value, setting.origin, setting.place) = (text, .user, user)
      }
      if setting.origin != .default, let value = setting.value, let problem = key.problem(value) {
        throw SurveyError(
          .configuration, "\(setting.place ?? "?"): \(key.rawValue) cannot be \"\(value)\": \(problem)",
          hint: "`votrawl config show` says where each value comes from")
      }
      all.append(setting)
    }
    self.all = all
  }

  /// A setting.
  public func setting(_ key: SettingKey) -> Setting? { all.first { $0.name == key.rawValue } }

  /// The value of a setting; nil for none.
  public subscript(key: SettingKey) -> String? { setting(key)?.value }

  /// The value as a number.
  public func number(_ key: SettingKey) -> Double? { self[key].flatMap { Double($0) } }

  /// The value as a truth value.
  public func isOn(_ key: SettingKey) -> Bool { self[key].flatMap(Self.truth) ?? false }

  /// A truth value as it is written.
  static func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "true", "yes", "on": true
    case "0", "false", "no", "off": false
    default: nil
    }
  }

  /// The values of a file, as text.
  private static func values(in path: String, isUsers: Bool) throws(SurveyError) -> [SettingKey: String] {
    try surveyed(.configuration, "cannot read \(path)") {
      let table = try TOMLTable(string: String(contentsOfFile: path, encoding: .utf8))
      var values: [SettingKey: String] = [:]
      var known = Set(["network"])
      for key in SettingKey.allCases {
        let parts = key.rawValue.split(separator: ".").map(String.init)
        known.insert(parts.count == 1 ? parts[0] : key.rawValue)
        let value = parts.count == 1 ? table[parts[0]] : table[parts[0]]?.table?[parts[1]]
        if let text = value.flatMap(text(of:)) { values[key] = text }
      }
      let unknown =
        table.keys.filter { !known.contains($0) }
        + (table["network"]?.table?.keys.map { "network." + $0 } ?? []).filter { !known.contains($0) }
      if let odd = unknown.first, isUsers || odd.hasPrefix("network.") {
        throw SurveyError(
          .configuration, "\(path): there is no setting \"\(odd)\"",
          hint: "there are: " + SettingKey.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return values
    }
  }

  private static func text(of value: any TOMLValueConvertible) -> String? {
    if let array = value.array {
      return array.compactMap { text(of: $0) }.joined(separator: ",")
    }
    if let bool = value.bool { return bool ? "true" : "false" }
    if let int = value.int { return "\(int)" }
    if let double = value.double { return "\(double)" }
    return value.string
  }
}
