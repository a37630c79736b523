public import Classifier
import Foundation
import GRDB

/// A trained network as a survey keeps it.
public struct ModelRecord: Sendable, Codable {
  /// Its name.
  public var name: String
  /// The weights, relative to the survey.
  public var path: String
  /// The feature preset it wants.
  public var preset: String
  /// Spectra it was trained on.
  public var spectra: Int
  /// Whether simulated ones are among them.
  public var isSimulated: Bool
}

extension SurveyFolder {
  /// The models kept, oldest first.
  public func models() throws(SurveyError) -> [ModelRecord] {
    try surveyed(.database, "cannot list the models") {
      try database.read { db in
        try Row.fetchAll(db, sql: "SELECT name, path, preset, spectra, simulated FROM model ORDER BY rowid")
          .map {
            ModelRecord(
              name: $0["name"], path: $0["path"], preset: $0["preset"], spectra: $0["spectra"],
              isSimulated: $0["simulated"])
          }
      }
    }
  }

  /// Takes over a model that was trained elsewhere.
  ///
  /// The file may be one of this program, ONNX, or the weights of Keras as `.npz`; see `ImportedModel`.
  ///
  /// - Parameter preset: how vectors are made, for files that do not say; the survey's where nil
  /// - Throws: `SUR-09` for a damaged file, another kind of network, or one of another class set.
  public func importModel(
    _ file: String, name: String? = nil, preset: String? = nil
  ) throws(SurveyError) -> ModelRecord {
    let model = try surveyed(.model, "cannot read \(file)") {
      if [".onnx", ".npz"].contains(where: file.lowercased().hasSuffix) {
        return try ImportedModel.read(file).trained(
          classNames: classSet.names, featurePreset: preset ?? configuration.preset)
      }
      return try ModelFile.read(file)
    }
    guard FeaturePreset.named(model.record.featurePreset) != nil else {
      throw SurveyError(
        .model, "\(file) wants features of preset \"\(model.record.featurePreset)\", which is unknown")
    }
    try check(model, file)
    let stem = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    return try keep(model, name: name ?? stem)
  }

  /// Writes a model and its training record, and enters it; one of the same name is replaced, its scores go.
  func keep(_ model: TrainedModel, name: String) throws(SurveyError) -> ModelRecord {
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }),
      !name.hasPrefix(".")
    else {
      throw SurveyError(
        .unknownName, "\"\(name)\" cannot be the name of a model", hint: "letters, digits, -, _ and .")
    }
    return try surveyed(.file, "cannot keep the model \(name)") {
      let file = "models/\(name).votrawl"
      try ModelFile.write(model, to: path + "/" + file)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let record = try encoder.encode(model.record)
      try DurableFile.write([UInt8](record), to: path + "/models/\(name).json")
      let kept = ModelRecord(
        name: name, path: file, preset: model.record.featurePreset,
        spectra: model.record.training.spectra.reduce(0, +), isSimulated: model.record.usesSimulation)
      try database.write { db in
        try db.execute(sql: "DELETE FROM score WHERE model = ?", arguments: [name])
        try db.execute(sql: "DELETE FROM calibration WHERE model = ?", arguments: [name])
        try db.execute(
          sql: """
            INSERT INTO model (name, path, preset, class_set, simulated, seed, spectra, record)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET path = excluded.path, preset = excluded.preset,
              class_set = excluded.class_set, simulated = excluded.simulated, seed = excluded.seed,
              spectra = excluded.spectra, record = excluded.record
            """,
          arguments: [
            name, file, kept.preset, classSet.name, kept.isSimulated,
            Int64(bitPattern: model.record.configuration.seed), kept.spectra,
            String(decoding: record, as: UTF8.self),
          ])
      }
      return kept
    }
  }

  /// The model of this name, or the newest where none is named.
  ///
  /// - Throws: `SUR-07` without any model, `SUR-04` for an unknown name, `SUR-09` for a damaged file.
  public func trainedModel(named name: String?) throws(SurveyError) -> (name: String, model: TrainedModel) {
    try model(named: name)
  }

  /// A model of the survey, or that of a file; see `model(named:)`.
  func modelOrFile(_ name: String) throws(SurveyError) -> (name: String, model: TrainedModel) {
    if try modelNames().contains(name) || !FileManager.default.fileExists(atPath: name) {
      return try model(named: name)
    }
    return (name, try surveyed(.model, "cannot read \(name)") { try ModelFile.read(name) })
  }

  private func check(_ model: TrainedModel, _ name: String) throws(SurveyError) {
    guard model.record.classNames == classSet.names else {
      throw SurveyError(
        .model, "model \(name) was trained for the classes \(model.record.classNames), not \(classSet.names)",
        hint: "train a new one")
    }
  }

  /// Names of the models kept, oldest first.
  public func modelNames() throws(SurveyError) -> [String] {
    try surveyed(.database, "cannot list the models") {
      try database.read { db in try String.fetchAll(db, sql: "SELECT name FROM model ORDER BY rowid") }
    }
  }

  /// The model of this name, or the newest where none is named.
  ///
  /// - Throws: `SUR-07` without any model, `SUR-04` for an unknown name, `SUR-09` for a damaged file, or one of another
  ///   class set.
  func model(named name: String?) throws(SurveyError) -> (name: String, model: TrainedModel) {
    let names = try modelNames()
    guard let newest = names.last else {
      throw SurveyError(.notReady, "no model is trained yet", hint: "votrawl train")
    }
    let name = name ?? newest
    guard names.contains(name) else {
      throw SurveyError(
        .unknownName, "the survey has no model \"\(name)\"", hint: "it has " + names.joined(separator: ", "))
    }
    let file = try surveyed(.database, "cannot look up the model \(name)") {
      try database.read { db in
        try String.fetchOne(db, sql: "SELECT path FROM model WHERE name = ?", arguments: [name]) ?? ""
      }
    }
    let model = try surveyed(.model, "cannot read the model \(name)") {
      try ModelFile.read(path + "/" + file)
    }
    try check(model, name)
    return (name, model)
  }
}

extension SurveyFolder {
  /// How a spectrum becomes a feature vector in this survey.
  ///
  /// - Throws: `SUR-02` where `survey.toml` names a preset that does not exist.
  public func preset() throws(SurveyError) -> FeaturePreset {
    guard let preset = FeaturePreset.named(configuration.preset) else {
      throw SurveyError(
        .configuration, "\(path)/survey.toml: there is no preset \"\(configuration.preset)\"",
        hint: "it is standard or skoda2020")
    }
    return preset
  }
}
