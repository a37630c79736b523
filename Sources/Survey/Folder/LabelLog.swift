import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// One act of a person who labels: a line of `labels.jsonl`.
public struct LabelAct: Sendable, Hashable, Codable {
  /// Identifies the act, so that another can undo it.
  public var id: String
  /// The act that this one takes back; such an act has no label.
  public var undoes: String?
  /// Collection and publisher DID of the spectrum.
  public var collection: String
  /// Publisher DID of the spectrum.
  public var did: String
  /// Name of the class.
  public var label: String?
  /// Who said it; a label that no person gave says so: `simulated truth`, `import:FILE`.
  public var rater: String
  /// When, ISO 8601, UTC.
  public var time: String
  /// The round it was asked in.
  public var round: Int?
  /// The purpose in the round: `oracle` (trained on) or `performance` (never trained on).
  public var purpose: String?
  /// Whether the rater put it off; such an act has no label.
  public var skipped: Bool?
  /// Whether the rater cannot tell, the spectrum being of no use; such an act has no label.
  public var unusable: Bool?
  /// Whether the rater marked the spectrum as interesting, or took the mark away; such an act has no label.
  public var flagged: Bool?
  /// What the rater remarked, empty where a remark was taken away; such an act has no label.
  public var comment: String?
  /// How long the rater looked before acting, seconds.
  public var seconds: Double?
  /// Whether the rater had asked for the network's guess.
  public var shownGuess: Bool?

  /// Makes an act, timed now.
  public init(
    collection: String, did: String, label: String?, rater: String, round: Int? = nil, purpose: String? = nil,
    undoes: String? = nil
  ) {
    id = UUID().uuidString
    self.undoes = undoes
    self.collection = collection
    self.did = did
    self.label = label
    self.rater = rater
    time = ISO8601DateFormatter().string(from: Date())
    self.round = round
    self.purpose = purpose
  }
}

/// What was said, one act a line, in the order it was said: `labels.jsonl`.
///
/// An act is on disk when `append` returns. A line that a kill cut off is not an act: it was never acknowledged.
public final class LabelLog: Sendable {
  /// The file.
  public let path: String
  private let writing = Mutex(())

  init(path: String) { self.path = path }

  /// Adds acts and flushes them to the disk.
  ///
  /// - Throws: `SUR-05` where the file cannot be written; then none of the acts counts.
  public func append(_ acts: [LabelAct]) throws(SurveyError) {
    guard !acts.isEmpty else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try surveyed(.file, "cannot write labels to \(path)") {
      var bytes: [UInt8] = []
      for act in acts { bytes += try encoder.encode(act) + [UInt8(ascii: "\n")] }
      try writing.withLock { _ in
        if try endsWithinLine() { bytes.insert(UInt8(ascii: "\n"), at: 0) }
        try DurableFile.append(bytes, to: path)
      }
    }
  }

  /// All acts, undone ones and their undoing among them.
  ///
  /// - Throws: `SUR-08` with the line number for a line that is neither an act nor the cut-off last one.
  public func acts() throws(SurveyError) -> [LabelAct] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let bytes = try surveyed(.file, "cannot read \(path)") {
      try Data(contentsOf: URL(fileURLWithPath: path))
    }
    let decoder = JSONDecoder()
    var acts: [LabelAct] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      do {
        acts.append(try decoder.decode(LabelAct.self, from: line))
      } catch {
        // Cut off by a kill, at the end or, where labelling went on, before a line break of its own.
        if !line.hasSuffix("}") { continue }
        throw SurveyError(
          .labels, "\(path), line \(number + 1): \(error)",
          hint: "mend or delete that line; nothing else is lost")
      }
    }
    return acts
  }

  /// The labels that hold: the last answer to each spectrum and purpose that was not undone, where it is a label.
  ///
  /// Who labels a spectrum and then calls it unusable has taken the label back.
  ///
  /// - Parameter counts: which acts are looked at at all.
  /// - Throws: as `acts()`.
  public func current(where counts: (LabelAct) -> Bool = { _ in true }) throws(SurveyError) -> [LabelAct] {
    Self.standing(try acts().filter(counts))
  }

  /// The spectra that a person called unusable, and nobody labelled since: the acts that say so.
  ///
  /// - Parameter counts: which acts are looked at at all.
  /// - Throws: as `acts()`.
  public func unusable(where counts: (LabelAct) -> Bool = { _ in true }) throws(SurveyError) -> [LabelAct] {
    Self.answers(try acts().filter(counts)).filter { $0.label == nil }
  }

  /// What an act speaks of: a spectrum, to learn from or to judge by.
  static func key(_ act: LabelAct) -> String {
    "\(act.collection)\u{1}\(act.did)\u{1}\(act.purpose == "performance")"
  }

  /// The labels that hold among acts.
  static func standing(_ acts: [LabelAct]) -> [LabelAct] { answers(acts).filter { $0.label != nil } }

  /// The answers that hold among acts: labels, and that a spectrum is unusable.
  private static func answers(_ acts: [LabelAct]) -> [LabelAct] {
    let undone = Set(acts.compactMap(\.undoes))
    var last: [String: Int] = [:]
    for (index, act) in acts.enumerated()
    where act.undoes == nil && (act.label != nil || act.unusable == true) && !undone.contains(act.id) {
      last[key(act)] = index
    }
    return last.values.sorted().map { acts[$0] }
  }

  private func endsWithinLine() throws -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let end = try file.seekToEnd()
    guard end > 0 else { return false }
    try file.seek(toOffset: end - 1)
    return try file.readToEnd() != Data([UInt8(ascii: "\n")])
  }
}

extension Data {
  fileprivate func hasSuffix(_ character: Unicode.Scalar) -> Bool { last == UInt8(ascii: character) }
}
