import Classifier
import DemoArchive
import Foundation
import Survey
import VOClient

@testable import LabelDesk

/// A desk that is open on a survey of simulated spectra, none of them fetched.
struct OpenDesk {
  let survey: SurveyFolder
  let spectra: [SpectrumRecord]
  let desk: LabelDesk
  /// `http://127.0.0.1:40123`.
  let base: String
  let token: String

  static func with(_ body: (OpenDesk) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("votrawl-desk-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: SimulatedSurvey(kind: .ondrejov, count: 12, seed: 5),
        lamost: SimulatedSurvey(kind: .lamost, count: 1, seed: 5)))
    let address = try await archive.start()
    var configuration = SurveyConfiguration(name: "test", seed: 5)
    configuration.service = [ServiceEntry(name: "ondrejov", ssap: "\(address)/ondrejov/ssap")]
    let survey = try SurveyFolder.create(at: folder, configuration)
    let engine = TransferEngine(TransferConfiguration())
    _ = try await Crawl(
      survey, service: try survey.service("ondrejov"), options: Crawl.Options(), engine: engine
    ).run { _ in }
    engine.shutdown()
    await archive.stop()
    let spectra = try survey.publisherDIDs(of: "ondrejov").compactMap {
      try survey.spectrum(collection: "ondrejov", did: $0)
    }
    let desk = try LabelDesk(survey, LabelSet(title: "test", spectra: spectra), .init(rater: "ada"))
    let parts = try await desk.open().components(separatedBy: "/#")
    do {
      try await body(OpenDesk(survey: survey, spectra: spectra, desk: desk, base: parts[0], token: parts[1]))
      await desk.close()
    } catch {
      await desk.close()
      throw error
    }
  }

  /// An act as the page sends it.
  func act(
    _ place: Int, _ said: [String: Any], rater: String = "ada", id: String = UUID().uuidString
  ) -> [String: Any] {
    let name: [String: Any] = [
      "id": id, "collection": spectra[place].collection, "did": spectra[place].did, "rater": rater,
    ]
    return name.merging(said) { $1 }
  }

  /// Sends acts with all that the page sends.
  func send(_ acts: [[String: Any]]) async throws -> RawAnswer {
    try await RawAnswer.get(
      base, "POST", "/api/acts", ["Authorization": "Bearer \(token)", "Origin": base],
      body: JSONSerialization.data(withJSONObject: acts))
  }

  /// What the desk says to a rater who opens the page.
  func state(rater: String) async throws -> [String: Any] {
    let answer = try await RawAnswer.get(
      base, "GET", "/api/desk?rater=\(rater)", ["Authorization": "Bearer \(token)"])
    return try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any] ?? [:]
  }
}
