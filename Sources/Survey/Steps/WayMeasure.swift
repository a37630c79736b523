import Foundation
import VOClient

/// Measures on the first spectra of a collection in which way they come quickest here.
///
/// What the measuring brings is not kept: so all spectra of a collection come in one way. Each way is gone three times, in
/// turn, with other spectra each time, and its slowest time does not count: neither the first question of all nor another
/// load on the line shall decide.
struct WayMeasure: Sendable {
  /// Spectra that must be wanted for a measurement to be worth it.
  static let fewest = 12
  private static let rounds = 3
  /// Seconds for one way in one round; what has come until then is enough to know.
  private static let patience = 20.0

  let store: DownloadStore
  let width: Int
  /// The source of one way.
  let source: @Sendable (Fetch.Form) -> SpectrumSource

  /// Measures the ways, and chooses one.
  ///
  /// - Parameters:
  ///   - wanted: keys of the spectra that are to be fetched.
  ///   - progress: is told of each spectrum.
  func way(
    for collection: String, wanted: [Int64], progress: @escaping ProgressHandler
  ) async throws -> FetchWay {
    guard wanted.count >= Self.fewest else { return FetchWay(collection: collection, tooFew: wanted.count) }
    // An eighth of all at most; of many as many as keep all connections busy for a while.
    let count = max(2, min(4 * width, wanted.count / (8 * Self.rounds)))
    let forms: [Fetch.Form] = [.file, .ranges, .cutout]
    var results: [Fetch.Form: [FetchWay.Measurement]] = [:]
    let sources = Dictionary(uniqueKeysWithValues: forms.map { ($0, source($0)) })
    var next = 0
    func take(_ count: Int) throws -> [SpectrumRecord] {
      defer { next += count }
      return try store.records((next..<next + count).map { wanted[$0 % wanted.count] })
    }
    let total = forms.count * (1 + Self.rounds * count)
    let counter = ProgressCounter("measuring ways to \(collection)", total: total, progress)
    for form in forms {
      // The first question makes the connections, and teaches where in a file the window lies.
      guard let source = sources[form] else { continue }
      let trial = try await measure(form, source, try take(1), counter)
      if let problem = trial.problem { results[form] = [with(problem, form)] }
    }
    for _ in 0..<Self.rounds {
      let records = try take(count)
      for form in forms where results[form]?.last?.problem == nil {
        guard let source = sources[form] else { continue }
        results[form, default: []].append(try await measure(form, source, records, counter))
      }
    }
    return FetchWay(
      collection: collection, measurements: forms.map { Self.sum(results[$0] ?? [], $0) }, at: Date())
  }

  /// The rounds of a way without the slowest.
  private static func sum(_ rounds: [FetchWay.Measurement], _ form: Fetch.Form) -> FetchWay.Measurement {
    var result = FetchWay.Measurement(form)
    result.problem = rounds.lazy.compactMap(\.problem).first
    for round in rounds.sorted(by: { $0.rate > $1.rate }).prefix(max(1, rounds.count - 1)) {
      result.spectra += round.spectra
      result.bytes += round.bytes
      result.seconds += round.seconds
    }
    return result
  }

  private func with(_ problem: String, _ form: Fetch.Form) -> FetchWay.Measurement {
    var measurement = FetchWay.Measurement(form)
    measurement.problem = problem
    return measurement
  }

  fileprivate struct Tally: Sendable {
    var spectra = 0
    var bytes = 0
    var problem: String?
  }

  private func measure(
    _ form: Fetch.Form, _ source: SpectrumSource, _ records: [SpectrumRecord], _ counter: ProgressCounter
  ) async throws -> FetchWay.Measurement {
    let tally = Shared(Tally())
    let clock = ContinuousClock()
    let began = clock.now
    let share = max(1, (records.count + width - 1) / width)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in stride(from: 0, to: records.count, by: share) {
        let part = Array(records[start..<min(start + share, records.count)])
        group.addTask {
          try await source.fetch(part) { _, reply in
            try Task.checkCancellation()
            counter.add()
            let isLate = began.duration(to: clock.now) > .seconds(Self.patience)
            tally.withLock { $0.add(reply, form) }
            if isLate { throw Late() }
          }
        }
      }
      do {
        try await group.waitForAll()
      } catch is Late {
        group.cancelAll()
      }
    }
    let time = began.duration(to: clock.now)
    let found = tally.withLock { $0 }
    var measurement = FetchWay.Measurement(form)
    measurement.spectra = found.spectra
    measurement.bytes = found.bytes
    measurement.seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    measurement.problem = found.spectra == 0 ? found.problem ?? "no spectrum came" : nil
    return measurement
  }

  private struct Late: Error {}
}

extension WayMeasure.Tally {
  fileprivate mutating func add(_ reply: SpectrumSource.Reply, _ form: Fetch.Form) {
    bytes += reply.received
    switch reply.answer {
    case .bytes, .empty: spectra += 1
    case .refused(let text), .failed(let text):
      problem = text.split(separator: "\n").first.map(String.init) ?? text
    }
  }
}
