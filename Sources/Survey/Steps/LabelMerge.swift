public import Classifier
import Foundation

/// Brings together what several people said: their logs become one, and the majority holds.
///
/// Every act of the other logs is taken over as it is, with its rater, once. Where raters then disagree on a spectrum, the class
/// most of them give holds; where as many say one thing as another, what held here before does, and the spectrum is
/// disputed. Merging the same logs again changes nothing.
public struct LabelMerge: Sendable {
  /// Two raters compared.
  public struct Pair: Sendable, Codable {
    /// One rater.
    public var first: String
    /// The other.
    public var second: String
    /// How far they agree.
    public var agreement: Agreement
  }

  /// A spectrum on which no class has most votes.
  public struct Dispute: Sendable, Codable, Hashable {
    /// Its collection.
    public var collection: String
    /// Its publisher DID.
    public var did: String
    /// What each rater says.
    public var labels: [String: String]
    /// The label that holds for now.
    public var holds: String
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Acts in the other logs.
    public var acts: Int
    /// Of these, new here.
    public var entered: Int
    /// Labels that changed because more raters say otherwise.
    public var settled: Int
    /// Spectra that no majority settles.
    public var disputes: [Dispute]
    /// Every two raters that labelled a spectrum both.
    public var agreements: [Pair]
  }

  /// The rater in whose name a majority's label is entered.
  static let rater = "majority"

  let folder: SurveyFolder

  /// Prepares a merge into a survey.
  public init(_ folder: SurveyFolder) { self.folder = folder }

  /// Merges.
  ///
  /// - Parameter others: label logs, or surveys, whose log is meant.
  /// - Throws: `SUR-05` for a log that is not there, `SUR-08` for a line that is no act, or a class that this survey does not have.
  public func run(_ others: [String]) throws(SurveyError) -> Summary {
    let own = try folder.labels.acts()
    var known = Set(own.map(\.id))
    var taken: [LabelAct] = []
    var count = 0
    for other in others {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: other, isDirectory: &isFolder)
      let path = isFolder.boolValue ? other + "/labels.jsonl" : other
      guard exists, FileManager.default.fileExists(atPath: path) else {
        throw SurveyError(
          .file, "there is no label log \(path)", hint: "name a labels.jsonl, or a survey's folder")
      }
      for act in try LabelLog(path: path).acts() {
        count += 1
        if let label = act.label, folder.classSet.index(of: label) == nil {
          throw SurveyError(
            .labels, "\(path): \"\(label)\" is no class of \"\(folder.classSet.name)\"",
            hint: "both surveys must have the same classes")
        }
        if known.insert(act.id).inserted { taken.append(act) }
      }
    }
    // An act that undoes comes after what it undoes, whatever the clocks of two machines say.
    let before = LabelLog.standing(own)
    let all = own + taken
    let (settling, disputes) = settle(all, before: before)
    try folder.labels.append(taken + settling)
    return Summary(
      acts: count, entered: taken.count, settled: settling.count, disputes: disputes,
      agreements: agreements(all))
  }

  /// How far the raters of this survey's log agree.
  public func agreements() throws(SurveyError) -> [Pair] { agreements(try folder.labels.acts()) }

  /// What each rater says of each spectrum and purpose.
  private func votes(_ acts: [LabelAct]) -> [(key: String, act: LabelAct, votes: [String: String])] {
    var votes: [String: [String: String]] = [:]
    var acted: [String: LabelAct] = [:]
    for rater in Set(acts.map(\.rater)).sorted() where rater != Self.rater {
      for act in LabelLog.standing(acts.filter { $0.rater == rater }) {
        let key = LabelLog.key(act)
        votes[key, default: [:]][rater] = act.label
        acted[key] = act
      }
    }
    return votes.keys.sorted().compactMap { key in acted[key].map { (key, $0, votes[key] ?? [:]) } }
  }

  private func settle(
    _ acts: [LabelAct], before: [LabelAct]
  ) -> (settling: [LabelAct], disputes: [Dispute]) {
    var now: [String: LabelAct] = [:]
    for act in LabelLog.standing(acts) { now[LabelLog.key(act)] = act }
    var earlier: [String: String] = [:]
    for act in before { earlier[LabelLog.key(act)] = act.label }
    var (settling, disputes): ([LabelAct], [Dispute]) = ([], [])
    for (key, act, votes) in votes(acts) where votes.count > 1 {
      var counts: [String: Int] = [:]
      for label in votes.values { counts[label, default: 0] += 1 }
      let most = counts.values.max() ?? 0
      let winners = counts.filter { $0.value == most }.keys.sorted()
      let standing = now[key]?.label
      let wanted = winners.count == 1 ? winners[0] : earlier[key] ?? standing ?? winners[0]
      if winners.count > 1 {
        disputes.append(Dispute(collection: act.collection, did: act.did, labels: votes, holds: wanted))
      }
      if standing != wanted {
        settling.append(
          LabelAct(
            collection: act.collection, did: act.did, label: wanted, rater: Self.rater, round: act.round,
            purpose: act.purpose))
      }
    }
    return (settling, disputes)
  }

  private func agreements(_ acts: [LabelAct]) -> [Pair] {
    let all = votes(acts)
    let raters = Set(all.flatMap(\.votes.keys)).sorted()
    var pairs: [Pair] = []
    for (place, first) in raters.enumerated() {
      for second in raters[(place + 1)...] {
        let common = all.compactMap { entry -> (Int, Int)? in
          guard let a = entry.votes[first].flatMap(folder.classSet.index(of:)),
            let b = entry.votes[second].flatMap(folder.classSet.index(of:))
          else { return nil }
          return (a, b)
        }
        if common.isEmpty { continue }
        pairs.append(
          Pair(
            first: first, second: second,
            agreement: Agreement(common.map(\.0), common.map(\.1), classCount: folder.classSet.count)))
      }
    }
    return pairs
  }
}
