import FoundationEssentials

/// A network from another program, and what its file says of it.
public struct ImportedModel: Sendable {
  /// The network.
  public let network: Network
  /// The program and the format it comes from, in words.
  public let origin: String
  /// Names of the classes in the order of the probabilities, where the file has them.
  public let classNames: [String]?
  /// Name of the feature preset its vectors are made with, where the file has it.
  public let featurePreset: String?
  /// Its training, where this program trained it.
  public let record: TrainingRecord?

  init(network: Network, origin: String, remarks: [String: String] = [:]) throws(ClassifierError) {
    self.network = network
    self.origin = origin
    featurePreset = remarks["preset"]
    do {
      classNames = try remarks["classes"].map {
        try JSONDecoder().decode([String].self, from: Data($0.utf8))
      }
      record = try remarks["record"].map {
        try JSONDecoder().decode(TrainingRecord.self, from: Data($0.utf8))
      }
    } catch {
      throw ClassifierError(.format, "its remarks cannot be read: \(error)")
    }
    guard (record?.classNames ?? classNames).map({ $0.count == network.architecture.classCount }) ?? true
    else {
      throw ClassifierError(
        .format, "its remarks name other classes than the network's \(network.architecture.classCount)")
    }
  }

  /// Reads a network: `.onnx`, or `.npz` with the weights of Keras in their order.
  ///
  /// - Throws: `CLS-03` where the file cannot be read or is larger than 2 GB, `CLS-04` where it is damaged or of another
  ///   kind, `CLS-06` for another kind of network.
  public static func read(_ path: String) throws(ClassifierError) -> ImportedModel {
    let bytes: [UInt8]
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 ?? 0
      guard size < 2 << 30 else { throw ClassifierError(.file, "larger than 2 GB", path: path) }
      bytes = try Array(Data(contentsOf: URL(filePath: path)))
    } catch let error as ClassifierError {
      throw error
    } catch {
      throw ClassifierError(.file, "cannot be read", hint: "\(error)", path: path)
    }
    do throws(ClassifierError) {
      if bytes.starts(with: [0x50, 0x4b]) { return try KerasWeights.model(bytes) }
      if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) {
        throw ClassifierError(
          .format, "an HDF5 file, which this program does not read",
          hint: "in Keras: numpy.savez(\"net.npz\", *keras.models.load_model(FILE).get_weights())")
      }
      return try ONNXFile.model(bytes)
    } catch {
      throw ClassifierError(error.code, error.message, hint: error.hint, path: path)
    }
  }

  /// The model as it is kept here: with its own training record, or one that says where it comes from.
  ///
  /// - Parameters:
  ///   - classNames: names of the classes, where the file has none
  ///   - featurePreset: how its vectors are made, where the file does not say
  /// - Throws: `CLS-06` if the number of classes or of values does not fit.
  public func trained(classNames: [String], featurePreset: String) throws(ClassifierError) -> TrainedModel {
    let names = record?.classNames ?? self.classNames ?? classNames
    guard names.count == network.architecture.classCount else {
      throw ClassifierError(
        .architecture, "a network of \(network.architecture.classCount) classes for \(names)",
        hint: "import it into a survey with as many classes")
    }
    guard network.architecture.inputLength == FeaturePreset.count else {
      throw ClassifierError(
        .architecture,
        "a network for vectors of \(network.architecture.inputLength) values, not \(FeaturePreset.count)")
    }
    if let record { return TrainedModel(network: network, record: record) }
    let none = TrainingRecord.Part(spectra: names.map { _ in 0 }, stars: 0, simulated: 0)
    var configuration = TrainerConfiguration.skoda2020
    configuration.architecture = network.architecture
    return TrainedModel(
      network: network,
      record: TrainingRecord(
        library: origin, classNames: names, featurePreset: self.featurePreset ?? featurePreset,
        configuration: configuration, training: none, balancedSpectra: none.spectra, epochs: [], bestEpoch: 0,
        stopReason: .maximumEpochs, temperature: Double(network.temperature),
        provenance: ["origin": origin]))
  }
}
