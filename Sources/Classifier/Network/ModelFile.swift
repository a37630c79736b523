import FoundationEssentials

/// Models as files: weights, temperature and training record in one, in the layout of `TensorFile`.
///
/// The header holds `architecture`, `temperature` and `record`; the tensors are named `conv1.weights` (3,
/// inputs, outputs), `conv1.bias` … `dense3.bias`, in the order and with the shapes of Keras.
public enum ModelFile {
  private static let kind = "VOTrawl model"

  private struct Header: Codable {
    let architecture: NetworkArchitecture
    let temperature: Float
    let record: TrainingRecord
  }

  /// Writes a model under a name that appears only when the file is whole.
  ///
  /// The same model gives the same bytes.
  ///
  /// - Throws: `CLS-03` if the file cannot be written.
  public static func write(_ model: TrainedModel, to path: String) throws(ClassifierError) {
    try file(model).write(to: path)
  }

  /// Reads a model, and checks it to the last byte.
  ///
  /// - Throws: `CLS-03` if the file cannot be read, `CLS-04` if it is damaged or something else, `CLS-05` for
  ///   an unknown version, `CLS-06` if its tensors do not fit its architecture.
  public static func read(_ path: String) throws(ClassifierError) -> TrainedModel {
    try model(TensorFile<Header>(path: path, kind: kind), path: path)
  }

  static func bytes(_ model: TrainedModel) throws(ClassifierError) -> [UInt8] { try file(model).bytes() }

  static func read(bytes: [UInt8]) throws(ClassifierError) -> TrainedModel {
    try model(TensorFile<Header>(bytes: bytes, kind: kind), path: nil)
  }

  /// What files of other formats keep of a model beside its weights: classes, preset and training record.
  static func remarks(_ model: TrainedModel) throws(ClassifierError) -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      return [
        "classes": String(decoding: try encoder.encode(model.record.classNames), as: UTF8.self),
        "preset": model.record.featurePreset,
        "record": String(decoding: try encoder.encode(model.record), as: UTF8.self),
      ]
    } catch {
      throw ClassifierError(.format, "the training record cannot be written: \(error)")
    }
  }

  private static func file(_ model: TrainedModel) -> TensorFile<Header> {
    let network = model.network
    return TensorFile(
      kind: kind,
      header: Header(
        architecture: network.architecture, temperature: network.temperature, record: model.record),
      tensors: network.plan.tensors.map { tensor in
        (tensor.name, tensor.shape, Array(network.parameters[tensor.offset..<tensor.offset + tensor.count]))
      })
  }

  private static func model(
    _ file: TensorFile<Header>, path: String?
  ) throws(ClassifierError) -> TrainedModel {
    let header = file.header
    let plan = NetworkPlan(header.architecture)
    guard file.tensors.count == plan.tensors.count,
      zip(file.tensors, plan.tensors).allSatisfy({ $0.name == $1.name && $0.shape == $1.shape })
    else {
      throw ClassifierError(.architecture, "the tensors do not fit the architecture", path: path)
    }
    guard header.temperature.isFinite, header.temperature > 0 else {
      throw ClassifierError(.format, "temperature \(header.temperature) is not positive", path: path)
    }
    guard header.record.classNames.count == header.architecture.classCount else {
      throw ClassifierError(
        .architecture,
        "\(header.record.classNames.count) class names for \(header.architecture.classCount) classes",
        path: path
      )
    }
    for tensor in file.tensors where !tensor.values.allSatisfy(\.isFinite) {
      throw ClassifierError(.format, "tensor \(tensor.name) holds values that are not finite", path: path)
    }
    var network = Network(plan: plan, parameters: file.tensors.flatMap(\.values))
    network.temperature = header.temperature
    return TrainedModel(network: network, record: header.record)
  }
}

extension TrainedModel {
  /// Reads a model file; see `ModelFile.read`.
  public init(path: String) throws(ClassifierError) { self = try ModelFile.read(path) }

  /// Writes a model file; see `ModelFile.write`.
  public func write(to path: String) throws(ClassifierError) { try ModelFile.write(self, to: path) }
}
