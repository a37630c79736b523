import Foundation
import TOMLKit

/// What is searched, as written in `survey.toml`.
public struct SurveyConfiguration: Sendable, Hashable, Codable {
  /// Name of the survey, as it stands in tables and reports.
  public var name: String
  /// Seed of everything drawn at random.
  public var seed: UInt64
  /// Name of the class set, or path of a class file, relative to the survey.
  public var classes: String
  /// How a spectrum becomes a feature vector: name of a preset.
  public var preset: String
  /// Spectral window that is fetched, vacuum Å: low, high; wider than the features, for the blur needs its neighbours.
  public var window: [Double]
  /// Archives of this survey, beside those the program knows.
  public var service: [ServiceEntry]?

  /// Makes the configuration of a new survey.
  public init(name: String, seed: UInt64 = 1, classes: String = "be-stars", preset: String = "standard") {
    self.name = name
    self.seed = seed
    self.classes = classes
    self.preset = preset
    window = [6500, 6750]
  }

  /// Reads a configuration from the text of `survey.toml`.
  ///
  /// - Throws: `SUR-02` with the reader's own words and line where it is not TOML or a value is missing or wrong.
  public init(toml: String, path: String) throws(SurveyError) {
    self = try surveyed(.configuration, "cannot read \(path)") {
      try TOMLDecoder().decode(SurveyConfiguration.self, from: toml)
    }
    guard window.count == 2, window[0] < window[1], window[0] > 0 else {
      throw SurveyError(
        .configuration, "\(path): window is \(window), not a low and a high wavelength in vacuum Å",
        hint: "window = [6500.0, 6750.0]")
    }
  }

  enum CodingKeys: String, CodingKey { case name, seed, classes, preset, window, service }

  /// Reads what stands in a file; what may be left out has the program's defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(name: try values.decode(String.self, forKey: .name))
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed) ?? seed
    classes = try values.decodeIfPresent(String.self, forKey: .classes) ?? classes
    preset = try values.decodeIfPresent(String.self, forKey: .preset) ?? preset
    window = try values.decodeIfPresent([Double].self, forKey: .window) ?? window
    service = try values.decodeIfPresent([ServiceEntry].self, forKey: .service)
  }

  /// The configuration with what variables of the environment or the user's file set instead.
  func with(_ settings: Settings) -> SurveyConfiguration {
    var changed = self
    if let value = settings[.seed].flatMap({ UInt64($0) }) { changed.seed = value }
    if let value = settings[.classes] { changed.classes = value }
    if let value = settings[.preset] { changed.preset = value }
    if let value = settings[.window] {
      changed.window = value.split(separator: ",").compactMap { Double($0.filter { $0 != " " }) }
    }
    return changed
  }

  /// The text of a new `survey.toml`, with a comment on every key.
  public var toml: String {
    var text = """
      # A VOTrawl survey. Flags and VOTRAWL_* variables override what stands here.
      name = \(quoted(name))
      seed = \(seed)
      # the class set: a name the program knows, or a file beside this one
      classes = \(quoted(classes))
      # how a spectrum becomes a vector: "standard", or "skoda2020", the published preprocessing to the digit
      preset = \(quoted(preset))
      # spectral window that is fetched, vacuum Å
      window = [\(window[0]), \(window[1])]

      """
    for entry in service ?? [] {
      text += "\n[[service]]\nname = \(quoted(entry.name))\nssap = \(quoted(entry.ssap))\n"
      if let mirrors = entry.mirrors {
        text += "mirrors = [\(mirrors.map(quoted).joined(separator: ", "))]\n"
      }
      if let title = entry.title { text += "title = \(quoted(title))\n" }
      if let scale = entry.scale { text += "scale = \(quoted(scale))\n" }
      if let maxrec = entry.maxrec { text += "maxrec = \(maxrec)\n" }
      if let connections = entry.connections { text += "connections = \(connections)\n" }
      if let band = entry.band, band.count == 2 { text += "band = [\(band[0]), \(band[1])]\n" }
    }
    return text
  }

  private func quoted(_ value: String) -> String {
    "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
