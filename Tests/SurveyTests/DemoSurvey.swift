import Classifier
import DemoArchive
import Foundation
import GRDB
import VOClient

@testable import Survey

/// A survey of a demo archive, for tests.
struct DemoSurvey {
  let archive: DemoArchive
  let base: String
  let survey: SurveyFolder
  let engine: TransferEngine

  /// Starts an archive and makes a survey of it; `body` has both.
  static func with<Value>(
    ondrejov: Int = 300, lamost: Int = 600, maxrec: Int = 10_000, habits: DemoArchiveHabits = .init(),
    bytesPerSecond: Double? = nil, classes: String = "be-stars", seed: UInt64 = 5,
    _ body: (DemoSurvey) async throws -> Value
  ) async throws -> Value {
    let archive = DemoArchive(
      configuration: DemoArchiveConfiguration(
        ondrejov: SimulatedSurvey(kind: .ondrejov, count: ondrejov, seed: 5),
        lamost: SimulatedSurvey(kind: .lamost, count: lamost, seed: seed), defaultMaxrec: min(maxrec, 1000),
        hardMaxrec: maxrec, habits: habits))
    let base = try await archive.start()
    var configuration = SurveyConfiguration(name: "test", seed: 5, classes: classes)
    configuration.service = ["ondrejov", "lamost"].map { ServiceEntry(name: $0, ssap: "\(base)/\($0)/ssap") }
    let survey = try SurveyFolder.create(at: try TemporaryFolder().path, configuration)
    var transfers = TransferConfiguration()
    transfers.backoff = 0.02
    transfers.bytesPerSecond = bytesPerSecond
    let engine = TransferEngine(transfers)
    do {
      let value = try await body(DemoSurvey(archive: archive, base: base, survey: survey, engine: engine))
      engine.shutdown()
      await archive.stop()
      return value
    } catch {
      engine.shutdown()
      await archive.stop()
      throw error
    }
  }

  /// Crawls a collection.
  @discardableResult
  func crawl(_ name: String, _ change: (inout Crawl.Options) -> Void = { _ in }) async throws -> Crawl.Summary
  {
    var options = Crawl.Options()
    change(&options)
    return try await Crawl(survey, service: try survey.service(name), options: options, engine: engine).run {
      _ in
    }
  }

  /// Fetches, as options say.
  @discardableResult
  func fetch(_ change: (inout Fetch.Options) -> Void = { _ in }) async throws -> Fetch.Summary {
    var options = Fetch.Options()
    change(&options)
    return try await Fetch(survey, options, preset: try survey.preset(), engine: engine).run { _ in }
  }

  /// Publisher DIDs and true classes of what the archive has.
  func truth(_ kind: SimulatedSurvey.Kind) throws -> [String: SimulatedRecord] {
    var truth: [String: SimulatedRecord] = [:]
    for did in try survey.publisherDIDs(of: kind.rawValue) {
      truth[did] = archive.record(forPublisherDID: did)
    }
    return truth
  }

  /// Labels a collection with its truth.
  func label(_ kind: SimulatedSurvey.Kind) throws {
    try survey.labels.append(
      try truth(kind).sorted { $0.key < $1.key }.map {
        LabelAct(
          collection: kind.rawValue, did: $0.key, label: $0.value.truth.description, rater: "simulated truth")
      })
  }
}

extension SurveyFolder {
  /// Reads rows, waiting for them here: tests need no more.
  func rows<Value>(_ read: (Database) throws -> Value) throws -> Value { try database.read(read) }
}
