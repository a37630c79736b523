public import Classifier
import Foundation
import GRDB
public import VOClient

/// Brings spectra from their archives: parallel, polite, retried, and each answer read before it is kept.
///
/// A file gets its name only when it is whole, and its row in the survey after that: killed at any moment and run again,
/// a fetch ends with what an uninterrupted one would have kept.
public struct Fetch: Sendable {
  /// What is asked of the archive.
  public enum Form: String, Sendable, CaseIterable, Codable {
    /// The whole file.
    case file
    /// The survey's spectral window, cut out by the archive.
    case cutout
    /// The survey's spectral window, cut out here from the bytes of the file that it takes.
    case ranges
  }

  /// What is kept of it.
  public enum Keep: String, Sendable, CaseIterable, Codable {
    /// The files.
    case files
    /// The feature vectors only: 560 bytes a spectrum, so that a survey of millions fits a disk.
    case features
    /// Both.
    case both
  }

  /// What to fetch and how.
  public struct Options: Sendable {
    /// Names of the collections; all where empty.
    public var collections: [String] = []
    /// Only spectra in this match.
    public var match: String?
    /// What is asked of the archive; nil for what is measured to be quickest here.
    public var form: Form? = .file
    /// Whether that is measured anew, and not taken from an earlier fetch.
    public var measuresAnew = false
    /// What is kept.
    public var keep = Keep.files
    /// Transfers at a time and archive.
    public var connections: Int?
    /// At most so many spectra in this run.
    public var limit: Int?
    /// Whether spectra that were refused before are asked for again.
    public var again = false

    /// All spectra of all collections, as files.
    public init() {}
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Spectra that were wanted.
    public var wanted = 0
    /// Of these, kept in this run.
    public var kept = 0
    /// Of these, with nothing in the window.
    public var empty = 0
    /// Of these, refused by the archive, or no readable spectrum.
    public var refused = 0
    /// Of these, that may come another time.
    public var failed = 0
    /// Of those kept, that give no feature vector: empty, constant, or with gaps where it matters.
    public var unusable = 0
    /// Bytes received.
    public var bytes = 0
    /// The table of those that were not kept or are unusable, and why, where there are any.
    public var failures: String?
    /// The ways in which collections were fetched, where that was left to the program.
    public var ways: [FetchWay] = []
  }

  /// Spectra of a batch that are asked for or looked at at a time.
  ///
  /// The engine runs as many transfers as it is told to; the others wait in it, so that the next begins as one ends, and
  /// nobody has to be woken for it.
  private static let lanes = 6

  let folder: SurveyFolder
  let options: Options
  let preset: FeaturePreset
  let engine: TransferEngine

  /// Prepares a fetch.
  public init(_ folder: SurveyFolder, _ options: Options, preset: FeaturePreset, engine: TransferEngine) {
    self.folder = folder
    self.options = options
    self.preset = preset
    self.engine = engine
  }

  /// Runs the fetch, or what is left of it.
  ///
  /// - Throws: `SUR-04` for an unknown collection or match, `SUR-10` where the task was cancelled.
  ///
  /// - Parameters:
  ///   - progress: is told of each spectrum.
  ///   - choice: is told of each way that was chosen, before it is gone.
  public func run(
    progress: @escaping ProgressHandler, choice: @Sendable (FetchWay) -> Void = { _ in }
  ) async throws(SurveyError) -> Summary {
    if options.keep != .files { try await Featurise(folder: folder, preset: preset).run(progress: progress) }
    var store = DownloadStore(folder: folder, preset: preset, keep: options.keep)
    try store.sweep()
    let total = Shared(Summary())
    for collection in try folder.collections(named: options.collections) {
      let wanted = try store.wanted(
        collection: collection.id, match: options.match, again: options.again, limit: options.limit)
      if wanted.isEmpty { continue }
      store.scale = collection.service.scale == "vacuum" ? .vacuum : .air
      total.withLock { $0.wanted += wanted.count }
      let width = options.connections ?? collection.service.connections ?? 4
      let descriptors = try store.descriptors(collection: collection.id)
      let sources: @Sendable (Form) -> SpectrumSource = { [store] form in
        SpectrumSource(
          engine: engine, descriptors: descriptors, form: form, window: folder.configuration.window,
          scale: store.scale)
      }
      var form = options.form
      if form == nil {
        let way = try await self.way(collection, wanted, store, width, sources, progress)
        total.withLock { $0.ways.append(way) }
        choice(way)
        form = way.form
      }
      let source = sources(form ?? .file)
      let counter = ProgressCounter("fetching \(collection.name)", total: wanted.count, progress)
      // A batch is a transaction, one flush of the disk, and a question to DataLink: large enough to cost little, small
      // enough to lose little.
      let batch = max(1, min(form == .cutout ? 64 : 128, wanted.count / width))
      let batches = Shared(stride(from: 0, to: wanted.count, by: batch).map { $0 }.reversed() as [Int])
      try await surveyed(.service, "cannot fetch from \(collection.name)") {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<max(1, width) {
            group.addTask { [store] in
              let next = { @Sendable in
                batches.withLock { $0.popLast() }.map {
                  Array(wanted[$0..<min($0 + batch, wanted.count)])
                }
              }
              try await work(next, source, store, counter, total)
            }
          }
          try await group.waitForAll()
        }
      }
    }
    var summary = total.withLock { $0 }
    summary.failures = try store.writeFailures()
    return summary
  }

  /// The way that is quickest for a collection: as remembered, or measured now.
  private func way(
    _ collection: CollectionRecord, _ wanted: [Int64], _ store: DownloadStore, _ width: Int,
    _ sources: @escaping @Sendable (Form) -> SpectrumSource, _ progress: @escaping ProgressHandler
  ) async throws(SurveyError) -> FetchWay {
    if !options.measuresAnew, let known = try folder.fetchWay(of: collection.id) { return known }
    let measure = WayMeasure(store: store, width: width, source: sources)
    let way = try await surveyed(.service, "cannot measure the ways to \(collection.name)") {
      try await measure.way(for: collection.name, wanted: wanted, progress: progress)
    }
    if way.measured != nil { try folder.remember(way, of: collection.id) }
    return way
  }

  /// Fetches batches until there are none; while one is written to the disk the next is on its way.
  private func work(
    _ next: @Sendable () -> [Int64]?, _ source: SpectrumSource, _ store: DownloadStore,
    _ counter: ProgressCounter, _ total: Shared<Summary>
  ) async throws {
    var keeping: Task<Void, any Error>?
    while let ids = next() {
      let outcomes = Shared<[DownloadStore.Outcome]>([])
      var problem: (any Error)?
      do {
        try await source.fetch(try store.records(ids), lanes: Self.lanes) { record, reply in
          if Task.isCancelled {
            throw SurveyError(.interrupted, "the fetch was stopped; what it brought is kept")
          }
          let outcome = try store.examine(record, reply)
          outcomes.withLock { $0.append(outcome) }
          counter.add(failed: outcome.isKept ? 0 : 1)
          total.withLock { $0.add(outcome) }
        }
      } catch {
        problem = error
      }
      // What a stopped batch has brought is kept, too: this task is not cancelled with the one around it.
      let brought = outcomes.withLock { $0 }
      let earlier = keeping
      let task = Task {
        try await earlier?.value
        try await Blocking.run { _ in Result { try store.keep(brought) } }.get()
      }
      keeping = task
      if let problem {
        try await task.value
        throw problem
      }
      // One batch on its way to the disk is enough.
      try await earlier?.value
    }
    try await keeping?.value
  }
}

extension Fetch.Summary {
  fileprivate mutating func add(_ outcome: DownloadStore.Outcome) {
    bytes += outcome.received
    switch outcome.state {
    case .done, .used:
      kept += 1
      if outcome.feature?.problem != nil { unusable += 1 }
    case .empty: empty += 1
    case .refused: refused += 1
    case .failed: failed += 1
    }
  }
}
