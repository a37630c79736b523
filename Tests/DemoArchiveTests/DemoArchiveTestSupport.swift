import Classifier
import DemoArchive
import Foundation
import FoundationNetworking
import Tables

/// An archive of few spectra, with the URL it runs at.
struct RunningArchive {
  let archive: DemoArchive
  let base: String
  let ondrejov: SimulatedSurvey
  let lamost: SimulatedSurvey

  /// Starts an archive, does something with it and stops it.
  static func with<T>(
    habits: DemoArchiveHabits = DemoArchiveHabits(), ondrejov: Int = 60, lamost: Int = 1200,
    defaultMaxrec: Int = 10_000, hardMaxrec: Int = 1_000_000, _ body: (RunningArchive) async throws -> T
  ) async throws -> T {
    let source = SimulatedSurvey(kind: .ondrejov, count: ondrejov, seed: 5)
    let pool = SimulatedSurvey(kind: .lamost, count: lamost, seed: 5)
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: source, lamost: pool, defaultMaxrec: defaultMaxrec, hardMaxrec: hardMaxrec, habits: habits))
    let base = try await archive.start()
    do {
      let result = try await body(
        RunningArchive(archive: archive, base: base, ondrejov: source, lamost: pool))
      await archive.stop()
      return result
    } catch {
      await archive.stop()
      throw error
    }
  }

  /// An answer: status, headers with names in lower case, and body.
  struct Reply {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// Sends a request; parameters are percent-encoded.
  func get(
    _ path: String, _ parameters: [(String, String)] = [], headers: [String: String] = [:],
    method: String = "GET",
    form: String? = nil, timeout: Double = 20
  ) async throws -> Reply {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let query = parameters.map { name, value in
      name + "=" + (value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
    }.joined(separator: "&")
    let text = path.hasPrefix("http") ? path : base + path
    guard let url = URL(string: query.isEmpty ? text : text + "?" + query) else { throw URLError(.badURL) }
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: timeout)
    request.httpMethod = method
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    if let form {
      request.httpBody = Data(form.utf8)
      request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
    }
    // On Linux only the session's own limit is kept.
    let settings = URLSessionConfiguration.ephemeral
    settings.timeoutIntervalForRequest = timeout
    let session = timeout < 20 ? URLSession(configuration: settings) : .shared
    let (data, response) = try await session.data(for: request)
    guard let http = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    var names: [String: String] = [:]
    for (name, value) in http.allHeaderFields { names["\(name)".lowercased()] = "\(value)" }
    return Reply(status: http.statusCode, headers: names, body: Array(data))
  }

  /// The document of an SSAP query.
  func query(_ collection: String, _ parameters: [(String, String)]) async throws -> VOTableDocument {
    let reply = try await get("/\(collection)/ssap", [("REQUEST", "queryData")] + parameters)
    return try VOTableReader().read(bytes: reply.body)
  }

  /// Publisher dataset identifiers in an SSAP answer.
  func identifiers(_ collection: String, _ parameters: [(String, String)]) async throws -> [String] {
    let table = try await query(collection, parameters).requireResults()
    let finder = table.finder(utype: "ssa:Curation.PublisherDID")
    return (0..<table.rowCount).compactMap { finder.string($0) }
  }
}

/// Angle between two positions by the haversine formula, all in degrees.
func angle(_ ra1: Double, _ dec1: Double, _ ra2: Double, _ dec2: Double) -> Double {
  let radian = Double.pi / 180
  let a = sin((dec2 - dec1) * radian / 2)
  let b = sin((ra2 - ra1) * radian / 2)
  return 2 * asin(min((a * a + cos(dec1 * radian) * cos(dec2 * radian) * b * b).squareRoot(), 1)) / radian
}
