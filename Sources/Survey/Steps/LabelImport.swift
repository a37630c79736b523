import Foundation
import GRDB
import Tables

/// Takes over labels from a table: publisher DID or file name, and class.
public struct LabelImport: Sendable {
  /// Where the labels are and whose spectra they are of.
  public struct Options: Sendable {
    /// The table: CSV, VOTable or FITS.
    public var path: String
    /// Name of the collection.
    public var collection: String
    /// The round of active learning that the labels answer, where they do.
    public var round: Int?
    /// Column of the publisher DID, or of its last part; found by its name where nil.
    public var idColumn: String?
    /// Column of the class; found by its name where nil.
    public var labelColumn: String?
    /// Class by what the table says, where that is not a class's own name: `["0": "emission"]`.
    public var classes: [String: String] = [:]
    /// Who said it.
    public var rater: String?

    /// Labels of a collection from a table.
    public init(path: String, collection: String) {
      self.path = path
      self.collection = collection
    }
  }

  /// What came of it.
  public struct Summary: Sendable, Codable {
    /// Rows of the table.
    public var rows: Int
    /// Labels entered.
    public var entered: Int
    /// Labels that stood there already.
    public var known: Int
    /// Rows whose spectrum is not in the survey.
    public var unknownSpectra: Int
    /// Rows whose class is none of the class set's, by what they say.
    public var unknownClasses: [String: Int]
  }

  let folder: SurveyFolder
  let options: Options

  /// Prepares an import.
  public init(_ folder: SurveyFolder, _ options: Options) {
    self.folder = folder
    self.options = options
  }

  /// Enters the labels that are new, in one go.
  ///
  /// - Throws: `SUR-05` for a table that cannot be read or lacks its columns, `SUR-04` for an unknown collection.
  public func run() throws(SurveyError) -> Summary {
    let table = try surveyed(.file, "cannot read the labels") { try TableFile.read(path: options.path) }
    let id = try column(
      options.idColumn, ["pub_did", "ssa_pubdid", "did", "id", "name", "file"], "--id", in: table)
    let label = try column(options.labelColumn, ["label", "class"], "--label", in: table)
    let spectra = try knownSpectra()
    let rater = options.rater ?? "import:\((options.path as NSString).lastPathComponent)"
    let purposes = try purposesInRound()
    var standing: [String: String] = [:]
    for act in try folder.labels.current() where act.collection == options.collection {
      if (act.purpose == "performance") == (purposes[act.did] == "performance") {
        standing[act.did] = act.label
      }
    }
    var summary = Summary(rows: table.rowCount, entered: 0, known: 0, unknownSpectra: 0, unknownClasses: [:])
    var acts: [LabelAct] = []
    for row in 0..<table.rowCount {
      guard let said = table.columns[label].string(row), let key = table.columns[id].string(row) else {
        continue
      }
      let name = options.classes[said] ?? said
      guard folder.classSet.index(of: name) != nil else {
        summary.unknownClasses[said, default: 0] += 1
        continue
      }
      guard let did = spectra[Self.stem(key)] ?? spectra[key] else {
        summary.unknownSpectra += 1
        continue
      }
      if standing[did] == name {
        summary.known += 1
        continue
      }
      standing[did] = name
      acts.append(
        LabelAct(
          collection: options.collection, did: did, label: name, rater: rater,
          round: purposes[did] == nil ? nil : options.round, purpose: purposes[did]))
    }
    try folder.labels.append(acts)
    summary.entered = acts.count
    return summary
  }

  /// What each spectrum of the round was asked for: to learn from, or to estimate with.
  private func purposesInRound() throws(SurveyError) -> [String: String] {
    guard let round = options.round else { return [:] }
    let items = try LearnRound(folder).items(of: round)
    guard !items.isEmpty else { throw SurveyError(.unknownName, "there is no round \(round)") }
    var purposes: [String: String] = [:]
    for item in items where item.spectrum.collection == options.collection {
      purposes[item.spectrum.did] = item.purpose
    }
    return purposes
  }

  /// Publisher DIDs by themselves and by their last part.
  private func knownSpectra() throws(SurveyError) -> [String: String] {
    let collection = try folder.collections(named: [options.collection])[0]
    let dids = try surveyed(.database, "cannot list \(collection.name)") {
      try folder.database.read { db in
        try String.fetchAll(
          db, sql: "SELECT did FROM spectrum WHERE collection = ? ORDER BY did", arguments: [collection.id])
      }
    }
    var known: [String: String] = [:]
    for did in dids {
      known[did] = did
      if known[Self.stem(did)] == nil { known[Self.stem(did)] = did }
    }
    return known
  }

  /// The last part of a DID or path, without the endings of spectra.
  private static func stem(_ name: String) -> String {
    var stem = String(name.split { $0 == "/" || $0 == "?" }.last ?? "")
    for ending in [".gz", ".fits", ".fit", ".vot"] where stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    return stem
  }

  private func column(
    _ named: String?, _ names: [String], _ flag: String, in table: Tables.Table
  ) throws(SurveyError) -> Int {
    for name in named.map({ [$0] }) ?? names {
      if let index = table.columnIndex(name: name) { return index }
    }
    throw SurveyError(
      .file, "\(options.path) has no column \(named ?? names.joined(separator: ", nor "))",
      hint: "name it with \(flag); it has "
        + table.columns.map(\.field.name).prefix(12).joined(separator: ", "))
  }
}
