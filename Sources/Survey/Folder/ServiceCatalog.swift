import Foundation
import TOMLKit

/// An archive as the program or a survey knows it: its addresses and its habits.
public struct ServiceEntry: Sendable, Hashable, Codable {
  /// The short name by which it is called on the command line and in the survey.
  public var name: String
  /// What it is, in words.
  public var title: String?
  /// Base URL of its Simple Spectral Access service.
  public var ssap: String
  /// Base URLs of the same service at other places, which are asked where this one does not answer.
  public var mirrors: [String]?
  /// Base URL of a TAP service that lists the same spectra.
  public var tap: String?
  /// The table of that TAP service.
  public var table: String?
  /// Wavelength scale of its files: `air` or `vacuum`; nil where the files say it themselves.
  public var scale: String?
  /// Rows to ask for in one answer.
  public var maxrec: Int?
  /// Transfers at a time.
  public var connections: Int?
  /// Spectral window that a spectrum must touch to be listed, in metres: low, high.
  public var band: [Double]?
  /// Whether its parameter names must be written in lower case.
  public var lowerCase: Bool?
  /// Parameters sent with every query.
  public var extra: [String: String]?
  /// What a user should know.
  public var note: String?

  /// Makes an entry from a name and the base URL of an SSAP service.
  public init(name: String, ssap: String) {
    self.name = name
    self.ssap = ssap
  }

  enum CodingKeys: String, CodingKey {
    case name, title, ssap, mirrors, tap, table, scale, maxrec, connections, band, extra, note
    case lowerCase = "lower_case"
  }
}

extension ServiceEntry {
  /// Beginnings of addresses at which the same things are found: what is before the end that the base URL of the service
  /// has in common with that of the mirror.
  public var mirrorGroups: [[String]] {
    (mirrors ?? []).map { mirror in
      let common = zip(ssap.split(separator: "/").reversed(), mirror.split(separator: "/").reversed())
        .prefix { $0 == $1 }.count
      return [ssap, mirror].map { url in
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        // The scheme and the host stay, whatever is common.
        return parts.prefix(max(3, parts.count - common)).joined(separator: "/")
      }
    }
  }
}

/// The archives that the program knows by heart (`catalogs/services.toml`).
public struct ServiceCatalog: Sendable {
  /// The archives, in the order of the file.
  public let services: [ServiceEntry]

  private struct File: Decodable { var service: [ServiceEntry] }

  /// Reads a catalogue from the text of a TOML file.
  ///
  /// - Throws: `SUR-02` where it is not TOML or an entry lacks its name or address.
  public init(toml: String) throws(SurveyError) {
    services = try surveyed(.configuration, "cannot read the list of services") {
      try TOMLDecoder().decode(File.self, from: toml).service
    }
  }

  /// The catalogue that is part of the program.
  public static func builtIn() throws(SurveyError) -> ServiceCatalog {
    try ServiceCatalog(toml: String(decoding: PackageResources.services_toml, as: UTF8.self))
  }

  /// The archive of this name.
  public subscript(name: String) -> ServiceEntry? { services.first { $0.name == name } }
}
