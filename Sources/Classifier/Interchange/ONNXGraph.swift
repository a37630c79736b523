/// What is read of an ONNX file: nodes in order, constants, input and remarks.
///
/// The fields are those of `onnx.proto3`; what a chain of layers does not need is passed over.
struct ONNXGraph {
  /// A tensor of constants.
  struct Tensor {
    var name = ""
    var shape: [Int] = []
    var floats: [Float] = []
    var integers: [Int] = []

    /// Values that the shape has room for.
    var count: Int { shape.reduce(1, *) }
  }

  /// An attribute of a node: what kind it is shows by what is set.
  struct Attribute {
    var integer: Int?
    var float: Float?
    var text: String?
    var integers: [Int] = []
    var tensor: Tensor?
  }

  /// An operation.
  struct Node {
    var kind = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [String: Attribute] = [:]
  }

  /// Most values of all tensors together: a gigabyte of floats.
  static let limit = 1 << 28

  private(set) var nodes: [Node] = []
  private(set) var constants: [String: Tensor] = [:]
  /// Name of the input and its sizes, 0 where one is left open.
  private(set) var inputs: [(name: String, shape: [Int])] = []
  /// What the writer noted.
  private(set) var remarks: [String: String] = [:]
  /// The program that wrote the file.
  private(set) var producer = ""

  /// Reads a file.
  ///
  /// - Throws: `CLS-04` where it is damaged, or keeps its tensors elsewhere.
  init(_ bytes: [UInt8]) throws(ClassifierError) {
    var reader = ProtobufReader(bytes[...])
    var graph: ArraySlice<UInt8>?
    while let (field, value) = try reader.next() {
      switch field {
      case 2: producer = value.text ?? ""
      case 7: graph = value.message
      case 14:
        let pair = try Self.texts(value.message ?? [])
        if let key = pair[1] { remarks[key] = pair[2] ?? "" }
      default: break
      }
    }
    guard let graph else {
      throw ClassifierError(
        .format, "not an ONNX file: it holds no graph", hint: "was it made by an exporter to ONNX?")
    }
    try read(graph)
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) throws(ClassifierError) {
    var reader = ProtobufReader(bytes)
    var values = 0
    while let (field, value) = try reader.next() {
      guard let message = value.message else { continue }
      switch field {
      case 1: nodes.append(try Self.node(message))
      case 5:
        let tensor = try Self.tensor(message)
        values += tensor.floats.count + tensor.integers.count
        constants[tensor.name] = tensor
      case 11: inputs.append(try Self.input(message))
      default: break
      }
      guard values <= Self.limit, nodes.count <= 4096 else {
        throw ClassifierError(.format, "more than \(Self.limit) values or 4096 nodes")
      }
    }
    // Older files list their constants as inputs, too.
    inputs.removeAll { constants[$0.name] != nil }
  }

  private static func texts(_ bytes: ArraySlice<UInt8>) throws(ClassifierError) -> [Int: String] {
    var reader = ProtobufReader(bytes)
    var found: [Int: String] = [:]
    while let (field, value) = try reader.next() { found[field] = value.text }
    return found
  }

  private static func node(_ bytes: ArraySlice<UInt8>) throws(ClassifierError) -> Node {
    var reader = ProtobufReader(bytes)
    var node = Node()
    while let (field, value) = try reader.next() {
      switch field {
      case 1: node.inputs.append(value.text ?? "")
      case 2: node.outputs.append(value.text ?? "")
      case 4: node.kind = value.text ?? ""
      case 5:
        let (name, attribute) = try attribute(value.message ?? [])
        node.attributes[name] = attribute
      default: break
      }
    }
    return node
  }

  private static func attribute(_ bytes: ArraySlice<UInt8>) throws(ClassifierError) -> (String, Attribute) {
    var reader = ProtobufReader(bytes)
    var name = ""
    var attribute = Attribute()
    while let (field, value) = try reader.next() {
      switch field {
      case 1: name = value.text ?? ""
      case 2: attribute.float = value.float
      case 3: attribute.integer = value.integer
      case 4: attribute.text = value.text
      case 5: attribute.tensor = try tensor(value.message ?? [])
      case 8: attribute.integers += try value.integers()
      default: break
      }
    }
    return (name, attribute)
  }

  private static func tensor(_ bytes: ArraySlice<UInt8>) throws(ClassifierError) -> Tensor {
    var reader = ProtobufReader(bytes)
    var tensor = Tensor()
    var kind = 0
    var raw: ArraySlice<UInt8>?
    while let (field, value) = try reader.next() {
      switch field {
      case 1: tensor.shape += try value.integers()
      case 2: kind = value.integer ?? 0
      case 4: tensor.floats += value.floats
      case 7: tensor.integers += try value.integers()
      case 8: tensor.name = value.text ?? ""
      case 9: raw = value.message
      case 14 where value.integer == 1:
        throw ClassifierError(
          .format, "tensor \(tensor.name) lies in another file",
          hint: "export with the tensors inside the file")
      default: break
      }
    }
    var count = 1
    for length in tensor.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow, product <= limit else {
        throw ClassifierError(.format, "tensor \(tensor.name) has the shape \(tensor.shape)")
      }
      count = product
    }
    if let raw {
      if kind == 1 { tensor.floats = raw.littleEndianFloats }
      if kind == 7 { tensor.integers = raw.littleEndianIntegers }
    }
    guard kind == 1 ? tensor.floats.count == count : kind != 7 || tensor.integers.count == count else {
      throw ClassifierError(
        .format, "tensor \(tensor.name) of shape \(tensor.shape) does not hold \(count) values")
    }
    return tensor
  }

  private static func input(
    _ bytes: ArraySlice<UInt8>
  ) throws(ClassifierError) -> (name: String, shape: [Int]) {
    var reader = ProtobufReader(bytes)
    var found = (name: "", shape: [Int]())
    while let (field, value) = try reader.next() {
      if field == 1 { found.name = value.text ?? "" }
      guard field == 2, let type = value.message else { continue }
      // TypeProto.tensor_type = 1, its shape = 2, the dimensions of that = 1, of which dim_value = 1.
      for tensor in try messages(1, in: type) {
        for shape in try messages(2, in: tensor) {
          for dimension in try messages(1, in: shape) {
            var inner = ProtobufReader(dimension)
            var size = 0
            while let (field, value) = try inner.next() { if field == 1 { size = value.integer ?? 0 } }
            found.shape.append(size)
          }
        }
      }
    }
    return found
  }

  private static func messages(
    _ wanted: Int, in bytes: ArraySlice<UInt8>
  ) throws(ClassifierError) -> [ArraySlice<UInt8>] {
    var reader = ProtobufReader(bytes)
    var found: [ArraySlice<UInt8>] = []
    while let (field, value) = try reader.next() {
      if field == wanted, let message = value.message { found.append(message) }
    }
    return found
  }
}

extension Collection where Element == UInt8 {
  /// As signed 64-bit integers, little-endian; bytes left over fall away.
  fileprivate var littleEndianIntegers: [Int] {
    Array(self).withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { index in
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)))
      }
    }
  }
}
