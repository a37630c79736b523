internal import Tables

/// A DataLink {links} service: what belongs to a dataset (DataLink 1.1).
public struct DataLinkService: Sendable {
  /// Where it is asked.
  public let url: String
  /// What carries out the requests.
  public let engine: TransferEngine
  /// Identifiers in one request.
  ///
  /// DaCHS answers 4,000 at once when told a MAXREC, others are smaller; 50 take 75 ms there.
  public var batchSize = 50
  /// How often an identifier with a TransientFault is asked again.
  public var faultRetries = 3

  private let idName: String
  private let fixed: [(String, String)]

  /// A service at an address.
  public init(url: String, engine: TransferEngine) {
    self.url = url
    self.engine = engine
    idName = "ID"
    fixed = []
  }

  /// The service that a descriptor describes; the name of its ID parameter and fixed values are taken from there.
  public init(descriptor: ServiceDescriptor, engine: TransferEngine) {
    url = descriptor.accessURL
    self.engine = engine
    let id =
      descriptor.input("ID") ?? descriptor.inputs.first { $0.ucd == "meta.id;meta.main" }
      ?? descriptor.inputs.first
    let name = id?.name ?? "ID"
    idName = name
    fixed = descriptor.inputs.filter { $0.name != name }.compactMap { input in
      input.fixedValue.map { (input.name, $0) }
    }
  }

  /// Asks for the links of datasets.
  ///
  /// Identifiers are asked in batches (by POST where the URL would get long), those that an answer leaves out are
  /// asked again, and so are those with a TransientFault.
  /// - Parameter ids: publisher's identifiers; repeated ones are asked once.
  /// - Throws: ``ServiceError`` if the service cannot be asked at all. What is wrong with a single identifier stands
  ///   in its rows.
  public func links(ids: [String]) async throws(ServiceError) -> DataLinkAnswer {
    var answer = DataLinkAnswer()
    var seen = Set<String>()
    var queue = ids.filter { seen.insert($0).inserted }[...]
    var faults: [String: Int] = [:]
    var size = max(1, batchSize)
    while !queue.isEmpty {
      let batch = Array(queue.prefix(size))
      let (rows, descriptors, isCut) = try await ask(batch, &answer.requestCount)
      let answered = sort(rows, into: batch, isCut: isCut, &answer)
      answer.descriptors += descriptors
      queue = queue.dropFirst(batch.count)
      if answered.isEmpty && batch.count == 1 {
        var link = DataLink(id: batch[0], semantics: "#this")
        link.errorMessage = "NotFoundFault: the service sent no row for this identifier"
        answer.links[batch[0]] = [link]
        continue
      }
      // What was left out comes first in the next request; without any progress, one by one.
      let missing = batch.filter { !answered.contains($0) }
      size = answered.isEmpty ? 1 : max(1, min(batchSize, isCut ? answered.count : batchSize))
      queue = missing[...] + queue
      let again = answered.filter { id in
        answer[id].contains(where: \.isTransientFault) && faults[id, default: 0] < faultRetries
      }
      if !again.isEmpty {
        for id in again { faults[id, default: 0] += 1 }
        let tries = again.map { faults[$0, default: 1] }.max() ?? 1
        try await pause(engine.configuration.backoff * Double(1 << min(tries - 1, 6)))
        queue += batch.filter(again.contains)
      }
    }
    return answer
  }

  /// The links of the document at ``url`` itself, as of an access URL that leads to links.
  ///
  /// - Throws: ``ServiceError`` if the document cannot be had or is no {links} document.
  public func document() async throws(ServiceError) -> [DataLink] {
    try await rows(TransferRequest(url: url)).0
  }

  /// Follows links that lead to further {links} documents.
  ///
  /// - Parameters:
  ///   - links: the links of one dataset.
  ///   - depth: levels of documents that are followed; deeper ones stay links.
  /// - Returns: the links with the rows of each document in place of the link to it; an error row where a document
  ///   could not be had. A document is asked for once, so that circles end.
  public func expanding(_ links: [DataLink], depth: Int = 3) async -> [DataLink] {
    var seen = Set<String>()
    return await expanding(links, depth: depth, &seen)
  }

  private func expanding(_ links: [DataLink], depth: Int, _ seen: inout Set<String>) async -> [DataLink] {
    var result: [DataLink] = []
    for link in links {
      guard depth > 0, link.isDataLink, link.serviceDef == nil, let url = link.accessURL,
        seen.insert(url).inserted
      else {
        result.append(link)
        continue
      }
      do throws(ServiceError) {
        let further = try await rows(TransferRequest(url: url)).0
        result += await expanding(further, depth: depth - 1, &seen)
      } catch {
        var failed = link
        failed.errorMessage = "Fault: \(error.message)"
        result.append(failed)
      }
    }
    return result
  }

  private func pause(_ seconds: Double) async throws(ServiceError) {
    do {
      try await Task.sleep(for: .seconds(seconds))
    } catch {
      throw ServiceError(TransferError(.cancelled, url: url, message: "cancelled"))
    }
  }

  /// Distributes rows over the identifiers that were asked for; returns those that are answered in full.
  private func sort(
    _ rows: [DataLink], into batch: [String], isCut: Bool, _ answer: inout DataLinkAnswer
  ) -> Set<String> {
    var found: [String: [DataLink]] = [:]
    let asked = Set(batch)
    for row in rows {
      // A service may write the identifier in another way; with a single one there is no doubt.
      let id = asked.contains(row.id) || batch.count > 1 ? row.id : batch[0]
      found[id, default: []].append(row)
    }
    // The last one of a cut answer may be cut itself; it is asked again unless it was alone.
    if isCut, found.count > 1, let last = rows.last?.id { found[last] = nil }
    let answered = asked.intersection(found.keys)
    for id in answered { answer.links[id] = found[id] }
    return answered
  }

  private func ask(
    _ batch: [String], _ count: inout Int
  ) async throws(ServiceError) -> ([DataLink], [ServiceDescriptor], isCut: Bool) {
    guard let address = WebAddress(url) else {
      throw ServiceError(.badQuery, url: url, message: "not an http or https address: \(url)")
    }
    // Without MAXREC DaCHS sends 100 links at most.
    let items = fixed + batch.map { (idName, $0) }
    let limited = items + [("MAXREC", "100000")]
    count += 1
    do throws(ServiceError) {
      return try await rows(request(address, limited))
    } catch {
      // Services that take the unknown MAXREC amiss are asked without.
      guard error.transfer?.kind == .refusedByServer, let status = error.transfer?.status,
        status == 400 || status == 422
      else { throw error }
      count += 1
      return try await rows(request(address, items))
    }
  }

  private func rows(
    _ request: TransferRequest
  ) async throws(ServiceError) -> ([DataLink], [ServiceDescriptor], isCut: Bool) {
    let document = try await VOTableFetch(engine).document(request)
    let (links, descriptors, isCut) = try DataLinkAnswer.rows(of: document, base: request.url)
    return (links, descriptors, isCut)
  }

  private func request(_ address: WebAddress, _ items: [(String, String)]) -> TransferRequest {
    // Repeated names are meant to be repeated here.
    var get = address.adding(items.filter { $0.0 != idName })
    let ids = WebAddress.encodedForm(items.filter { $0.0 == idName })
    get.query = [get.query ?? "", ids].filter { !$0.isEmpty }.joined(separator: "&")
    if get.text.utf8.count <= ServiceDescriptor.longestURL { return TransferRequest(url: get.text) }
    return TransferRequest(url: address.text, method: .post(form: items))
  }
}
