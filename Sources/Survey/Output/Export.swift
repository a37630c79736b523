import Classifier
import Crossmatch
import Foundation
import GRDB
import Tables
import VOClient

/// Writes the candidates of a model as tables for TOPCAT: spectrum by spectrum, and star by star.
public struct Export: Sendable {
  /// What to write.
  public struct Options: Sendable {
    /// Name of the model; the newest where nil.
    public var model: String?
    /// Names of the collections; all where empty.
    public var collections: [String] = []
    /// Names of the classes; all but the background where empty.
    public var classes: [String] = []
    /// Least probability of not being background, 0…1, for what no person has seen.
    public var probability = 0.0
    /// Least share of positives to be expected among what is written, 0…1: as many of the surest as keep to it.
    public var precision = 0.0
    /// Published lists (VOTable, FITS, CSV): what stands in none of them is written apart, too.
    public var known: [String] = []
    /// Greatest separation from an entry of such a list, arcsec.
    public var knownRadius = 3.0
    /// The file, whose name decides the format; `candidates.vot` in the survey where nil.
    public var output: String?
    /// Whether a table of objects is written beside it, `…-objects`.
    public var writesObjects = true
    /// File for the cells of the sky in which spectra were scored, MOC in FITS, or ASCII for `.txt`; none where nil.
    public var coverage: String?
    /// Folder for pictures and a page that shows them; none where nil.
    public var gallery: String?
    /// File for a DataLink document of the candidates; none where nil.
    public var links: String?

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
    /// Stars among them.
    public var objects: Int
    /// Stars that no published list has; nil without lists.
    public var newObjects: Int?
    /// Share of positives to be expected among them, 0…1; nil for none.
    public var expectedPrecision: Double?
    /// Whether that is corrected by an audit of the model, rather than the network's own opinion.
    public var isAudited: Bool
    /// The file.
    public var file: String
    /// All files written.
    public var files: [String]
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

  /// Order of the cells of the coverage: 3.4 arcmin.
  static let coverageOrder = 10

  /// Writes the tables.
  ///
  /// - Throws: `SUR-07` without a model, `SUR-04` for an unknown class, collection or list, `SUR-05` where something cannot be
  ///   read or written.
  public func run() throws(SurveyError) -> Summary {
    let (name, model) = try folder.model(named: options.model)
    let collections = try folder.collections(named: options.collections)
    let lists = try KnownStars(options.known, radius: options.knownRadius)
    var candidates = try folder.candidates(
      model: name, collections: collections.map(\.id), classes: options.classes,
      probability: options.probability)
    let audit = try folder.auditedPrecision(of: name)
    expect(&candidates, audited: audit)
    candidates = Array(candidates.prefix(count(of: candidates)))
    let scored = try folder.scoredPositions(model: name, collections: collections.map(\.id))
    let stars = try StarGroups.number(ra: scored.ra, dec: scored.dec, targets: scored.targets)
    number(&candidates, scored.ids, stars)
    for index in candidates.indices {
      let spectrum = candidates[index].spectrum
      candidates[index].known = lists.hits(ra: spectrum.ra, dec: spectrum.dec)
    }
    let simulated = model.record.usesSimulation || candidates.contains(where: \.isSimulated)
    let columns = CandidateColumns(
      classSet: folder.classSet, dataLinks: try dataLinks(collections), lists: lists.names)
    let objects = ObjectTable(candidates, columns: columns)
    var files = try write(
      candidates, objects, columns,
      infos: try infos(name, model, collections, candidates, audit: audit, simulated), simulated)
    let file = files[0]
    if let coverage = options.coverage {
      try write(MOC(ra: scored.ra, dec: scored.dec, order: Self.coverageOrder), to: coverage)
      files.append(coverage)
    }
    var pictures: [Int64: String] = [:]
    if let gallery = options.gallery {
      pictures = try Gallery(
        folder: folder, candidates: candidates, preset: model.record.featurePreset, isSimulated: simulated
      ).write(to: gallery)
      files.append(gallery + "/index.html")
    }
    if let links = options.links {
      let document = LinksTable(candidates: candidates, columns: columns, pictures: pictures).document
      try surveyed(.file, "cannot write \(links)") {
        // Links are read by simple clients: plain text cells only (DataLink 1.1, §3.3).
        try VOTableWriter(serialization: .tabledata).write(document, toPath: links)
      }
      files.append(links)
    }
    var classes: [String: Int] = [:]
    for candidate in candidates { classes[folder.classSet.names[candidate.classIndex], default: 0] += 1 }
    return Summary(
      model: name, candidates: candidates.count, classes: classes, objects: objects.stars.count,
      newObjects: options.known.isEmpty ? nil : objects.new.stars.count,
      expectedPrecision: candidates.last?.expectedPrecision, isAudited: audit != nil, file: file,
      files: files, simulated: simulated)
  }

  private func expect(_ candidates: inout [Candidate], audited: Double?) {
    let background = folder.classSet.background
    let unseen = candidates.filter { $0.said == nil }.map { $0.probability(background: background) }
    let expected = ExpectedPrecision(probabilities: unseen, precision: audited).cumulative(
      candidates.map { ($0.probability(background: background), $0.said != nil) })
    for (index, value) in expected.enumerated() { candidates[index].expectedPrecision = value }
  }

  /// How many of the surest keep to the expected precision that was asked for.
  private func count(of candidates: [Candidate]) -> Int {
    (candidates.lastIndex { ($0.expectedPrecision ?? 0) >= options.precision } ?? -1) + 1
  }

  private func number(_ candidates: inout [Candidate], _ ids: [Int64], _ stars: [Int]) {
    var spectra: [Int: Int] = [:]
    for star in stars { spectra[star, default: 0] += 1 }
    let starOf = Dictionary(zip(ids, stars)) { first, _ in first }
    // Numbered anew in the order of the table, so that the numbers say nothing of the rest of the survey.
    var numbers: [Int: Int] = [:]
    for index in candidates.indices {
      guard let star = starOf[candidates[index].spectrum.id] else { continue }
      let number = numbers[star] ?? numbers.count + 1
      numbers[star] = number
      candidates[index].star = (number, spectra[star] ?? 1)
    }
  }

  /// Writes the tables; the first is that of the spectra.
  private func write(
    _ candidates: [Candidate], _ objects: ObjectTable, _ columns: CandidateColumns,
    infos: [(String, String)], _ simulated: Bool
  ) throws(SurveyError) -> [String] {
    let file = options.output ?? folder.path + "/candidates.vot"
    let matches = try folder.matchNames()
    let note = simulated ? ". Made with simulated spectra: no discovery, a rehearsal." : ""
    let title = "Candidates of \(folder.configuration.name), class set \(folder.classSet.name)"
    var tables: [(String, Tables.Table, String)] = [
      (
        file, CandidateTable(candidates: candidates, columns: columns, matches: matches).table,
        title + ", a row a spectrum" + note
      )
    ]
    if options.writesObjects {
      tables.append((Self.path(file, "-objects"), objects.table, title + ", a row a star" + note))
    }
    if !options.known.isEmpty {
      let new = objects.new
      let own = new.stars.flatMap(\.self)
      let ids = Set(own.map(\.spectrum.id))
      let rest = title + ", stars that none of the lists has"
      tables.append(
        (
          Self.path(file, "-new"),
          CandidateTable(
            candidates: candidates.filter { ids.contains($0.spectrum.id) }, columns: columns, matches: matches
          ).table, rest + ", a row a spectrum" + note
        ))
      if options.writesObjects {
        tables.append((Self.path(file, "-objects-new"), new.table, rest + ", a row a star" + note))
      }
    }
    let services = DataLinkDescriptor.resources(
      columns.dataLinks.filter { entry in candidates.contains { $0.spectrum.collection == entry.key } })
    for (path, table, description) in tables {
      try OutputTable.write(table, to: path, infos: infos, description: description, services: services)
    }
    return tables.map(\.0)
  }

  /// `a/b.vot.gz` with a word before the ending: `a/b-objects.vot.gz`.
  static func path(_ file: String, _ word: String) -> String {
    let name = (file as NSString).lastPathComponent
    let stem = name.firstIndex(of: ".").map { String(name[..<$0]) } ?? name
    return String(file.dropLast(name.count)) + stem + word + name.dropFirst(stem.count)
  }

  private func write(_ moc: MOC, to path: String) throws(SurveyError) {
    try surveyed(.file, "cannot write \(path)") {
      if path.lowercased().hasSuffix(".txt") {
        try DurableFile.write(Array((moc.ascii + "\n").utf8), to: path)
      } else {
        try moc.write(toPath: path)
      }
    }
  }

  private func infos(
    _ name: String, _ model: TrainedModel, _ collections: [CollectionRecord], _ candidates: [Candidate],
    audit: Double?, _ simulated: Bool
  ) throws(SurveyError) -> [(String, String)] {
    var infos = [
      ("votrawl.survey", folder.configuration.name), ("votrawl.model", name),
      ("votrawl.model.seed", "\(model.record.configuration.seed)"),
      ("votrawl.model.preset", model.record.featurePreset),
      ("votrawl.model.training", model.record.training.spectra.map(String.init).joined(separator: " ")),
      ("votrawl.least_probability", "\(options.probability)"),
      ("votrawl.least_expected_precision", "\(options.precision)"),
      (
        "votrawl.expected_precision",
        audit.map {
          "corrected so that all candidates together have \(($0 * 100).formatted(places: 1)) %, as audited"
        }
          ?? "by the network's own probabilities, not audited"
      ),
    ]
    for path in options.known {
      infos.append(
        ("votrawl.known", "\((path as NSString).lastPathComponent) within \(options.knownRadius) arcsec"))
    }
    if simulated { infos.append(("votrawl.simulated", "true")) }
    for collection in collections {
      infos.append(("votrawl.service", "\(collection.name) \(collection.service.ssap)"))
    }
    for url in try firstQueries() { infos.append(("votrawl.query", url)) }
    return infos
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
      let store = DownloadStore(folder: folder, preset: .standard, keep: .features)
      links[collection.name] = try store.descriptors(collection: collection.id).first { $0.isDataLink }?
        .accessURL
    }
    return links
  }
}
