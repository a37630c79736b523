/// The shape of a VGG-like network for one-dimensional spectra.
///
/// Blocks of valid convolutions of width 3 (each with bias and ReLU), a maximum over pairs of pixels after
/// each block, then dense layers with ReLU and dropout, then a dense layer with softmax over the classes. The
/// first block has at least two convolutions.
public struct NetworkArchitecture: Codable, Hashable, Sendable {
  /// Values of one feature vector.
  public let inputLength: Int
  /// Channels of each convolution, by block; every block ends with a pooling by 2.
  public let blocks: [[Int]]
  /// Units of the hidden dense layers.
  public let dense: [Int]
  /// Number of classes.
  public let classCount: Int
  /// Share of the units set to zero after each hidden dense layer while training, 0 ..< 1.
  public let dropout: Float

  /// The network of Škoda, Podsztavek & Tvrdík (2020): 140 values, 3 classes, 2,481,731 parameters.
  public static let skoda2020 = NetworkArchitecture(
    unchecked: 140, blocks: [[64, 64], [128, 128], [256, 256]], dense: [512, 512], classCount: 3, dropout: 0.5
  )

  /// The network of the paper with another number of classes or values.
  ///
  /// - Throws: `CLS-06` if no such network can exist.
  public static func skoda2020(
    inputLength: Int = 140, classCount: Int
  ) throws(ClassifierError) -> NetworkArchitecture {
    try NetworkArchitecture(
      inputLength: inputLength, blocks: skoda2020.blocks, dense: skoda2020.dense, classCount: classCount,
      dropout: skoda2020.dropout)
  }

  /// Makes an architecture.
  ///
  /// - Throws: `CLS-06` if a layer would be empty, or the network larger than 2²⁸ parameters.
  public init(
    inputLength: Int, blocks: [[Int]], dense: [Int], classCount: Int, dropout: Float
  ) throws(ClassifierError) {
    self.init(
      unchecked: inputLength, blocks: blocks, dense: dense, classCount: classCount, dropout: dropout)
    if let fault { throw ClassifierError(.architecture, fault) }
  }

  /// Number of weights and biases.
  public var parameterCount: Int { NetworkPlan(self).parameterCount }

  private init(unchecked inputLength: Int, blocks: [[Int]], dense: [Int], classCount: Int, dropout: Float) {
    self.inputLength = inputLength
    self.blocks = blocks
    self.dense = dense
    self.classCount = classCount
    self.dropout = dropout
  }

  /// Reads an architecture and checks that it can exist.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      inputLength: container.decode(Int.self, forKey: .inputLength),
      blocks: container.decode([[Int]].self, forKey: .blocks),
      dense: container.decode([Int].self, forKey: .dense),
      classCount: container.decode(Int.self, forKey: .classCount),
      dropout: container.decode(Float.self, forKey: .dropout))
  }

  /// What makes this network impossible, or nil.
  private var fault: String? {
    let widths = blocks.flatMap(\.self) + dense
    guard (1...65_536).contains(inputLength) else { return "input length \(inputLength) is not in 1…65536" }
    guard (2...256).contains(classCount) else { return "number of classes \(classCount) is not in 2…256" }
    guard dropout >= 0, dropout < 1 else { return "dropout \(dropout) is not in 0 ..< 1" }
    guard widths.count <= 64, blocks.allSatisfy({ !$0.isEmpty }), (blocks.first?.count ?? 0) > 1 else {
      return "blocks must not be empty, the first of at least two layers, and the layers not more than 64"
    }
    guard widths.allSatisfy({ (1...8192).contains($0) }) else { return "a layer's width is not in 1…8192" }
    var length = inputLength
    var channels = 1
    var parameters = 0
    for block in blocks {
      for width in block {
        parameters += (3 * channels + 1) * width
        channels = width
      }
      length = (length - 2 * block.count) / 2
      guard length >= 1 else { return "\(inputLength) values are too few for \(blocks.count) blocks" }
    }
    var inputs = length * channels
    for width in dense + [classCount] {
      parameters += (inputs + 1) * width
      inputs = width
    }
    return parameters <= 1 << 28 ? nil : "\(parameters) parameters are more than 2^28"
  }
}
