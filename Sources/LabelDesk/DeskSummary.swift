import Classifier
import Survey

/// What a rater's answers to a set come to.
struct DeskSummary: Encodable, Sendable {
  /// Answers that are the network's guess, among those that can be compared.
  struct Agreement: Encodable, Sendable {
    var agree: Int
    var of: Int
    /// Clopper and Pearson's bounds of the share, 95 %.
    var low: Double
    var high: Double

    init?(_ pairs: [(label: Int, predicted: Int)]) {
      guard !pairs.isEmpty else { return nil }
      agree = pairs.count { $0.label == $0.predicted }
      of = pairs.count
      let bounds = ProportionInterval.clopperPearson(successes: agree, trials: of)
      (low, high) = (bounds.lowerBound, bounds.upperBound)
    }
  }

  var title: String
  var round: Int?
  var total: Int
  var labelled: Int
  var unusable: Int
  var skipped: Int
  var flagged: Int
  /// Labels given, by class.
  var counts: [Int]
  /// Of the spectra that the network was asked about because it was unsure.
  var learned: Agreement?
  /// Precision, and recall where the audit sample is of the whole pool, by all raters' answers to the audit sample; nil
  /// before any.
  var estimate: AuditEstimate?
  /// Whether that sample was drawn from the whole pool, so that the recall says something.
  var hasRecall = false
  /// Whether the search may stop, and why.
  var verdict: String?
  /// Label by guess: rows are what the rater said, columns what the network guessed.
  var confusion: [[Int]]
  /// Median time between two answers, seconds.
  var pace: Double?
  /// What does the same as the page's button.
  var commands: [String]

  init(_ set: LabelSet, _ answers: [Int64: DeskJournal.Answer], classes: [String]) {
    title = set.title
    round = set.round
    total = set.items.count
    let given = set.items.map { answers[$0.spectrum.id] }
    labelled = given.count { $0?.label != nil }
    unusable = given.count { $0?.unusable == true }
    skipped = given.count { $0?.skipped == true }
    flagged = given.count { $0?.flagged == true }
    counts = classes.map { name in given.count { $0?.label == name } }
    confusion = Array(repeating: Array(repeating: 0, count: classes.count), count: classes.count)
    var learned: [(label: Int, predicted: Int)] = []
    for (item, answer) in zip(set.items, given) {
      guard let predicted = item.predicted, classes.indices.contains(predicted),
        let label = answer?.label.flatMap(classes.firstIndex(of:))
      else { continue }
      confusion[label][predicted] += 1
      // The audit sample is stratified: its plain share of right guesses is not that of the pool.
      if !item.isBlind { learned.append((label, predicted)) }
    }
    self.learned = Agreement(learned)
    let seconds = given.compactMap { $0?.seconds }.sorted()
    pace = seconds.isEmpty ? nil : seconds[seconds.count / 2]
    commands = ["votrawl train --continue newest", "votrawl classify", "votrawl learn", "votrawl label"]
  }
}
