import Dispatch
import Foundation
import Survey

/// The acts of a survey: what is on disk, and what it comes to for each rater.
///
/// An act is on disk when `record` returns, and there once, however often it is sent.
actor DeskJournal {
  /// What a rater said of a spectrum so far.
  struct Answer: Encodable, Sendable {
    /// The act that says so, by which it can be undone.
    var act: String?
    var label: String?
    var unusable: Bool?
    var skipped: Bool?
    var flagged: Bool?
    var comment: String?
    var seconds: Double?
    var shownGuess: Bool?

    /// Whether nothing more is asked of the spectrum.
    var isFinal: Bool { label != nil || unusable == true }
  }

  private let log: LabelLog
  private(set) var acts: [LabelAct] = []
  private var known: Set<String> = []
  private let disk = DispatchQueue(label: "labels")
  /// Acts are written in the order they came: each waits for the one before it.
  private var writing: Task<Void, any Error>?

  init(_ log: LabelLog) throws(SurveyError) {
    self.log = log
    acts = try log.acts()
    known = Set(acts.map(\.id))
  }

  /// Whether an act of this name is on disk.
  func has(_ id: String) -> Bool { known.contains(id) }

  /// The act of this name.
  func act(_ id: String) -> LabelAct? { known.contains(id) ? acts.last { $0.id == id } : nil }

  /// Writes acts and flushes them to the disk; those that are there already are left out.
  ///
  /// - Returns: the acts that are new.
  func record(_ new: [LabelAct]) async throws -> [LabelAct] {
    let before = writing
    let task = Task { () throws -> [LabelAct] in
      _ = try? await before?.value
      return try await self.write(new)
    }
    writing = Task { _ = try await task.value }
    return try await task.value
  }

  private func write(_ new: [LabelAct]) async throws -> [LabelAct] {
    var seen = known
    let lacking = new.filter { seen.insert($0.id).inserted }
    guard !lacking.isEmpty else { return [] }
    let log = log
    let disk = disk
    // Flushing waits for the disk, which no shared thread may.
    let outcome = await withCheckedContinuation { continuation in
      disk.async {
        continuation.resume(returning: Result { () throws(SurveyError) in try log.append(lacking) })
      }
    }
    try outcome.get()
    acts += lacking
    known.formUnion(lacking.map(\.id))
    return lacking
  }

  /// What a rater said of the spectra of a set, and the acts that can be undone, oldest first.
  ///
  /// - Parameters:
  ///   - round: acts of this round count; where nil those of no round.
  ///   - spectra: keys of the spectra, by their names.
  func answers(
    rater: String, round: Int?, spectra: [SpectrumName: Int64]
  ) -> (answers: [Int64: Answer], history: [String]) {
    let undone = Set(acts.compactMap(\.undoes))
    var answers: [Int64: Answer] = [:]
    var history: [String] = []
    for act in acts where act.rater == rater && act.undoes == nil && !undone.contains(act.id) {
      guard let id = spectra[SpectrumName(collection: act.collection, did: act.did)] else { continue }
      if let flagged = act.flagged { answers[id, default: Answer()].flagged = flagged }
      if let comment = act.comment { answers[id, default: Answer()].comment = comment }
      // What was said in another round is another question.
      guard act.round == round, act.label != nil || act.unusable == true || act.skipped == true else {
        continue
      }
      var answer = answers[id] ?? Answer()
      answer.act = act.id
      answer.label = act.label
      answer.unusable = act.unusable
      answer.skipped = act.skipped
      answer.seconds = act.seconds
      answer.shownGuess = act.shownGuess
      answers[id] = answer
      history.append(act.id)
    }
    return (answers, history)
  }
}
