/// The user names and passwords of a `.netrc` file, by host.
///
/// The words are those of GNU inetutils and curl: `machine`, `default`, `login`, `password`, `account` and `macdef`, whose
/// text ends with an empty line. A word may stand in double quotes, with `\"`, `\\`, `\n`, `\r` and `\t` in it. `default` is
/// not taken: it would give one host's password to any other.
public enum NetrcFile {
  /// Reads the text of a file.
  ///
  /// - Returns: the first entry of each host, its name in lower case.
  public static func parse(_ text: String) -> [String: Authentication] {
    var found: [String: Authentication] = [:]
    var host: String?
    var user: String?
    var password: String?
    func close() {
      if let host, found[host] == nil, let password {
        found[host] = .basic(user: user ?? "", password: password)
      }
      (host, user, password) = (nil, nil, nil)
    }
    var words = Words(text)
    while let word = words.next() {
      switch word {
      case "machine":
        close()
        host = words.next()?.lowercased()
      case "default": close()
      case "login": user = words.next()
      case "password": password = words.next()
      case "account": _ = words.next()
      case "macdef": words.skipMacro()
      default: continue
      }
    }
    close()
    return found
  }

  /// Reads a file; `nil` where it cannot be read.
  public static func read(path: String) -> [String: Authentication]? {
    SmallFile.read(path).map { parse(String(decoding: $0, as: UTF8.self)) }
  }

  private struct Words {
    var rest: Substring

    init(_ text: String) { rest = text[...] }

    mutating func next() -> String? {
      rest = rest.drop { $0.isWhitespace }
      while rest.first == "#" {
        rest = rest.drop { !$0.isNewline }.drop { $0.isWhitespace }
      }
      guard let first = rest.first else { return nil }
      if first != "\"" {
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(word.count)
        return String(word)
      }
      var word = ""
      rest.removeFirst()
      while let character = rest.popFirst(), character != "\"" {
        guard character == "\\", let escaped = rest.popFirst() else {
          word.append(character)
          continue
        }
        switch escaped {
        case "n": word.append("\n")
        case "r": word.append("\r")
        case "t": word.append("\t")
        default: word.append(escaped)
        }
      }
      return word
    }

    mutating func skipMacro() {
      rest = rest.firstRange(of: "\n\n").map { rest[$0.upperBound...] } ?? ""
    }
  }
}
