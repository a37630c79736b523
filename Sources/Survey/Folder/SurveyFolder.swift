import Foundation
import GRDB

/// A survey on disk: what is searched, what was found, what a person said, and the spectra.
///
///     survey.toml      what is searched
///     survey.sqlite    spectra, downloads, features, scores, rounds: all can be made again
///     labels.jsonl     what a person said, one act a line: cannot be made again
///     spectra/         what was fetched, by collection and publisher DID
///     models/          weights, with the training record beside each
///
/// One process works on a survey at a time; any number may read.
public final class SurveyFolder: Sendable {
  /// The folder, without a trailing slash.
  public let path: String
  /// What is searched.
  public let configuration: SurveyConfiguration
  /// The classes.
  public let classSet: ClassSet
  /// The label log.
  public let labels: LabelLog
  let database: DatabasePool
  private let lock: FolderLock

  /// Opens the survey at or above a folder.
  ///
  /// - Parameters:
  ///   - path: a folder; where it holds no `survey.toml`, the folders above it are tried.
  ///   - forWriting: whether this process means to change the survey, and so must be alone in it.
  /// - Throws: `SUR-01` without a survey, `SUR-02` for a bad `survey.toml`, `SUR-11` where another process works on it.
  public init(at path: String, forWriting: Bool = true) throws(SurveyError) {
    guard let found = Self.find(from: path) else {
      throw SurveyError(
        .folder, "there is no survey in \(path), nor above it", hint: "votrawl init \(path) makes one")
    }
    self.path = found
    let file = found + "/survey.toml"
    let text = try surveyed(.configuration, "cannot read \(file)") {
      try String(contentsOfFile: file, encoding: .utf8)
    }
    configuration = try SurveyConfiguration(toml: text, path: file).with(Settings(surveyFile: file))
    classSet = try Self.classSet(named: configuration.classes, in: found)
    lock = try FolderLock(path: found + "/.lock", exclusive: forWriting)
    labels = LabelLog(path: found + "/labels.jsonl")
    database = try surveyed(.database, "cannot open \(found)/survey.sqlite") {
      try SurveyDatabase.open(path: found + "/survey.sqlite")
    }
  }

  /// Makes a new survey and opens it.
  ///
  /// - Throws: `SUR-01` where there is one already.
  public static func create(at path: String, _ configuration: SurveyConfiguration) throws(SurveyError)
    -> SurveyFolder
  {
    let files = FileManager.default
    if files.fileExists(atPath: path + "/survey.toml") {
      throw SurveyError(
        .folder, "there is a survey in \(path) already", hint: "votrawl status --survey \(path)")
    }
    try surveyed(.file, "cannot make the survey in \(path)") {
      for folder in ["", "/spectra", "/models"] {
        try files.createDirectory(atPath: path + folder, withIntermediateDirectories: true)
      }
      if !files.fileExists(atPath: path + "/labels.jsonl") {
        try Data().write(to: URL(fileURLWithPath: path + "/labels.jsonl"))
      }
      try configuration.toml.write(toFile: path + "/survey.toml", atomically: true, encoding: .utf8)
    }
    return try SurveyFolder(at: path)
  }

  /// The archive of this name: from the survey, or one the program knows, or one crawled before.
  ///
  /// - Parameter argument: a name; or `NAME=URL`, or a URL, of an SSAP service.
  /// - Throws: `SUR-04` for an unknown name.
  public func service(_ argument: String) throws(SurveyError) -> ServiceEntry {
    if let entry = configuration.service?.first(where: { $0.name == argument }) { return entry }
    let known = try collections().first { $0.name == argument }?.service
    if let entry = try ServiceCatalog.builtIn()[argument] {
      // What the survey was made from goes before what the program knows by heart.
      return known.map { $0.isAtSameAddress(as: entry) } ?? true ? entry : known ?? entry
    }
    if let known { return known }
    if let entry = try ServiceEntry(asTyped: argument) { return entry }
    throw SurveyError(
      .unknownName, "no service is called \"\(argument)\"",
      hint: "`votrawl service list` prints those that are known; NAME=URL gives any other")
  }

  private static func find(from path: String) -> String? {
    var folder = URL(fileURLWithPath: path).standardizedFileURL.path
    while true {
      if FileManager.default.fileExists(atPath: folder + "/survey.toml") { return folder }
      let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
      if above == folder { return nil }
      folder = above
    }
  }

  private static func classSet(named name: String, in folder: String) throws(SurveyError) -> ClassSet {
    if name == "be-stars" { return try .beStars() }
    let path = name.hasPrefix("/") ? name : folder + "/" + name
    let text = try surveyed(.configuration, "cannot read the class set \(path)") {
      try String(contentsOfFile: path, encoding: .utf8)
    }
    return try ClassSet(toml: text)
  }
}
