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
  /// Of the audit sample, which the network will never learn from.
  var audited: Agreement?
  /// Of the audit sample's spectra called candidates, those that are: the precision of the candidates.
  var precision: Agreement?
  /// Label by guess: rows are what the rater said, columns what the network guessed.
  var confusion: [[Int]]
  /// Median time between two answers, seconds.
  var pace: Double?
  /// What does the same as the page's button.
  var commands: [String]

  init(_ set: LabelSet, _ answers: [Int64: DeskJournal.Answer], classes: [String], background: Int) {
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
    var audited: [(label: Int, predicted: Int)] = []
    for (item, answer) in zip(set.items, given) {
      guard let predicted = item.predicted, classes.indices.contains(predicted),
        let label = answer?.label.flatMap(classes.firstIndex(of:))
      else { continue }
      confusion[label][predicted] += 1
      if item.isBlind { audited.append((label, predicted)) } else { learned.append((label, predicted)) }
    }
    self.learned = Agreement(learned)
    self.audited = Agreement(audited)
    // A candidate is what is called any class but the background; it is right where it is not background.
    precision = Agreement(
      audited.filter { $0.predicted != background }.map { ($0.label == background ? 0 : 1, 1) })
    let seconds = given.compactMap { $0?.seconds }.sorted()
    pace = seconds.isEmpty ? nil : seconds[seconds.count / 2]
    commands = ["votrawl train", "votrawl classify", "votrawl learn", "votrawl label"]
  }
}
