import FlyingFox
import Foundation
import Survey
import Synchronization

/// Answers the page's requests, and nobody else's.
final class DeskHandler: HTTPHandler {
  /// Where the desk is, known once it listens: `http://127.0.0.1:40123`.
  let base = Mutex("")
  private let room: DeskRoom
  private let events: DeskEvents
  private let options: LabelDesk.Options
  private let address: DeskAddress

  /// Longest body that is read, bytes.
  private static let longestBody = 1 << 20

  init(room: DeskRoom, events: DeskEvents, options: LabelDesk.Options, address: DeskAddress) {
    self.room = room
    self.events = events
    self.options = options
    self.address = address
  }

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let base = base.withLock { $0 }
    if let refusal = DeskGuard.refusal(request, base: base) { return refusal }
    let path = request.path
    if !path.hasPrefix("/api/") {
      guard request.method == .GET, let file = DeskPage.file(path) else {
        return DeskGuard.text(404, "There is nothing here.")
      }
      return DeskGuard.response(.ok, type: file.type, Data(file.bytes))
    }
    if path == "/api/session", request.method == .POST {
      guard let token = DeskGuard.bearer(request), address.admits(token) else { return Self.stranger }
      var response = DeskGuard.text(200, "Welcome.")
      response.headers[.setCookie] =
        "\(DeskGuard.cookie(base))=\(address.token); Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000"
      return response
    }
    guard let token = DeskGuard.token(request, base: base), address.admits(token) else {
      return Self.stranger
    }
    do {
      return try await answer(request, path)
    } catch let error as LabelDeskError {
      return DeskGuard.text(400, error.description)
    } catch let error as DecodingError {
      return DeskGuard.text(400, "The request cannot be understood: \(error)")
    } catch {
      return DeskGuard.text(500, "\(error)")
    }
  }

  private static let stranger = DeskGuard.text(401, "Open the address that votrawl label printed.")

  private func answer(_ request: HTTPRequest, _ path: String) async throws -> HTTPResponse {
    let id = path.split(separator: "/").last.flatMap { Int64($0) }
    let isPost = request.method == .POST
    switch (path.split(separator: "/").dropFirst().first.map(String.init) ?? "", isPost) {
    case ("desk", false): return try json(await room.state(rater: rater(request)))
    case ("summary", false): return try json(try await room.summary(rater: rater(request)))
    case ("events", false):
      var response = HTTPResponse(
        statusCode: .ok, headers: DeskGuard.headers(type: "text/event-stream"), body: events.body())
      response.headers[.cacheControl] = "no-store"
      return response
    case ("spectrum", false):
      guard let id, let data = try await room.picture(id) else {
        return DeskGuard.text(404, "No such spectrum.")
      }
      return DeskGuard.response(.ok, type: "application/json", data)
    case ("guess", false):
      guard let id, let guess = try await room.guess(id) else {
        return try json(["probabilities": [Float]()])
      }
      return try json(["probabilities": guess])
    case ("acts", true):
      let acts = try JSONDecoder().decode([DeskAct].self, from: try await body(request))
      let (kept, refused) = try await room.record(acts)
      return try json(Receipt(kept: kept, refused: refused))
    case ("shown", true), ("send", true):
      guard let id, let record = try await room.item(id) else {
        return DeskGuard.text(404, "No such spectrum.")
      }
      let name = SpectrumName(record)
      return await told(path.hasPrefix("/api/send") ? .sent(name) : .shown(name))
    case ("select", true): return await told(.selected(await room.found(rater: rater(request))))
    case ("home", true):
      await room.goHome()
      return DeskGuard.text(200, "")
    case ("next", true):
      return await room.beginNextRound()
        ? DeskGuard.text(202, "It has begun.") : DeskGuard.text(409, "This desk trains nothing.")
    default: return DeskGuard.text(404, "There is nothing here.")
    }
  }

  /// Tells whoever listens, and the page what came of it.
  private func told(_ event: DeskEvent) async -> HTTPResponse {
    let words = await options.emit(event)
    if options.onEvent == nil { return DeskGuard.text(200, "This desk is linked to no other program.") }
    return DeskGuard.text(200, words ?? "")
  }

  private struct Receipt: Encodable {
    var kept: [String]
    var refused: [String: String]
  }

  private func rater(_ request: HTTPRequest) -> String {
    let named = request.query.first { $0.name == "rater" }?.value ?? ""
    return named.isEmpty || named.count > DeskAct.longestRater ? options.rater : named
  }

  private func body(_ request: HTTPRequest) async throws -> Data {
    guard let length = request.bodySequence.count, length <= Self.longestBody else {
      throw LabelDeskError("DSK-04", "the request is longer than \(Self.longestBody) bytes")
    }
    return try await request.bodyData
  }

  private func json(_ value: some Encodable) throws -> HTTPResponse {
    DeskGuard.response(.ok, type: "application/json", try JSONEncoder().encode(value))
  }
}
