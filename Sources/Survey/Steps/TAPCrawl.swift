import Foundation
import GRDB
import Tables
import VOClient

/// A crawl by TAP: counts first, then a query a slice of the sky, each below what an answer may hold.
///
/// Slices of few rows are asked for on the spot, for a job costs a server seconds (a DaCHS starts a process for each). Of
/// the others the address of the job is kept before the job runs: after a kill its result is waited for, not asked for
/// again.
struct TAPCrawl: Sendable {
  let crawl: Crawl
  let harvest: Harvest
  let tally: CrawlTally
  /// The table, where it is known already.
  var described: TAPTable?

  /// Rows asked for in one answer: services give some twenty thousand and more.
  static let rows = 20_000
  /// Rows that are asked for without a job.
  static let fewRows = 5_000

  private var limit: Int { crawl.options.maxrec ?? Self.rows }

  /// Fetches every slice; returns those that could not be completed.
  ///
  /// - Throws: `SUR-06` where there is no such service or table.
  func run() async throws(SurveyError) -> [TAPSlice] {
    guard let url = crawl.service.tap, let name = crawl.service.table else {
      throw SurveyError(
        .service, "no TAP service and table are known of \(crawl.service.name)",
        hint: "--tap URL --table NAME gives them")
    }
    let service = TAPService(url: url, engine: crawl.engine)
    var table = described
    if table == nil { table = try await TAPTable.find(name, at: service) }
    guard let table = try table?.limited(since: harvest.since, band: crawl.service.band) else { return [] }
    let plan = TAPPlan(harvest: harvest)
    try plan.begin()
    while true {
      let waiting = try plan.slices(inState: "pending")
      if waiting.isEmpty { break }
      try await surveyed(.service, "cannot crawl \(crawl.service.name)") {
        try await withThrowingTaskGroup(of: Void.self) { group in
          var rest = waiting[...]
          // More jobs than two at a time only wait at a DaCHS.
          for _ in 0..<max(1, crawl.options.connections ?? 3) {
            if let slice = rest.popFirst() { group.addTask { try await work(slice, service, table, plan) } }
          }
          while try await group.next() != nil {
            if let slice = rest.popFirst() { group.addTask { try await work(slice, service, table, plan) } }
          }
        }
      }
    }
    try await describe()
    return try plan.slices(inState: "failed").map(\.slice)
  }

  /// Takes the services for links and cut-outs from SSAP, where the TAP answers describe none.
  private func describe() async throws(SurveyError) {
    let known = try surveyed(.database, "cannot read the service descriptors") {
      try harvest.folder.database.read { db in
        try String.fetchOne(
          db, sql: "SELECT descriptors FROM collection WHERE id = ?", arguments: [harvest.collection])
      }
    }
    guard known ?? "[]" == "[]" else { return }
    var query = SSAPQuery()
    query.maxrec = 1
    guard let answer = try? await SSAPService(url: crawl.service.ssap, engine: crawl.engine).query(query)
    else {
      return
    }
    try surveyed(.database, "cannot keep the service descriptors") {
      try harvest.folder.database.write { db in try harvest.keep(db, answer.descriptors) }
    }
  }

  private func work(_ entry: TAPPlan.Entry, _ service: TAPService, _ table: TAPTable, _ plan: TAPPlan)
    async throws
  {
    if Task.isCancelled { throw SurveyError(.interrupted, "the crawl was stopped; what it found is kept") }
    do {
      if entry.slice.from == nil, (entry.expected ?? .max) > limit {
        try await divide(entry, service, table, plan)
      } else {
        try await fetch(entry, service, table, plan)
      }
    } catch let error as SurveyError where error.code != .service {
      throw error
    } catch {
      if Task.isCancelled { throw SurveyError(.interrupted, "the crawl was stopped; what it found is kept") }
      try plan.fail(entry, problem: "\(error)")
      tally.fails("\(entry.slice.condition(table)): \(error)")
    }
  }

  /// Counts the rows in parts of a slice, and enters slices of what an answer may hold instead of it.
  ///
  /// - Parameter given: fewer rows than the service gave where it said to have more, if it did: so that no slice comes out
  ///   as it was.
  private func divide(
    _ entry: TAPPlan.Entry, _ service: TAPService, _ table: TAPTable, _ plan: TAPPlan, given: Int? = nil
  ) async throws {
    let axis = entry.slice.axis
    guard axis != .did else {
      if entry.expected == nil {
        tally.asks()
        let counted = try await service.sync(table.count(where: entry.slice.condition(table))).results
        guard let rows = counted?.columns.first?.integer(0) else {
          throw SurveyError(.service, "the answer to the count holds no number")
        }
        return try plan.replace(entry, by: [(entry.slice, rows)])
      }
      var slice = entry.slice
      slice.from = ""
      return try plan.replace(entry, by: [(slice, nil)])
    }
    let (low, high) = entry.slice.span(axis)
    let step = (high - low) / Double(TAPSlice.parts)
    let adql = table.histogram(
      of: axis == .dec ? table.dec : table.ra, from: low, step: step,
      where: entry.slice.condition(table))
    tally.asks()
    let document = try await service.sync(adql, maxrec: 10 * TAPSlice.parts + 1000)
    guard let answer = document.results, answer.columns.count == 2 else {
      throw SurveyError(.service, "the answer to the count holds no table")
    }
    var counts = [Int](repeating: 0, count: TAPSlice.parts)
    for row in 0..<answer.rowCount {
      // Positions out of their range, and not-a-numbers, lie in the outermost parts.
      let bin = answer.columns[0].double(row) ?? .infinity
      let part = bin.isFinite ? Int(max(0, min(Double(TAPSlice.parts - 1), bin))) : TAPSlice.parts - 1
      counts[part] += answer.columns[1].integer(row) ?? 0
    }
    try plan.replace(
      entry,
      by: entry.slice.divided(axis, counts: counts, limit: min(limit, max(1, given ?? limit))).map {
        ($0.slice, $0.expected)
      })
  }

  private struct Result: Sendable {
    var document: VOTableDocument
    var bytes: Int
  }

  /// The result of a job that ran when the program was killed; nil where the service has it no more.
  private func result(ofEarlier job: String, _ service: TAPService) async throws -> Result? {
    do {
      let collected = try await service.collect(jobURL: job)
      return Result(document: collected.document, bytes: collected.bytes)
    } catch {
      if error.kind == .jobGone || error.kind == .jobFailed { return nil }
      throw error
    }
  }

  /// Runs the job of a slice, or takes up the one that ran when the program was killed.
  private func fetch(
    _ entry: TAPPlan.Entry, _ service: TAPService, _ table: TAPTable, _ plan: TAPPlan
  ) async throws {
    let isPaged = entry.slice.axis == .did
    let adql = table.rows(where: entry.slice.condition(table), sorted: isPaged)
    // Some services say OVERFLOW where there are exactly as many rows as were asked for.
    let asked = limit + 1
    let clock = ContinuousClock()
    let began = clock.now
    var address = entry.job ?? ""
    var found: Result? = nil
    if let job = entry.job { found = try await result(ofEarlier: job, service) }
    if found == nil, (entry.expected ?? .max) <= Self.fewRows {
      tally.asks()
      // What takes too long on the spot is given to a job.
      if let answer = try? await service.answer(adql, maxrec: asked), !answer.document.isPartial {
        found = Result(document: answer.document, bytes: answer.bytes)
        address = service.url + "/sync"
      }
      try Task.checkCancellation()
    }
    if found == nil {
      tally.asks()
      let job = try await service.makeJob(adql, maxrec: asked)
      try plan.note(job.url, of: entry)
      address = job.url
      let collected = try await service.collect(jobURL: job.url)
      found = Result(document: collected.document, bytes: collected.bytes)
    }
    guard let whole = found else { return }
    guard let rows = whole.document.results else { throw SurveyError(.service, "the result holds no table") }
    let all = try table.records(rows)
    let records = all.filter { crawl.options.region.contains(ra: $0.ra, dec: $0.dec) }
    let status = whole.document.queryStatus ?? .ok
    let log = LoggedQuery(
      url: address, tap: TAPQuestion(service: service.url, adql: adql, maxrec: asked), status: status.word,
      rows: all.count, digest: RowDigest.of(all), seconds: (clock.now - began) / .seconds(1),
      bytes: whole.bytes)
    let descriptors = ServiceDescriptor.all(in: whole.document)
    if whole.document.isPartial {
      throw SurveyError(.service, "the result was cut off after \(all.count) rows")
    }
    if status == .overflow {
      if isPaged {
        // Sorted by DID: the last one's rows may be cut, so the next page begins with them again.
        guard let last = all.last?.publisherDID, last != entry.slice.from, last != all.first?.publisherDID
        else {
          throw SurveyError(.service, "one publisher DID has more than \(limit) rows: raise --maxrec")
        }
        var next = entry.slice
        next.from = last
        try plan.complete(entry, log, records, descriptors, next: [(next, nil)])
      } else {
        // The archive grew since the count, or gives less than was asked for.
        try plan.complete(entry, log, records, descriptors, next: [], split: true)
        try await divide(entry, service, table, plan, given: all.count - 1)
      }
    } else {
      try plan.complete(entry, log, records, descriptors, next: [])
    }
    tally.advances()
  }
}

extension QueryStatus {
  /// The status as it is logged.
  var word: String {
    switch self {
    case .ok: "OK"
    case .overflow: "OVERFLOW"
    case .error(let message): "ERROR: \(message)"
    }
  }
}
