#if canImport(Glibc)
  import Glibc
#endif

/// The state of a training after an epoch, as the header of a tensor file.
struct Checkpoint: Codable {
  static let kind = "VOTrawl training checkpoint"

  var configuration: TrainerConfiguration
  var dataChecksum: UInt64
  var epochs: [TrainingRecord.Epoch]
  var bestEpoch: Int
  var bestLoss: Double
  var step: Int

  func write(to path: String, tensors: [(String, [Float])]) throws(ClassifierError) {
    try TensorFile(kind: Self.kind, header: self, tensors: tensors.map { ($0.0, [$0.1.count], $0.1) })
      .write(to: path)
  }

  /// Reads a checkpoint; nil if there is none, or it belongs to another configuration or other data.
  static func read(
    _ path: String, configuration: TrainerConfiguration, dataChecksum: UInt64, count: Int
  ) throws(ClassifierError) -> (Checkpoint, [[Float]])? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = try TensorFile<Checkpoint>(path: path, kind: kind)
    guard file.header.configuration == configuration, file.header.dataChecksum == dataChecksum else {
      return nil
    }
    let tensors = file.tensors.map(\.values)
    guard tensors.count == 4, tensors.allSatisfy({ $0.count == count }) else {
      throw ClassifierError(.format, "the checkpoint does not hold the tensors of this network", path: path)
    }
    return (file.header, tensors)
  }

  static func remove(_ path: String) { unlink(path) }
}
