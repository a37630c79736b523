internal import VOClient

/// Calls XML-RPC methods of a hub or client on this machine.
struct XMLRPCCaller: Sendable {
  /// Carries the calls; none is repeated, for a message must not arrive twice.
  let engine: TransferEngine

  /// An engine that suits: all of SAMP runs over one host, and calls that wait must not hold up others.
  static func engine() -> TransferEngine {
    var configuration = TransferConfiguration()
    configuration.perHost = 64
    configuration.total = 64
    configuration.retries = 0
    configuration.connectTimeout = 5
    configuration.maxBytes = 1 << 26
    return TransferEngine(configuration)
  }

  /// Calls a method.
  ///
  /// - Parameter timeout: seconds until the call counts as lost.
  /// - Throws: ``SAMPError`` SAM-03, SAM-04 or SAM-05.
  func call(
    _ url: String, _ method: String, _ parameters: [SAMPValue], timeout: Double = 20
  ) async throws(SAMPError) -> SAMPValue {
    let answer: TransferResponse
    do throws(TransferError) {
      answer = try await engine.data(
        TransferRequest(
          url: url, method: .body(contentType: "text/xml", bytes: XMLRPC.call(method, parameters)),
          expecting: [.xml], stallTimeout: timeout, totalTimeout: timeout, followsRedirects: false))
    } catch {
      throw SAMPError(.unreachable, "\(method) did not reach \(url): \(error.message)")
    }
    let response: XMLRPC.Response
    do throws(XMLRPC.Problem) {
      response = try XMLRPC.response(from: answer.body)
    } catch {
      throw SAMPError(.unreadable, "the answer of \(url) to \(method) cannot be read: \(error.message)")
    }
    switch response {
    case .value(let value): return value
    case .fault(_, let text): throw SAMPError(.refused, "\(method) was refused: \(text)")
    }
  }
}
