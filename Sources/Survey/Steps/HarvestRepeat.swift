import Foundation
import Tables
public import VOClient

/// Asks the queries of a pass over an archive again, as they are logged, and compares the answers.
///
/// The survey is not changed: `crawl --again` is for that.
public struct HarvestRepeat: Sendable {
  /// What became of one query.
  public struct Answer: Sendable, Codable {
    /// How an answer compares with the one that is logged.
    public enum Verdict: String, Sendable, Codable {
      /// The same rows.
      case same
      /// Others, or another status.
      case differs
      /// Cut off by the service's limit then and now, at rows of its choice: nothing to compare.
      case cut
      /// No answer.
      case failed
    }

    /// Number of the query.
    public var query: Int64
    /// The question: address or ADQL.
    public var question: String
    /// How the answers compare.
    public var verdict: Verdict
    /// Rows then.
    public var rowsBefore: Int
    /// Rows now.
    public var rows: Int?
    /// Status then.
    public var statusBefore: String
    /// Status now.
    public var status: String?
    /// Why there is no answer.
    public var problem: String?
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Number of the pass.
    public var harvest: Int64
    /// Name of the collection.
    public var collection: String
    /// Queries asked again.
    public var queries: Int
    /// Answers by verdict.
    public var same, differing, cut, failed: Int
    /// Those that are not the same.
    public var answers: [Answer]
    /// Whether every answer came that is needed to say which spectra are new and which are missing: of a pass over everything
    /// that ended without failures.
    public var isCompared: Bool
    /// Publisher DIDs listed now and not then.
    public var added: [String]
    /// Publisher DIDs listed then and not now.
    public var missing: [String]
  }

  let folder: SurveyFolder
  let harvest: HarvestRecord
  let connections: Int?
  let engine: TransferEngine

  /// Prepares a repetition; nothing is sent yet.
  ///
  /// - Parameter engine: one without a cache, for the archive is to answer.
  public init(
    _ folder: SurveyFolder, harvest: HarvestRecord, connections: Int? = nil, engine: TransferEngine
  ) {
    self.folder = folder
    self.harvest = harvest
    self.connections = connections
    self.engine = engine
  }

  /// What one query gave now.
  private struct Reply: Sendable {
    var answer: Answer
    var dids: Set<String> = []
  }

  /// Asks every query of the pass again.
  ///
  /// - Throws: `SUR-06` where the TAP table is not there any more, `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
    let queries = try folder.queries(of: harvest.number)
    let service = try folder.collections(named: [harvest.collection])[0].service
    let tables = try await tables(of: queries, service)
    let counter = ProgressCounter("asking \(harvest.collection) again", total: queries.count, progress)
    let replies = try await surveyed(.service, "cannot repeat the harvest") {
      try await withThrowingTaskGroup(of: Reply.self) { group in
        var waiting = queries[...]
        var replies: [Reply] = []
        func add() {
          guard let query = waiting.popFirst() else { return }
          group.addTask {
            let reply = try await ask(query, service, query.service.flatMap { tables[$0] })
            counter.add(failed: reply.answer.verdict == .failed ? 1 : 0)
            return reply
          }
        }
        for _ in 0..<max(1, connections ?? service.connections ?? 4) { add() }
        while let reply = try await group.next() {
          replies.append(reply)
          add()
        }
        return replies
      }
    }
    return try compare(replies)
  }

  private func compare(_ replies: [Reply]) throws(SurveyError) -> Summary {
    func count(_ verdict: Answer.Verdict) -> Int { replies.count { $0.answer.verdict == verdict } }
    var summary = Summary(
      harvest: harvest.number, collection: harvest.collection, queries: replies.count, same: count(.same),
      differing: count(.differs), cut: count(.cut), failed: count(.failed),
      answers: replies.map(\.answer).filter { $0.verdict != .same }.sorted { $0.query < $1.query },
      isCompared: harvest.ended != nil && harvest.failures == 0 && harvest.since == nil, added: [],
      missing: [])
    // What overflows now was whole then: its rows are not all there.
    let isShort = replies.contains {
      $0.answer.verdict == .failed || ($0.answer.statusBefore == "OK" && $0.answer.status != "OK")
    }
    summary.isCompared = summary.isCompared && !isShort
    if summary.isCompared {
      let now = replies.reduce(into: Set<String>()) { $0.formUnion($1.dids) }
      let then = try folder.listed(in: harvest)
      summary.added = now.subtracting(then).sorted()
      summary.missing = then.subtracting(now).sorted()
    }
    return summary
  }

  /// The tables that were asked, by address of the service.
  private func tables(
    of queries: [QueryRecord], _ service: ServiceEntry
  ) async throws(SurveyError) -> [String: TAPTable] {
    var tables: [String: TAPTable] = [:]
    for query in queries {
      guard let url = query.service, tables[url] == nil, let name = service.table else { continue }
      tables[url] = try await TAPTable.find(name, at: TAPService(url: url, engine: engine))
    }
    return tables
  }

  private func ask(
    _ query: QueryRecord, _ service: ServiceEntry, _ table: TAPTable?
  ) async throws -> Reply {
    var answer = Answer(
      query: query.number, question: query.adql ?? query.url, verdict: .failed, rowsBefore: query.rows,
      statusBefore: query.status)
    do {
      let (records, status) = try await self.records(of: query, table)
      answer.rows = records.count
      answer.status = status.word
      let isSame = answer.status == query.status && RowDigest.of(records) == query.digest
      let isCut = status == .overflow && query.status == status.word
      answer.verdict = isSame ? .same : isCut ? .cut : .differs
      let region = SkyRegion(description: harvest.region) ?? .all
      var wanted = SSAPQuery()
      wanted.band = service.band.map { ($0[0], $0[1]) }
      let kept = records.filter { region.contains(ra: $0.ra, dec: $0.dec) && wanted.accepts($0) }
      return Reply(answer: answer, dids: Set(kept.compactMap { $0.publisherDID ?? $0.accessURL }))
    } catch {
      if Task.isCancelled { throw SurveyError(.interrupted, "the repetition was stopped") }
      answer.problem = "\(error)"
      return Reply(answer: answer)
    }
  }

  private func records(
    of query: QueryRecord, _ table: TAPTable?
  ) async throws -> (records: [SSAPRecord], status: QueryStatus) {
    guard let adql = query.adql else {
      let answer = try await SSAPService.answer(at: query.url, engine: engine)
      if answer.isPartial { throw SurveyError(.service, "the answer was cut off") }
      return (answer.records, answer.status)
    }
    guard let table, let url = query.service, let maxrec = query.maxrec, adql.hasPrefix(table.selection + " ")
    else {
      throw SurveyError(.service, "its table has other columns now than when it was asked")
    }
    let tap = TAPService(url: url, engine: engine)
    let isSmall = query.rows <= TAPCrawl.fewRows && query.status == "OK"
    let document =
      isSmall
      ? try await tap.sync(adql, maxrec: maxrec) : try await tap.async(adql, maxrec: maxrec)
    guard let rows = document.results, !document.isPartial else {
      throw SurveyError(.service, "the result was cut off")
    }
    return (try table.records(rows), document.queryStatus ?? .ok)
  }
}
