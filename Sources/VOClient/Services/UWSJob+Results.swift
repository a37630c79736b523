extension UWSJob {
  /// Fetches a result into a file.
  ///
  /// - Parameters:
  ///   - result: one of those that the job has.
  ///   - path: the file.
  ///   - kinds: the kinds of content that are right; empty for what the media type says.
  /// - Throws: SVC-02 if the transfer failed, or what came is something else.
  public func download(
    _ result: Result, to path: String, expecting kinds: Set<ContentKind> = []
  ) async throws(ServiceError) -> TransferResponse {
    let told = result.mediaType.map { MediaType($0).contentKinds } ?? []
    return try await fetching(result) { (address) async throws(ServiceError) in
      do throws(TransferError) {
        return try await engine.download(
          TransferRequest(url: address, expecting: kinds.isEmpty ? told : kinds), to: path)
      } catch {
        throw VOTableFetch.failure(error)
      }
    }
  }

  /// Does something with a result's address; where that leads nowhere, with the address that the standard gives results
  /// (UWS 1.1, section 2.2.1).
  ///
  /// The jobs of SODA in DaCHS 2.7 name addresses that are forbidden.
  func fetching<Value>(
    _ result: Result, _ fetch: (String) async throws(ServiceError) -> Value
  ) async throws(ServiceError) -> Value {
    do throws(ServiceError) {
      return try await fetch(result.url)
    } catch let first {
      let standard = url + "/results/" + WebAddress.encodedForm([("", result.id)]).dropFirst()
      guard let status = first.transfer?.status, [403, 404, 405, 410].contains(status),
        standard != result.url,
        !result.id.isEmpty
      else { throw first }
      do throws(ServiceError) {
        return try await fetch(standard)
      } catch {
        throw first
      }
    }
  }
}
