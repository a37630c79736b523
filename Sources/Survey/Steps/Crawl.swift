import Crossmatch
import Foundation
import Tables
public import VOClient

/// Learns what an archive holds in a region of the sky: SSAP by sky cell.
///
/// An SSAP service answers at most MAXREC rows and cannot page. The crawl asks for the cone round a HEALPix cell, and
/// where the answer overflows asks for the cell's four children instead. Services disagree on whether SIZE is a diameter
/// (SSA 1.1 §4.1.1.2) or a radius, so every row is tested against its cell again. A cell's rows and its new state are one
/// transaction: killed at any moment and run again, a crawl ends with what an uninterrupted one would have found.
public struct Crawl: Sendable {
  /// What to ask, of whom.
  public struct Options: Sendable {
    /// The region.
    public var region = SkyRegion.all
    /// Rows asked for in one answer.
    public var maxrec: Int?
    /// Queries at a time.
    public var connections: Int?
    /// Whether cells that are done are asked again.
    public var again = false

    /// The whole sky, with the service's own limits.
    public init() {}
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Name of the collection.
    public var collection: String
    /// Spectra known now in this collection.
    public var spectra: Int
    /// Of these, new in this run.
    public var new: Int
    /// Queries sent in this run.
    public var queries: Int
    /// Cells that could not be completed, each with the reason.
    public var failures: [String]
  }

  let folder: SurveyFolder
  let service: ServiceEntry
  let options: Options
  let engine: TransferEngine

  /// Prepares a crawl; nothing is sent yet.
  public init(_ folder: SurveyFolder, service: ServiceEntry, options: Options, engine: TransferEngine) {
    self.folder = folder
    self.service = service
    self.options = options
    self.engine = engine
  }

  /// Runs the crawl, or what is left of it.
  ///
  /// - Throws: `SUR-06` where the service refuses the first question, `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
    let collection = try folder.ensureCollection(service)
    let plan = CrawlPlan(folder: folder, collection: collection.id, region: options.region)
    try plan.begin(again: options.again)
    let counter = ProgressCounter("crawling \(service.name)", total: nil, progress)
    let tally = Shared((queries: 0, failures: [String]()))

    while true {
      let cells = try plan.pending()
      if cells.isEmpty { break }
      try await surveyed(.service, "cannot crawl \(service.name)") {
        try await withThrowingTaskGroup(of: Void.self) { group in
          var waiting = cells[...]
          for _ in 0..<max(1, options.connections ?? service.connections ?? 4) {
            if let cell = waiting.popFirst() {
              group.addTask { try await ask(cell, plan, counter, tally) }
            }
          }
          while try await group.next() != nil {
            if let cell = waiting.popFirst() {
              group.addTask { try await ask(cell, plan, counter, tally) }
            }
          }
        }
      }
    }
    let known = try folder.collections(named: [service.name])[0].spectra
    let totals = tally.withLock { $0 }
    return Summary(
      collection: service.name, spectra: known, new: known - collection.spectra, queries: totals.queries,
      failures: totals.failures)
  }

  private func ask(
    _ cell: SkyCell, _ plan: CrawlPlan, _ counter: ProgressCounter,
    _ tally: Shared<(queries: Int, failures: [String])>
  ) async throws {
    if Task.isCancelled { throw SurveyError(.interrupted, "the crawl was stopped; what it found is kept") }
    var query = SSAPQuery()
    query.band = service.band.map { ($0[0], $0[1]) }
    query.extra = (service.extra ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let limit = options.maxrec ?? service.maxrec ?? 10_000
    query.maxrec = limit
    query.lowerCaseNames = service.lowerCase ?? false
    if cell.order >= 0 {
      let cone = cell.healpix.boundingCone(of: cell.cell)
      query.position = (cone.ra, cone.dec)
      // A little more than the cell: a service's rounding must not cost the star in its farthest corner.
      query.size = min(180, 2.0002 * cone.radius)
    }
    if let days = cell.days {
      query.time = (days.start - SkyCell.timeMargin, days.end + SkyCell.timeMargin)
    }
    tally.withLock { $0.queries += 1 }
    let answer: SSAPAnswer
    do {
      answer = try await SSAPService(url: service.ssap, engine: engine).query(query)
    } catch {
      if Task.isCancelled { throw SurveyError(.interrupted, "the crawl was stopped; what it found is kept") }
      if cell.order < 0 { throw SurveyError(.service, "\(error)") }
      try plan.fail(cell, problem: "\(error)")
      tally.withLock { $0.failures.append("\(cell): \(error)") }
      return
    }
    let records = answer.records.filter {
      cell.contains(ra: $0.ra, dec: $0.dec, dateObs: $0.dateObs)
        && options.region.contains(ra: $0.ra, dec: $0.dec)
    }
    switch answer.status {
    case .ok where !answer.isPartial:
      try plan.complete(cell, answer, records)
    case .overflow where !cell.children.isEmpty:
      try plan.split(cell, answer, records)
    default:
      let problem =
        switch answer.status {
        case .error(let message): "the service says: \(message)"
        case .overflow:
          "the service gave \(answer.records.count) rows of one star and day, and has more: raise --maxrec"
        default: "the answer was cut off after \(answer.records.count) rows"
        }
      if case .error = answer.status, cell.order < 0 {
        throw SurveyError(.service, "\(service.name): \(problem) (\(answer.url))")
      }
      try plan.fail(cell, problem: problem, answer, records)
      tally.withLock { $0.failures.append("\(cell): \(problem) (\(answer.url))") }
    }
    counter.add()
  }
}
