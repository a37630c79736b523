import Foundation
public import VOClient

/// Learns what an archive holds in a region of the sky: SSAP by sky cell, or TAP by slice.
///
/// What an answer gave and that it was given are one transaction: killed at any moment and run again, a crawl ends with
/// what an uninterrupted one would have found. A pass over everything says what is new, changed and gone.
public struct Crawl: Sendable {
  /// How an archive is asked.
  public enum Route: String, Sendable, CaseIterable, Codable {
    /// Simple Spectral Access, by sky cell.
    case ssap
    /// Table Access, an asynchronous query a slice of the sky.
    case tap
  }

  /// What to do where something is known already.
  public enum Mode: Sendable {
    /// Go on with what was not finished; ask nothing more where all was.
    case goOn
    /// Ask for everything again, and compare.
    case again
    /// Ask for what the archive changed since the last pass (SSAP's MTIME, or the table's date of publication); for
    /// everything where it does not tell.
    case update
  }

  /// What to ask, of whom.
  public struct Options: Sendable {
    /// The region.
    public var region = SkyRegion.all
    /// Rows asked for in one answer.
    public var maxrec: Int?
    /// Queries at a time.
    public var connections: Int?
    /// What to do where something is known already.
    public var mode = Mode.goOn
    /// How to ask; by TAP where the service is known to have it, if nil.
    public var via: Route?
    /// Whether the collection may be at another address than it was.
    public var moved = false

    /// The whole sky, with the service's own limits.
    public init() {}
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Name of the collection.
    public var collection: String
    /// How the archive was asked.
    public var via: Route
    /// Spectra known now in this collection, without those that are gone.
    public var spectra: Int
    /// Of these, new in this pass.
    public var new: Int
    /// Of these, listed differently than before.
    public var changed = 0
    /// Spectra that the archive does not list any more: marked, not deleted.
    public var gone = 0
    /// Of those known, listed again after they had been gone.
    public var back = 0
    /// MJD since which changes were asked for; nil for a pass over everything.
    public var since: Double?
    /// Queries sent in this run.
    public var queries: Int
    /// Parts that could not be completed, each with the reason.
    public var failures: [String]
    /// What deserves notice: another way of asking than the usual, or less asked for.
    public var notes: [String] = []
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
  /// - Throws: `SUR-06` where the service refuses the first question, `SUR-12` where the collection was crawled from
  ///   another address, `SUR-10` where the task was cancelled.
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
    let collection = try folder.ensureCollection(service, moved: options.moved)
    let way = try await way(to: collection)
    let harvest = try Harvest.begin(
      folder, collection: collection.id, region: options.region, via: way.route,
      isRouteFixed: options.via != nil, mode: options.mode, canUpdate: way.canUpdate)
    let tally = CrawlTally(ProgressCounter("crawling \(service.name)", total: nil, progress))
    if !harvest.isDone {
      let isOpen: (Double?, Double?, Double?) -> Bool
      switch harvest.via {
      case .ssap:
        let cells = try await SSAPCrawl(crawl: self, harvest: harvest, tally: tally).run()
        isOpen = { ra, dec, date in cells.contains { $0.contains(ra: ra, dec: dec, dateObs: date) } }
      case .tap:
        let slices = try await TAPCrawl(crawl: self, harvest: harvest, tally: tally, described: way.table)
          .run()
        isOpen = { ra, dec, _ in slices.contains { $0.contains(ra: ra, dec: dec) } }
      }
      let found = try harvest.finish(failures: tally.failures.count, isOpen: isOpen)
      return try summary(harvest, tally, found, notes: way.notes)
    }
    return try summary(harvest, tally, .init(), notes: way.notes)
  }

  /// How an archive is to be asked, found out before a pass begins.
  private struct Way {
    var route: Route
    /// Whether it tells what changed since a date.
    var canUpdate = false
    var table: TAPTable?
    var notes: [String] = []
  }

  private func way(to collection: CollectionRecord) async throws(SurveyError) -> Way {
    // What the catalogue adds to every SSAP query says nothing to TAP.
    let extra = (service.extra ?? [:]).keys.sorted()
    var way = Way(route: options.via ?? (service.tap != nil && extra.isEmpty ? .tap : .ssap))
    let goesOn = try Harvest.isTakenUp(
      folder, collection: collection.id, region: options.region, fixed: options.via, mode: options.mode)
    if goesOn { return way }
    if way.route == .tap, let tap = service.tap, let name = service.table {
      do {
        let table = try await TAPTable.find(name, at: TAPService(url: tap, engine: engine))
        _ = try table.limited(since: nil, band: service.band)
        way.canUpdate = table.changed != nil
        way.table = table
        if !extra.isEmpty {
          way.notes.append(
            "asked by TAP, without what the catalogue adds to SSAP: \(extra.joined(separator: ", "))")
        }
      } catch {
        guard options.via == nil, !Task.isCancelled else { throw error }
        way.notes.append("asked by SSAP: \(error.message)")
        way.route = .ssap
      }
    }
    if way.route == .ssap, options.mode == .update {
      let metadata = try? await SSAPService(url: service.ssap, engine: engine).metadata()
      way.canUpdate = metadata?.accepts("MTIME") ?? false
    }
    return way
  }

  private func summary(
    _ harvest: Harvest, _ tally: CrawlTally, _ found: Harvest.Differences, notes: [String]
  ) throws(SurveyError) -> Summary {
    Summary(
      collection: service.name, via: harvest.via,
      spectra: try folder.collections(named: [service.name])[0].spectra, new: found.new,
      changed: found.changed,
      gone: found.gone, back: found.back, since: harvest.since, queries: tally.queries,
      failures: tally.failures, notes: notes)
  }
}

/// Counts what the concurrent parts of a crawl did.
final class CrawlTally: Sendable {
  private let state = Shared((queries: 0, failures: [String]()))
  private let counter: ProgressCounter

  init(_ counter: ProgressCounter) { self.counter = counter }

  var queries: Int { state.withLock { $0.queries } }
  var failures: [String] { state.withLock { $0.failures } }

  func asks() { state.withLock { $0.queries += 1 } }
  func fails(_ problem: String) { state.withLock { $0.failures.append(problem) } }
  func advances() { counter.add() }
}
