internal import Foundation

/// Where a hub of the standard profile is, and the secret that lets one register (SAMP 1.3, section 4.3).
public struct HubAddress: Sendable, Equatable {
  /// The hub's XML-RPC address.
  public var url: String
  /// What registering asks for; whoever can read the lock file may know it.
  public var secret: String

  /// The variables of this process.
  public static var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }

  /// Describes a hub.
  public init(url: String, secret: String) {
    self.url = url
    self.secret = secret
  }

  /// Finds the hub of this user: `SAMP_HUB=std-lockurl:URL`, else the file `.samp` in the home folder.
  ///
  /// Of `SAMP_HUB` only `file:` URLs are read.
  /// - Throws: ``SAMPError`` SAM-01 if there is no lock file, SAM-02 if it is no lock file.
  public static func find(
    environment: [String: String] = HubAddress.processEnvironment
  ) throws(SAMPError) -> HubAddress {
    let path = try lockFile(environment: environment)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SAMPError(
        .noHub, "no SAMP hub runs: there is no \(path)",
        hint: "start TOPCAT, or a hub: votrawl samp hub")
    }
    return try parse(String(decoding: data.prefix(1 << 16), as: UTF8.self), path: path)
  }

  /// The path of the lock file that counts here, whether or not it exists.
  ///
  /// - Throws: ``SAMPError`` SAM-02 if `SAMP_HUB` is set to something else than a file.
  public static func lockFile(
    environment: [String: String] = HubAddress.processEnvironment
  ) throws(SAMPError) -> String {
    guard let place = environment["SAMP_HUB"], !place.isEmpty else {
      let home = environment["HOME"] ?? NSHomeDirectory()
      return (home.hasSuffix("/") ? String(home.dropLast()) : home) + "/.samp"
    }
    let prefix = "std-lockurl:"
    guard place.hasPrefix(prefix), let url = URL(string: String(place.dropFirst(prefix.count))), url.isFileURL
    else {
      throw SAMPError(
        .badLock, "SAMP_HUB names no file: \(place)", hint: "set it to std-lockurl:file:///path, or unset it")
    }
    return url.path
  }

  /// Reads a lock file: lines `name=value`, where a value may contain `=`, and comments with `#`.
  ///
  /// - Throws: ``SAMPError`` SAM-02 if an entry is missing.
  static func parse(_ text: String, path: String) throws(SAMPError) -> HubAddress {
    var entries: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let name = line[..<equals].trimmingCharacters(in: .whitespaces)
      entries[name] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    }
    guard let url = entries["samp.hub.xmlrpc.url"], let secret = entries["samp.secret"] else {
      throw SAMPError(
        .badLock, "\(path) lacks samp.hub.xmlrpc.url or samp.secret", hint: "remove it and start a hub again")
    }
    return HubAddress(url: url, secret: secret)
  }
}
