public import Classifier
import Foundation
import TOMLKit

/// The spectral lines that the program knows by heart (`catalogs/lines.toml`).
public struct LineCatalog: Sendable {
  /// The lines; wavelengths in Å, vacuum, at rest.
  public let lines: [SpectralLine]

  private struct File: Decodable {
    struct Line: Decodable {
      var name: String
      var vacuum: Double
    }
    var line: [Line]
  }

  /// Reads a catalogue from the text of a TOML file.
  ///
  /// - Throws: `SUR-02` where it is not TOML, or a line lacks its name or wavelength.
  public init(toml: String) throws(SurveyError) {
    lines = try surveyed(.configuration, "cannot read the list of lines") {
      try TOMLDecoder().decode(File.self, from: toml).line.map {
        SpectralLine(name: $0.name, wavelength: $0.vacuum)
      }
    }
  }

  /// The catalogue that is part of the program.
  public static func builtIn() throws(SurveyError) -> LineCatalog {
    try LineCatalog(toml: String(decoding: PackageResources.lines_toml, as: UTF8.self))
  }
}
