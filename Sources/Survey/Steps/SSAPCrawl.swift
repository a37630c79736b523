import Crossmatch
import Foundation
import Tables
import VOClient

/// A crawl by SSAP, which answers at most MAXREC rows and cannot page: by sky cell.
///
/// Where the answer to the cone round a HEALPix cell overflows, the cell's four children are asked for instead. Services
/// disagree on whether SIZE is a diameter (SSA 1.1 §4.1.1.2) or a radius, so every row is tested against its cell again.
struct SSAPCrawl: Sendable {
  let crawl: Crawl
  let harvest: Harvest
  let tally: CrawlTally

  private var service: ServiceEntry { crawl.service }
  private var options: Crawl.Options { crawl.options }

  /// Asks for every cell; returns those that could not be completed.
  func run() async throws(SurveyError) -> [SkyCell] {
    let plan = CrawlPlan(harvest: harvest)
    try plan.begin()
    while true {
      let cells = try plan.cells(inState: "pending")
      if cells.isEmpty { break }
      try await surveyed(.service, "cannot crawl \(service.name)") {
        try await withThrowingTaskGroup(of: Void.self) { group in
          var waiting = cells[...]
          for _ in 0..<max(1, options.connections ?? service.connections ?? 4) {
            if let cell = waiting.popFirst() {
              group.addTask { try await ask(cell, plan) }
            }
          }
          while try await group.next() != nil {
            if let cell = waiting.popFirst() {
              group.addTask { try await ask(cell, plan) }
            }
          }
        }
      }
    }
    return try plan.cells(inState: "failed")
  }

  private func query(for cell: SkyCell) -> SSAPQuery {
    var query = SSAPQuery()
    query.band = service.band.map { ($0[0], $0[1]) }
    query.extra = (service.extra ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    query.maxrec = options.maxrec ?? service.maxrec ?? 10_000
    query.lowerCaseNames = service.lowerCase ?? false
    query.modifiedSince = harvest.since
    if cell.order >= 0 {
      let cone = cell.healpix.boundingCone(of: cell.cell)
      query.position = (cone.ra, cone.dec)
      // A little more than the cell: a service's rounding must not cost the star in its farthest corner.
      query.size = min(180, 2.0002 * cone.radius)
    }
    if let days = cell.days {
      query.time = (days.start - SkyCell.timeMargin, days.end + SkyCell.timeMargin)
    }
    return query
  }

  private func ask(_ cell: SkyCell, _ plan: CrawlPlan) async throws {
    if Task.isCancelled { throw SurveyError(.interrupted, "the crawl was stopped; what it found is kept") }
    tally.asks()
    let answer: SSAPAnswer
    let clock = ContinuousClock()
    let asked = clock.now
    do {
      answer = try await SSAPService(url: service.ssap, engine: crawl.engine).query(query(for: cell))
    } catch {
      if Task.isCancelled { throw SurveyError(.interrupted, "the crawl was stopped; what it found is kept") }
      if cell.order < 0 { throw SurveyError(.service, "\(error)") }
      try plan.fail(cell, problem: "\(error)")
      tally.fails("\(cell): \(error)")
      return
    }
    let records = answer.records.filter {
      cell.contains(ra: $0.ra, dec: $0.dec, dateObs: $0.dateObs)
        && options.region.contains(ra: $0.ra, dec: $0.dec)
    }
    let log = LoggedQuery(
      url: answer.url, status: answer.status.word, rows: answer.table.rowCount,
      digest: RowDigest.of(answer.records + answer.rejected),
      seconds: (clock.now - asked) / .seconds(1), bytes: answer.byteCount)
    switch answer.status {
    case .ok where !answer.isPartial:
      try plan.complete(cell, answer, log, records)
    case .overflow where !cell.children.isEmpty:
      try plan.split(cell, answer, log, records)
    default:
      let problem =
        switch answer.status {
        case .error(let message): "the service says: \(message)"
        case .overflow:
          "the service gave \(answer.records.count) rows of one star and day, and has more: raise --maxrec, or crawl "
            + "with --via tap, which can page"
        default: "the answer was cut off after \(answer.records.count) rows"
        }
      if case .error = answer.status, cell.order < 0 {
        throw SurveyError(.service, "\(service.name): \(problem) (\(answer.url))")
      }
      try plan.fail(cell, problem: problem, answer, log, records)
      tally.fails("\(cell): \(problem) (\(answer.url))")
    }
    tally.advances()
  }
}
