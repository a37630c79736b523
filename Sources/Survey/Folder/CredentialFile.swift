public import Foundation
import TOMLKit
public import VOClient

/// A file that says how hosts are shown who asks: `~/.config/votrawl/credentials.toml`.
///
///     [[host]]
///     name = "archive.example"
///     user = "me"
///     password = "…"
///
///     [[host]]
///     name = "other.example"
///     token = "…"
///
///     [[host]]
///     name = "third.example"
///     login = "https://third.example/login"
///     form = { username = "me", password = "…" }
///
/// It must be its owner's only. Secrets stand nowhere else: neither in `survey.toml`, which is shared, nor in flags, which
/// every user of a machine can see.
public enum CredentialFile {
  private struct File: Decodable {
    var host: [Host]
  }

  private struct Host: Decodable {
    var name: String
    var user: String?
    var password: String?
    var token: String?
    var login: String?
    var form: [String: String]?
  }

  /// What is known by the user's files: the credential file, and `.netrc` for the hosts that it does not name.
  ///
  /// - Parameters:
  ///   - path: the credential file that is demanded; nil for the usual one, if it is there.
  ///   - environment: the variables; `NETRC` names another `.netrc`.
  /// - Throws: `SUR-02` for a file that cannot be read, is open to others, or has an entry that says nothing; no secret
  ///   stands in the message.
  public static func authentication(
    path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(SurveyError) -> [String: Authentication] {
    let home = environment["HOME"] ?? NSHomeDirectory()
    var found = NetrcFile.read(path: environment["NETRC"] ?? home + "/.netrc") ?? [:]
    let usual =
      Settings.userFile(environment: environment).split(separator: "/").dropLast().map { "/" + $0 }.joined()
      + "/credentials.toml"
    let file = path.map { $0.hasPrefix("~/") ? home + $0.dropFirst() : $0 } ?? usual
    if path == nil && !FileManager.default.fileExists(atPath: file) { return found }
    for (host, entry) in try read(file) { found[host] = entry }
    return found
  }

  private static func read(_ path: String) throws(SurveyError) -> [String: Authentication] {
    func refused(_ reason: String, hint: String? = nil) -> SurveyError {
      SurveyError(.configuration, "\(path): \(reason)", hint: hint)
    }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { throw refused("cannot be read") }
    let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    guard mode & 0o077 == 0 else {
      throw refused("others can read the passwords in it", hint: "chmod 600 \(path)")
    }
    // The reader's own words could quote the line, and with it a password.
    guard let hosts = try? TOMLDecoder().decode(File.self, from: text).host else {
      throw refused(
        "is no list of hosts", hint: "[[host]] with name, and user and password, or token, or login and form")
    }
    var found: [String: Authentication] = [:]
    for host in hosts {
      let name = host.name.lowercased()
      if let token = host.token {
        found[name] = .token(token)
      } else if let login = host.login, let form = host.form {
        guard login.hasPrefix("https://") || login.hasPrefix("http://") else {
          throw refused("the login of \(name) is no http or https address")
        }
        found[name] = .login(url: login, form: form.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      } else if let user = host.user, let password = host.password {
        found[name] = .basic(user: user, password: password)
      } else {
        throw refused(
          "the entry of \(name) says nothing", hint: "user and password, or token, or login and form")
      }
    }
    return found
  }
}
