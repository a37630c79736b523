internal import FlyingFox
internal import FoundationEssentials

/// Serves XML-RPC calls at one path of a loopback server, and files at others.
struct XMLRPCHandler: HTTPHandler {
  /// Longest call that is read, in bytes; a selection of a million rows has 50 million.
  static let longestCall = 1 << 26

  /// The path of the calls.
  let path: String
  /// Answers a call; what it throws becomes a fault.
  let answer: @Sendable (_ method: String, _ parameters: [SAMPValue]) async throws(SAMPError) -> SAMPValue
  /// Content of the path of a file; `nil` if there is none.
  let file: @Sendable (_ path: String) async -> SharedFile?

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    if request.method == .GET, let file = await file(request.path) {
      var headers = HTTPHeaders()
      headers[.contentType] = file.contentType
      return HTTPResponse(statusCode: .ok, headers: headers, body: Data(file.bytes))
    }
    guard request.path == path else { return HTTPResponse(statusCode: .notFound) }
    guard request.method == .POST else { return HTTPResponse(statusCode: .methodNotAllowed) }
    guard let length = request.bodySequence.count, length <= Self.longestCall else {
      return HTTPResponse(statusCode: .payloadTooLarge)
    }
    let response: XMLRPC.Response
    do {
      let call = try XMLRPC.call(from: Array(try await request.bodyData))
      response = .value(try await answer(call.method, call.parameters))
    } catch let error as SAMPError {
      response = .fault(code: 1, text: error.description)
    } catch let problem as XMLRPC.Problem {
      response = .fault(code: 2, text: "the call cannot be read: \(problem.message)")
    }
    var headers = HTTPHeaders()
    headers[.contentType] = "text/xml"
    return HTTPResponse(statusCode: .ok, headers: headers, body: Data(XMLRPC.response(response)))
  }
}

/// A file that other programs may fetch while this one runs.
public struct SharedFile: Sendable {
  /// Media type.
  public var contentType: String
  /// Content.
  public var bytes: [UInt8]

  /// Describes a file.
  public init(contentType: String, bytes: [UInt8]) {
    self.contentType = contentType
    self.bytes = bytes
  }
}
