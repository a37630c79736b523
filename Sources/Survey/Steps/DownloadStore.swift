import Classifier
import Foundation
import GRDB
import Tables
import VOClient

/// What was fetched, on disk and in the survey: the durable half of a fetch.
struct DownloadStore: Sendable {
  /// How a download ended.
  enum State: String, Sendable {
    /// The file is kept.
    case done
    /// The feature vector is kept, the file is not.
    case used
    /// The archive has nothing in the window.
    case empty
    /// The archive said no, or the file is no readable spectrum of the window.
    case refused
    /// It may come another time.
    case failed
  }

  /// What became of one spectrum.
  struct Outcome: Sendable {
    var spectrum: Int64
    var state: State
    var form: Fetch.Form
    var path: String?
    /// Bytes of what is kept.
    var bytes = 0
    /// Bytes that came for it.
    var received = 0
    var checksum: String?
    var problem: String?
    var feature: FeatureRow?
    /// The prepared file, which ``DownloadStore/keep(_:)`` gives its name.
    var prepared: String?

    var isKept: Bool { state == .done || state == .used }
  }

  let folder: SurveyFolder
  let preset: FeaturePreset
  let keep: Fetch.Keep
  /// Scale of the wavelengths of files that do not say it themselves.
  var scale = WavelengthScale.air
  /// Spectral window that is fetched, vacuum Å.
  private var window: ClosedRange<Double> {
    folder.configuration.window[0]...folder.configuration.window[1]
  }
  private let madeFolders = Shared(Set<String>())

  init(folder: SurveyFolder, preset: FeaturePreset, keep: Fetch.Keep) {
    self.folder = folder
    self.preset = preset
    self.keep = keep
  }

  /// Removes what a killed fetch left half-written.
  func sweep() throws(SurveyError) {
    try surveyed(.file, "cannot clear \(folder.path)/spectra") {
      let root = folder.path + "/spectra"
      for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init()
      where name.hasSuffix(".part") {
        try FileManager.default.removeItem(atPath: root + "/" + name)
      }
    }
  }

  /// Keys of the spectra that are still to be fetched, in increasing order: as their rows lie in the database.
  ///
  /// - Parameter limit: at most so many, the first by their publisher DIDs.
  func wanted(collection: Int64, match: String?, again: Bool, limit: Int?) throws(SurveyError) -> [Int64] {
    if let match, try !folder.matchNames().contains(match) {
      throw SurveyError(
        .unknownName, "the survey has no match \"\(match)\"",
        hint: "it has \(try folder.matchNames().joined(separator: ", "))")
    }
    let finished = again ? "'done'" : "'done', 'empty', 'refused'"
    var lacking =
      "NOT EXISTS (SELECT 1 FROM download d WHERE d.spectrum = spectrum.id AND d.state IN (\(finished)))"
    if keep != .files {
      let features =
        "NOT EXISTS (SELECT 1 FROM feature f WHERE f.spectrum = spectrum.id AND f.preset = :preset"
        + (again ? " AND f.state = 'done')" : ")")
      lacking = keep == .both ? "(\(lacking) OR \(features))" : features
      if !again {
        lacking +=
          " AND NOT EXISTS (SELECT 1 FROM download d WHERE d.spectrum = spectrum.id AND d.state IN ('empty', 'refused'))"
      }
    }
    let matched =
      match == nil
      ? ""
      : """
      AND spectrum.id IN (
        SELECT left_spectrum FROM match_pair JOIN match ON match.id = match_pair.match WHERE match.name = :match
        UNION
        SELECT right_row FROM match_pair JOIN match ON match.id = match_pair.match
        WHERE match.name = :match AND NOT match.right_is_file
      )
      """
    return try surveyed(.database, "cannot list what is to be fetched") {
      try folder.database.read { db in
        try Int64.fetchAll(
          db,
          sql:
            "SELECT id FROM spectrum WHERE collection = :collection AND gone IS NULL AND \(lacking) \(matched) ORDER BY did LIMIT :limit",
          arguments: StatementArguments(
            ["collection": collection, "preset": preset.name, "match": match, "limit": limit ?? -1]
              .filter { key, _ in key != "preset" || keep != .files }.filter { key, _ in
                key != "match" || match != nil
              })
        ).sorted()
      }
    }
  }

  /// The spectra of these keys, in their order.
  func records(_ ids: [Int64]) throws(SurveyError) -> [SpectrumRecord] { try folder.spectra(ids) }

  /// The services that the collection's SSAP answer described.
  func descriptors(collection: Int64) throws(SurveyError) -> [ServiceDescriptor] {
    try surveyed(.database, "cannot read the service descriptors") {
      let text = try folder.database.read { db in
        try String.fetchOne(
          db, sql: "SELECT descriptors FROM collection WHERE id = ?", arguments: [collection])
      }
      return try JSONDecoder().decode([ServiceDescriptor].self, from: Data((text ?? "[]").utf8))
    }
  }

  /// Reads what came, makes its feature vector where that is kept, and writes the file where that is.
  func examine(_ record: SpectrumRecord, _ reply: SpectrumSource.Reply) throws(SurveyError) -> Outcome {
    var outcome = Outcome(spectrum: record.id, state: .done, form: reply.form, received: reply.received)
    switch reply.answer {
    case .failed(let problem):
      outcome.state = .failed
      outcome.problem = problem
    case .refused(let problem):
      outcome.state = .refused
      outcome.problem = problem
    case .empty:
      outcome.state = .empty
      outcome.problem = "\(record.did): nothing in the window"
    case .bytes(let bytes):
      outcome.bytes = bytes.count
      do {
        if let spectrum = try read(bytes, record) {
          outcome.feature = FeatureRow(record.id, spectrum, preset)
        }
      } catch {
        outcome.state = .refused
        outcome.problem = "\(error)"
        return outcome
      }
      outcome.checksum = Checksum.xxh64(bytes)
      if keep == .features {
        outcome.state = .used
      } else {
        let path = SpectrumPath.path(
          for: record, form: reply.form, isFITS: ContentKind.classify(bytes) != .votable)
        try surveyed(.file, "cannot keep \(record.did)") {
          let full = folder.path + "/" + path
          try makeFolder(of: full)
          try DurableFile.prepare(bytes, for: full)
          outcome.prepared = full
        }
        outcome.path = path
      }
    }
    return outcome
  }

  /// Reads a spectrum, for its features or only to see that it is one; then nothing is returned where that is clear.
  private func read(_ bytes: [UInt8], _ record: SpectrumRecord) throws(SpectrumError) -> Spectrum? {
    var options = SpectrumReader.Options.features
    options.assumedScale = scale
    if keep == .files {
      // Most cover the window, and it is read in a tenth of the time; those that do not are read whole.
      options.window = window
      options.checksOnly = true
      if (try? SpectrumReader.read(bytes: bytes, name: record.did, options: options)) != nil { return nil }
    }
    if keep != .features { options = SpectrumReader.Options(assumedScale: scale) }
    let spectrum = try SpectrumReader.read(bytes: bytes, name: record.did, options: options)
    return keep == .files ? nil : spectrum
  }

  private func makeFolder(of path: String) throws {
    let folder = String(path[..<(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.endIndex)])
    if madeFolders.withLock({ $0.contains(folder) }) { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    madeFolders.withLock { _ = $0.insert(folder) }
  }

  /// Gives the files of a batch their names and enters what became of it, in one transaction.
  ///
  /// Blocks for the disk.
  func keep(_ outcomes: [Outcome]) throws(SurveyError) {
    guard !outcomes.isEmpty else { return }
    try surveyed(.file, "cannot keep what was fetched") {
      try DurableFile.finish(outcomes.compactMap(\.prepared))
    }
    try surveyed(.database, "cannot enter what was fetched") {
      try folder.database.write { db in
        let insert = try db.makeStatement(
          sql: """
            INSERT INTO download (spectrum, form, state, path, bytes, checksum, problem) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (spectrum) DO UPDATE SET form = excluded.form, state = excluded.state, path = excluded.path,
              bytes = excluded.bytes, checksum = excluded.checksum, problem = excluded.problem
            """)
        for outcome in outcomes {
          try insert.execute(arguments: [
            outcome.spectrum, outcome.form.rawValue, outcome.state.rawValue, outcome.path,
            outcome.bytes > 0 ? outcome.bytes : nil, outcome.checksum, outcome.problem,
          ])
          try outcome.feature?.insert(db)
        }
      }
    }
  }

  /// Writes the table of spectra that were not kept or give no feature vector, `failures.vot`, or removes it where there
  /// are none.
  ///
  /// - Returns: its path, or nil.
  func writeFailures() throws(SurveyError) -> String? {
    let rows = try surveyed(.database, "cannot list the failures") {
      try folder.database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT collection.name AS collection, did, problems.state AS state, problems.problem AS problem FROM (
              SELECT spectrum, state, problem FROM download WHERE state IN ('refused', 'failed')
              UNION ALL
              SELECT spectrum, 'unusable', problem FROM feature
              WHERE preset = ? AND state = 'refused' AND NOT EXISTS (
                SELECT 1 FROM download
                WHERE download.spectrum = feature.spectrum AND download.state IN ('refused', 'failed'))
            ) AS problems
            JOIN spectrum ON spectrum.id = problems.spectrum JOIN collection ON collection.id = spectrum.collection
            WHERE gone IS NULL ORDER BY collection.name, did
            """, arguments: [preset.name])
      }
    }
    let path = folder.path + "/failures.vot"
    guard !rows.isEmpty else {
      try? FileManager.default.removeItem(atPath: path)
      return nil
    }
    func column(_ name: String, _ ucd: String, _ what: String) -> Tables.Column {
      Tables.Column(
        .text(name, ucd: ucd, description: what),
        strings: rows.map { $0[name] ?? "" })
    }
    try OutputTable.write(
      Tables.Table(columns: [
        column("collection", "meta.dataset", "Collection"),
        column("did", "meta.id;meta.main", "Publisher DID"),
        column(
          "state", "meta.code.status",
          "refused: asking again will not help; failed: it may; unusable: no feature vector can be made of it"
        ),
        column("problem", "meta.note", "What was wrong"),
      ]), to: path, infos: [], description: "Spectra that could not be fetched or used")
    return path
  }
}
