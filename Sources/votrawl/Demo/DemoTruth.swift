import Classifier
import DemoArchive
import Survey

/// What the simulated spectra are in truth, by their publisher DIDs.
struct DemoTruth: Sendable {
  /// Stands where a person's name would.
  static let rater = "simulated truth"

  let archive: DemoArchive
  let classSet: ClassSet

  /// Index of the true class.
  subscript(did: String) -> Int? {
    archive.record(forPublisherDID: did).flatMap { classSet.index(of: $0.truth.description) }
  }

  /// Labels a collection: those spectra that an astronomer would have labelled by eye.
  func label(_ survey: SurveyFolder, collection: String) throws {
    try survey.labels.append(
      try survey.publisherDIDs(of: collection).compactMap { did in
        self[did].map {
          LabelAct(collection: collection, did: did, label: classSet.names[$0], rater: Self.rater)
        }
      })
  }

  /// Index of the true class of every spectrum of a collection.
  func all(_ survey: SurveyFolder, collection: String) throws -> [String: Int] {
    var truth: [String: Int] = [:]
    for did in try survey.publisherDIDs(of: collection) { truth[did] = self[did] }
    return truth
  }
}
