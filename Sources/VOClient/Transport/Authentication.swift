import FoundationEssentials

/// How a user shows a host who asks; nothing of it stands in any description of it.
public struct Authentication: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The ways.
  enum Way: Sendable {
    case basic(user: String, password: String)
    case token(String)
    case login(url: String, form: [(String, String)])
  }

  let way: Way

  /// User name and password with each request (RFC 7617).
  public static func basic(user: String, password: String) -> Authentication {
    Authentication(way: .basic(user: user, password: password))
  }

  /// A token with each request (`Authorization: Bearer`, RFC 6750, as in IVOA SSO 2).
  public static func token(_ token: String) -> Authentication {
    Authentication(way: .token(token))
  }

  /// A form that is posted once, before the first request to the host; the cookies of its answer go with all others.
  ///
  /// - Parameters:
  ///   - url: where the form is posted.
  ///   - form: its fields, the secret ones included.
  public static func login(url: String, form: [(String, String)]) -> Authentication {
    Authentication(way: .login(url: url, form: form))
  }

  /// The header field that goes with each request; `nil` for a login.
  var header: String? {
    switch way {
    case .basic(let user, let password): Self.basicHeader("\(user):\(password)")
    case .token(let token): "Authorization: Bearer \(token)"
    case .login: nil
    }
  }

  /// The header field for `user:password`.
  static func basicHeader(_ pair: String) -> String {
    "Authorization: Basic \(Data(pair.utf8).base64EncodedString())"
  }

  /// The texts that no message may show.
  var secrets: [String] {
    switch way {
    case .basic(let user, let password): [password, Data("\(user):\(password)".utf8).base64EncodedString()]
    case .token(let token): [token]
    case .login(_, let form): form.filter { !Self.isName($0.0) }.map(\.1)
    }
  }

  /// Whether a form's field holds the name of a user, or another word that is no secret.
  private static func isName(_ field: String) -> Bool {
    ["user", "username", "login", "name", "email", "action", "submit"].contains(field.lowercased())
  }

  /// What kind of authentication it is.
  public var description: String {
    switch way {
    case .basic: "user name and password (not shown)"
    case .token: "token (not shown)"
    case .login: "login form (not shown)"
    }
  }

  /// The same as ``description``.
  public var debugDescription: String { description }

  /// Nothing: a dump of a configuration shows no secrets either.
  public var customMirror: Mirror { Mirror(self, children: [] as [Mirror.Child]) }
}
