import Foundation
import TOMLKit

/// The classes that spectra are sorted into, in the order of the network's outputs.
public struct ClassSet: Sendable, Hashable {
  /// One class.
  public struct Entry: Sendable, Hashable, Codable {
    /// Its name, as written in labels and tables.
    public var name: String
    /// What it means, in words.
    public var title: String
    /// The bare key that labels a spectrum with it.
    public var key: String
  }

  /// Name of the set.
  public let name: String
  /// The classes, in the order of the network's outputs.
  public let classes: [Entry]
  /// Index of the uninteresting class: a candidate is what is classified as any other.
  public let background: Int

  private struct File: Decodable {
    var name: String
    var background: String
    var `class`: [Entry]
  }

  /// Reads a class set from the text of a TOML file.
  ///
  /// - Throws: `SUR-02` where it is not TOML, has fewer than two classes, two of one name, or an unknown background.
  public init(toml: String) throws(SurveyError) {
    let file = try surveyed(.configuration, "cannot read the class set") {
      try TOMLDecoder().decode(File.self, from: toml)
    }
    guard file.class.count >= 2, Set(file.class.map(\.name)).count == file.class.count else {
      throw SurveyError(
        .configuration, "class set \"\(file.name)\" needs at least two classes of different names")
    }
    guard let background = file.class.firstIndex(where: { $0.name == file.background }) else {
      throw SurveyError(
        .configuration,
        "class set \"\(file.name)\" names \"\(file.background)\" as background, which is no class")
    }
    name = file.name
    classes = file.class
    self.background = background
  }

  /// The class set of the published search for Be stars: absorption, emission, double-peak.
  public static func beStars() throws(SurveyError) -> ClassSet {
    try ClassSet(toml: String(decoding: PackageResources.be_stars_toml, as: UTF8.self))
  }

  /// Number of classes.
  public var count: Int { classes.count }
  /// Names of the classes.
  public var names: [String] { classes.map(\.name) }

  /// Index of the class of this name.
  public func index(of name: String) -> Int? { classes.firstIndex { $0.name == name } }
}
