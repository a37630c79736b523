import FlyingFox
import Foundation

/// What keeps other pages, and other programs' pages, from the desk.
///
/// The Host must be the desk's own (no DNS rebinding), the Origin too where one is named and always for what changes
/// anything (no forged request), and every answer says that nothing but the page's own files may run.
enum DeskGuard {
  /// The answer to a request that did not come from the desk's own page; nil where it did.
  static func refusal(_ request: HTTPRequest, base: String) -> HTTPResponse? {
    guard let host = request.headers[.host], "http://" + host == base else {
      return text(421, "This desk has another name.")
    }
    let origin = request.headers[HTTPHeader("Origin")]
    if let origin, origin != base { return text(403, "Other pages may not use this desk.") }
    switch request.method {
    case .GET: break
    case .POST where origin == base: break
    case .POST: return text(403, "Other pages may not use this desk.")
    default: return text(405, "GET and POST only.")
    }
    // A link elsewhere may open the page, but nothing elsewhere may load what it is made of.
    if let site = request.headers[HTTPHeader("Sec-Fetch-Site")], site != "same-origin", site != "none",
      request.path != "/"
    {
      return text(403, "Other pages may not use this desk.")
    }
    return nil
  }

  /// The cookie's name: cookies are shared by all ports of a host.
  static func cookie(_ base: String) -> String { "votrawl-desk-" + (base.split(separator: ":").last ?? "") }

  /// The token of the Authorization header.
  static func bearer(_ request: HTTPRequest) -> String? {
    guard let value = request.headers[.authorization], value.hasPrefix("Bearer ") else { return nil }
    return String(value.dropFirst(7))
  }

  /// The token, of the header or the cookie.
  static func token(_ request: HTTPRequest, base: String) -> String? {
    if let bearer = bearer(request) { return bearer }
    let name = cookie(base) + "="
    return request.headers[.cookie]?.split(separator: ";").lazy
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .first { $0.hasPrefix(name) }
      .map { String($0.dropFirst(name.count)) }
  }

  /// The headers of every answer.
  static func headers(type: String) -> HTTPHeaders {
    var headers = HTTPHeaders()
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    let policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    for (name, value) in [
      ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
    ] {
      headers[HTTPHeader(name)] = value
    }
    return headers
  }

  /// An answer.
  static func response(_ status: HTTPStatusCode, type: String, _ data: Data) -> HTTPResponse {
    HTTPResponse(
      statusCode: status, headers: headers(type: type),
      body: HTTPBodySequence(data: data, suggestedBufferSize: max(data.count, 1)))
  }

  /// An answer in words.
  static func text(_ status: Int, _ words: String) -> HTTPResponse {
    response(
      HTTPStatusCode(status, phrase: status < 300 ? "OK" : "Refused"), type: "text/plain; charset=utf-8",
      Data((words + "\n").utf8))
  }
}
