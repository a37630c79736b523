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
    /// What is asked of the archive.
    public var form = Form.file
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
    /// Bytes received.
    public var bytes = 0
    /// The table of those that were not kept and why, where there are any.
    public var failures: String?
  }

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
  public func run(progress: @escaping ProgressHandler) async throws(SurveyError) -> Summary {
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
      let source = SpectrumSource(
        engine: engine, descriptors: try store.descriptors(collection: collection.id), form: options.form,
        window: folder.configuration.window, scale: store.scale)
      let counter = ProgressCounter("fetching \(collection.name)", total: wanted.count, progress)
      let width = options.connections ?? collection.service.connections ?? 4
      // A batch is a transaction, and a question to DataLink: large enough to cost little, small enough to lose little.
      let batch = max(1, min(32, wanted.count / width))
      try await surveyed(.service, "cannot fetch from \(collection.name)") {
        try await withThrowingTaskGroup(of: Void.self) { group in
          var next = 0
          func add() {
            guard next < wanted.count else { return }
            let ids = Array(wanted[next..<min(next + batch, wanted.count)])
            next += batch
            group.addTask { [store] in try await fetch(ids, source, store, counter, total) }
          }
          for _ in 0..<max(1, width) { add() }
          while try await group.next() != nil { add() }
        }
      }
    }
    var summary = total.withLock { $0 }
    summary.failures = try store.writeFailures()
    return summary
  }

  private func fetch(
    _ ids: [Int64], _ source: SpectrumSource, _ store: DownloadStore, _ counter: ProgressCounter,
    _ total: Shared<Summary>
  ) async throws {
    var outcomes: [DownloadStore.Outcome] = []
    // What a stopped batch has brought is kept: the transaction below runs whatever happens.
    defer { try? store.keep(outcomes) }
    try await source.fetch(try store.records(ids)) { record, reply in
      if Task.isCancelled {
        throw SurveyError(.interrupted, "the fetch was stopped; what it brought is kept")
      }
      let outcome = try store.examine(record, reply)
      outcomes.append(outcome)
      counter.add(failed: outcome.isKept ? 0 : 1)
      total.withLock { $0.add(outcome) }
    }
    try store.keep(outcomes)
    outcomes = []
  }
}

extension Fetch.Summary {
  fileprivate mutating func add(_ outcome: DownloadStore.Outcome) {
    bytes += outcome.received
    switch outcome.state {
    case .done, .used: kept += 1
    case .empty: empty += 1
    case .refused: refused += 1
    case .failed: failed += 1
    }
  }
}
