import Classifier
import Survey

/// Where a rater stands: what is asked, and what was answered.
struct DeskState: Encodable, Sendable {
  /// A class.
  struct Class: Encodable, Sendable {
    var name: String
    var title: String
    /// The bare key that labels.
    var key: String
  }

  /// A spectral line.
  struct Line: Encodable, Sendable {
    var name: String
    /// Å, vacuum, at rest.
    var vacuum: Double
  }

  /// A spectrum that is asked.
  struct Item: Encodable, Sendable {
    var id: Int64
    var collection: String
    var did: String
    var name: String

    init(_ spectrum: SpectrumRecord) {
      id = spectrum.id
      collection = spectrum.collection
      did = spectrum.did
      name = spectrum.designation
    }
  }

  var survey: String
  var version: String
  var rater: String
  /// Whether the model was trained on simulated spectra.
  var isSimulated: Bool
  var model: String?
  var classes: [Class]
  var background: Int
  var lines: [Line]
  /// First and last wavelength of the feature grid, Å, vacuum.
  var grid: [Double]
  var title: String
  var round: Int?
  var items: [Item]
  /// Title of the set that the desk was opened for, where another is asked now.
  var home: String?
  /// By the spectrum's key.
  var answers: [String: DeskJournal.Answer]
  /// Acts that can be undone, oldest first.
  var history: [String]
  /// Whether the page may start the next round.
  var canTrain: Bool
  /// How far a training is that runs now.
  var training: DeskTraining.State?
}
