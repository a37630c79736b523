import Classifier
import Foundation
import GRDB
import Tables
import VOClient

/// Writes the candidates of a model as a table for TOPCAT.
public struct Export: Sendable {
  /// What to write.
  public struct Options: Sendable {
    /// Name of the model; the newest where nil.
    public var model: String?
    /// Names of the collections; all where empty.
    public var collections: [String] = []
    /// Names of the classes; all but the background where empty.
    public var classes: [String] = []
    /// Least probability of not being background, 0…1.
    public var probability = 0.0
    /// The file, whose name decides the format; `candidates.vot` in the survey where nil.
    public var output: String?

    /// All candidates of the newest model.
    public init() {}
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Name of the model.
    public var model: String
    /// Candidates written.
    public var candidates: Int
    /// Of these, by class.
    public var classes: [String: Int]
    /// The file.
    public var file: String
    /// Whether the model was trained on simulated spectra, or spectra in the table are simulated.
    public var simulated: Bool
  }

  let folder: SurveyFolder
  let options: Options

  /// Prepares an export.
  public init(_ folder: SurveyFolder, _ options: Options) {
    self.folder = folder
    self.options = options
  }

  /// Writes the table.
  ///
  /// - Throws: `SUR-07` without a model, `SUR-04` for an unknown class or collection, `SUR-05` where it cannot be written.
  public func run() throws(SurveyError) -> Summary {
    let (name, model) = try folder.model(named: options.model)
    let collections = try folder.collections(named: options.collections)
    let candidates = try folder.candidates(
      model: name, collections: collections.map(\.id), classes: options.classes,
      probability: options.probability)
    let file = options.output ?? folder.path + "/candidates.vot"
    let simulated = model.record.usesSimulation || candidates.contains(where: \.isSimulated)
    var infos = [
      ("votrawl.survey", folder.configuration.name), ("votrawl.model", name),
      ("votrawl.model.seed", "\(model.record.configuration.seed)"),
      ("votrawl.model.preset", model.record.featurePreset),
      ("votrawl.model.training", model.record.training.spectra.map(String.init).joined(separator: " ")),
      ("votrawl.least_probability", "\(options.probability)"),
    ]
    if simulated { infos.append(("votrawl.simulated", "true")) }
    for collection in collections {
      infos.append(("votrawl.service", "\(collection.name) \(collection.service.ssap)"))
    }
    for url in try firstQueries() { infos.append(("votrawl.query", url)) }
    let description =
      "Candidates of \(folder.configuration.name), class set \(folder.classSet.name)"
      + (simulated ? ". Made with simulated spectra: no discovery, a rehearsal." : "")
    try OutputTable.write(
      CandidateTable(
        candidates: candidates, classSet: folder.classSet, matches: try folder.matchNames(),
        dataLinks: try dataLinks(collections)
      ).table,
      to: file, infos: infos, description: description)
    var classes: [String: Int] = [:]
    for candidate in candidates { classes[folder.classSet.names[candidate.classIndex], default: 0] += 1 }
    return Summary(
      model: name, candidates: candidates.count, classes: classes, file: file, simulated: simulated)
  }

  /// The first query to each service, from which a harvest can be repeated; the survey keeps them all.
  private func firstQueries() throws(SurveyError) -> [String] {
    try surveyed(.database, "cannot read the queries") {
      try folder.database.read { db in
        try String.fetchAll(
          db, sql: "SELECT url FROM query GROUP BY collection HAVING id = min(id) ORDER BY id")
      }
    }
  }

  private func dataLinks(_ collections: [CollectionRecord]) throws(SurveyError) -> [String: String] {
    var links: [String: String] = [:]
    for collection in collections {
      let store = DownloadStore(folder: folder, preset: .standard, keep: .features, form: .file)
      links[collection.name] = try store.descriptors(collection: collection.id).first { $0.isDataLink }?
        .accessURL
    }
    return links
  }
}
