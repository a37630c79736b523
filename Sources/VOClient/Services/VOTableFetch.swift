internal import Tables

/// Fetches answers that must be VOTables.
struct VOTableFetch {
  let engine: TransferEngine

  init(_ engine: TransferEngine) {
    self.engine = engine
  }

  /// Sends a request and reads its answer; the status in the document is not judged here.
  func document(_ request: TransferRequest) async throws(ServiceError) -> VOTableDocument {
    try await answer(request).document
  }

  /// The same, with the bytes of the body after decompression.
  func answer(_ request: TransferRequest) async throws(ServiceError) -> (
    document: VOTableDocument, bytes: Int
  ) {
    var request = request
    request.expecting = [.votable, .gzip]
    request.usesCache = true
    let response: TransferResponse
    do throws(TransferError) {
      response = try await engine.data(request)
    } catch {
      throw Self.failure(error)
    }
    var body = response.body
    if response.kind == .gzip {
      // Compressed without a Content-Encoding that would say so.
      let limit = request.maxBytes ?? engine.configuration.maxBytes
      guard let plain = GzipDecoder.decoded(body, limit: limit) else {
        throw ServiceError(
          .unreadable, url: response.url, message: "the compressed answer is broken or too large")
      }
      body = plain
    }
    do throws(TableError) {
      return (try VOTableReader(mode: .tolerant, base: response.url).read(bytes: body), body.count)
    } catch {
      throw ServiceError(
        .unreadable, url: response.url, message: "the answer cannot be read: \(error.message)")
    }
  }

  /// An HTTP error whose body carries a VOTable error or the text of a DALI service is the service's own answer.
  static func failure(_ error: TransferError) -> ServiceError {
    guard error.kind == .refusedByServer, let status = error.status, (400..<500).contains(status),
      ![401, 403, 404, 405].contains(status), let words = error.serverMessage
    else { return ServiceError(error) }
    return ServiceError(
      .queryFailed, url: error.url, message: "the service reports an error: \(words)", transfer: error)
  }
}
