import Classifier
import FlyingFox
import FoundationEssentials
import Synchronization

/// Answers the requests to a demo archive.
final class DemoHandler: HTTPHandler {
  /// Longest form body that is read.
  static let longestForm = 4_000_000

  /// The settings.
  let configuration: DemoArchiveConfiguration
  /// The two collections.
  let collections: [DemoCollection]
  /// Base URL, known once the server listens.
  let base = Mutex("")
  /// What has been asked so far.
  let statistics = Mutex(DemoArchiveStatistics())

  init(configuration: DemoArchiveConfiguration, collections: [DemoCollection]) {
    self.configuration = configuration
    self.collections = collections
  }

  /// The record of a publisher dataset identifier in either collection.
  func record(publisherDID: String) -> SimulatedRecord? {
    for collection in collections {
      if let record = collection.record(publisherDID: publisherDID) { return record }
    }
    return nil
  }

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let habits = configuration.habits
    if habits.latency > .zero { try await Task.sleep(for: habits.latency) }
    let number = statistics.withLock { statistics in
      statistics.requests += 1
      return statistics.requests
    }
    if let wanted = habits.authorization, request.headers[.authorization] != wanted {
      return response(.text(401, "Who are you?"), to: request, drops: false)
    }
    let parts = request.path.split(separator: "/").map(String.init)
    guard parts.count >= 2, let collection = collections.first(where: { $0.path == parts[0] }) else {
      return response(
        .text(404, "Nothing here; there are /ondrejov/ssap and /lamost/ssap"), to: request, drops: false)
    }
    let isFile = parts[1] == "file"
    if isFile && request.method == .HEAD && habits.ignoresHead {
      try await Task.sleep(for: .seconds(86400))
    }
    guard request.method == .GET || request.method == .HEAD || (request.method == .POST && !isFile) else {
      return response(.text(405, "GET only"), to: request, drops: false)
    }
    let isTroubled = isFile || habits.troublesServices
    if isTroubled, Self.happens(habits.failureRate, number, salt: 1) {
      return response(refusal(number), to: request, drops: false)
    }
    var parameters = Parameters(encoded: request.target.query())
    if request.method == .POST {
      guard let length = request.bodySequence.count, length <= Self.longestForm else {
        return response(.text(413, "The form is too long"), to: request, drops: false)
      }
      parameters =
        parameters + Parameters(encoded: String(decoding: try await request.bodyData, as: UTF8.self))
    }
    let answer = answer(parts, collection, parameters, request)
    let drops = isTroubled && Self.happens(habits.dropRate, number, salt: 2)
    return response(answer, to: request, drops: drops)
  }

  private func answer(
    _ parts: [String], _ collection: DemoCollection, _ parameters: Parameters, _ request: HTTPRequest
  ) -> Answer {
    let base = base.withLock { $0 }
    switch parts[1] {
    case "ssap":
      statistics.withLock { $0.queries += 1 }
      return SSAPEndpoint(collection: collection, base: base, configuration: configuration).answer(parameters)
    case "links":
      statistics.withLock { $0.links += 1 }
      return LinksEndpoint(collection: collection, base: base, habits: configuration.habits).answer(
        parameters)
    case "cutout":
      statistics.withLock { $0.cutouts += 1 }
      return CutoutEndpoint(collection: collection).answer(parameters)
    case "file" where parts.count == 3:
      if request.method == .GET { statistics.withLock { $0.files += 1 } }
      let habits = configuration.habits
      var answer = FileEndpoint(collection: collection).answer(
        name: parts[2], range: habits.ignoresRange ? nil : request.headers[.range],
        ifRange: request.headers[HTTPHeader("If-Range")], ifModifiedSince: request.headers[.ifModifiedSince])
      if habits.redatesFiles {
        answer.headers.append(("ETag", "\"\(statistics.withLock { $0.files })\""))
      }
      return answer
    case "availability":
      return VOSIEndpoint(collection: collection, base: base, configuration: configuration).availability
    case "capabilities":
      return VOSIEndpoint(collection: collection, base: base, configuration: configuration).capabilities
    default:
      return .text(404, "Nothing here; there are ssap, links, cutout, file, availability and capabilities")
    }
  }

  private func refusal(_ number: Int) -> Answer {
    let habits = configuration.habits
    let status =
      habits.failureStatuses.isEmpty ? 503 : habits.failureStatuses[number % habits.failureStatuses.count]
    statistics.withLock { $0.failures += 1 }
    var answer = Answer.text(status, "Busy, please come again")
    if let seconds = habits.retryAfter { answer.headers.append(("Retry-After", String(seconds))) }
    return answer
  }

  private func response(_ answer: Answer, to request: HTTPRequest, drops: Bool) -> HTTPResponse {
    var headers = HTTPHeaders()
    if !answer.type.isEmpty { headers[.contentType] = answer.type }
    for header in answer.headers { headers[HTTPHeader(header.name)] = header.value }
    headers[HTTPHeader("Server")] = "VOTrawl-demo"
    let status = HTTPStatusCode(answer.status, phrase: Self.phrase(answer.status))
    statistics.withLock { $0.bytes += answer.body.count }
    if request.method == .HEAD || answer.status == 304 {
      if request.method == .HEAD { headers[.contentLength] = String(answer.body.count) }
      return HTTPResponse(statusCode: status, headers: headers)
    }
    if drops && answer.body.count > 1 {
      statistics.withLock { $0.drops += 1 }
      let half = Array(answer.body.prefix(answer.body.count / 2))
      return HTTPResponse(
        statusCode: status, headers: headers,
        body: HTTPBodySequence(from: BrokenBody(bytes: half), count: answer.body.count))
    }
    let data = Data(answer.body)
    return HTTPResponse(
      statusCode: status, headers: headers,
      body: HTTPBodySequence(data: data, suggestedBufferSize: max(data.count, 1)))
  }

  /// Whether something with the given probability happens to a request, by its number.
  private static func happens(_ probability: Double, _ number: Int, salt: UInt64) -> Bool {
    guard probability > 0 else { return false }
    var z = (UInt64(number) &+ salt &* 0x1000_0000) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53 < probability
  }

  /// Whether a Host header names the loopback interface; a page elsewhere must not reach the archive by DNS tricks.
  private static func phrase(_ status: Int) -> String {
    [
      200: "OK", 204: "No Content", 206: "Partial Content", 304: "Not Modified", 404: "Not Found",
      405: "Method Not Allowed", 413: "Content Too Large", 416: "Range Not Satisfiable",
      421: "Misdirected Request",
      422: "Unprocessable Content", 429: "Too Many Requests", 503: "Service Unavailable",
    ][status] ?? "Status"
  }
}
